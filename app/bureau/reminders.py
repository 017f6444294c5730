"""Finance is reminded once when the ledger grows old."""

from sqlalchemy import select

from app.accounts import members
from app.accounts.models import Company, CompanyKind
from app.accounts.roles import Power
from app.bureau import imports
from app.bureau.models import Direction
from app.core.period import today
from app.notices import notices
from app.plumbing.clock import now
from app.plumbing.db import db


def remind() -> None:
    """Raise one task for each gap, in companies that keep a ledger; the next import ends it.

    A company that has never imported one is not reminded: it may not want to.
    """
    wanting = select(Company).where(Company.ledger_days > 0, Company.kind == CompanyKind.COMPANY)
    for company in db.session.scalars(wanting).all():
        covered = imports.covered(company.id, Direction.RECEIVED)
        if not covered or not company.offers("ledger"):
            continue
        last = covered[-1].end
        if (today(now()) - last).days > company.ledger_days:
            finance = members.holding(company.id, Power.IMPORT_LEDGER)
            about = f"{company.id}:{last}"
            notices.tell(finance, "ledger_late", about=about, path="/bureau", day=str(last))
