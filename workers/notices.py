"""Telling people what rooms to the left have done."""

from app.accounts import members, signing
from app.accounts.models import Member, Standing
from app.accounts.roles import Power
from app.bureau import imports
from app.bureau.models import Import, Step
from app.notices import notices
from app.plumbing.db import db, transaction
from workers.jobs import job


@job
def joining_asked(member_id: str) -> None:
    """Ask the administrators to decide."""
    asking = db.session.get_one(Member, member_id)
    told = members.administrators(asking.company_id)
    if asking.standing is Standing.ASKED:
        notices.tell(
            told,
            "joining_asked",
            about=members.request_of(asking),
            path="/company",
            name=asking.name,
            company=asking.company.name,
        )


@job
def joining_decided(member_id: str) -> None:
    """Tell who asked, there where they work now, and close the administrators' task."""
    decided = db.session.get_one(Member, member_id)
    kind = "joining_decided" if decided.standing is Standing.ACTIVE else "joining_refused"
    told, about = signing.desk(decided.person) or decided, members.request_of(decided)
    path = "/me" if decided.standing is Standing.ACTIVE else "/"
    with transaction():
        notices.finish("joining_asked", about)
        notices.tell([told], kind, about=about, path=path, company=decided.company.name)


@job
def import_ended(import_id: str) -> None:
    """Tell whoever imported how it went, and of changes that want a look."""
    found = db.session.get_one(Import, import_id)
    path, name = f"/bureau/imports/{found.id}", found.document.name
    kind = "import_finished" if found.step is Step.DONE else "import_failed"
    facts = {"file": name, "new": found.new, "changed": found.changed, "refused": found.refused}
    told = (
        [found.member] if found.member else members.holding(found.company_id, Power.IMPORT_LEDGER)
    )
    notices.tell(told, kind, about=found.id, path=path, **facts)
    if count := imports.changes_of(found):
        notices.tell(told, "ledger_changed", about=found.id, path="/bureau", count=count)
