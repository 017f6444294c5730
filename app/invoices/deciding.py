"""What a person decides about a group: keep one, it is explained, ask the holders; and back."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Select, select

from app.accounts import members
from app.accounts.models import Member, Standing
from app.accounts.roles import NotYourOwn, Power
from app.core.errors import N_, Problem
from app.invoices import cleaning, holdings
from app.invoices.cleaning_models import OF_ONE, PAIRS, Decision, Group, State, What
from app.invoices.models import Invoice
from app.journal import journal
from app.notices import notices
from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.db import Change, db, transaction
from app.plumbing.ids import new_id

CHECK = "workers.verification.check_invoice"


class DecidedMeanwhile(Problem):
    """A colleague was quicker, or the group has another member than the person saw."""

    message = N_("A colleague decided this meanwhile, or it has changed. Please look again.")
    status = 409


class NotOfGroup(Problem):
    """What should be kept is not in the group, or the group has nothing to choose from."""

    message = N_("Choose one of this group to keep.")


class UndoneBefore(Problem):
    """A decision can be taken back once, and the last one only."""

    message = N_("This decision was taken back already, or a newer one stands.")
    status = 409


def visible_to(member: Member) -> Select[Decision]:
    """The decisions about the groups that a member may see."""
    groups = cleaning.visible_to(member).with_only_columns(Group.id)
    return select(Decision).where(Decision.group_id.in_(groups))


def may_choose(group: Group) -> bool:
    """Whether one of the group can be the only true one: papers that were split are all true."""
    return group.sort in OF_ONE | PAIRS


def keep(group: Group, chosen: str, *, by: Member, seen: str) -> Decision:
    """It is one and the same: ``chosen`` stays, the others are let go and their holders told.

    ``chosen`` is a member of the group, ``seen`` its ``cleaning.version`` as ``by`` saw it.

    Raises:
        NotYourOwn: ``by`` holds some of it, and a colleague who does not could decide.
        NotOfGroup: nothing was changed.
        DecidedMeanwhile: nothing was changed; also where somebody holds it, or holds it no more,
            whom nobody saw.
    """
    with transaction() as change:
        _begin(group, seen)
        if is_own(group, by):
            raise NotYourOwn
        if not may_choose(group) or chosen not in group.members:
            raise NotOfGroup
        if _held(group) != {*group.members}:
            raise DecidedMeanwhile
        taken, told = [], []
        for invoice, holder in _others(group, chosen):
            taken += holdings.take_away(invoice, holder, by=by)
            told.append((invoice, holder))
        decision = _note(group, What.KEPT, by, kept=chosen, let_go=taken)
        for invoice, holder in told:
            _tell([holder], "invoice_let_go", invoice, decision, path="/invoices")
        _check_again(change, [invoice for invoice, _ in told])
    return decision


def explain(group: Group, reason: str, *, by: Member, seen: str) -> Decision:
    """There is nothing wrong with it; it comes back only with one more member.

    Raises:
        NotYourOwn: ``by`` holds some of it, and a colleague who does not could decide.
        DecidedMeanwhile: nothing was changed.
    """
    with transaction():
        _begin(group, seen)
        if is_own(group, by):
            raise NotYourOwn
        return _note(group, What.EXPLAINED, by, reason=reason)


def ask(group: Group, *, by: Member, seen: str) -> Decision:
    """Ask whoever holds any of it what it is; the group stays open.

    Raises:
        DecidedMeanwhile: nothing was changed.
    """
    with transaction():
        _begin(group, seen)
        decision = _note(group, What.ASKED, by)
        for invoice, holder in _everybody(group):
            if holder.id != by.id:
                path = f"/invoices/{invoice.id}"
                _tell([holder], "invoice_asked", invoice, decision, path=path)
    return decision


def undo(decision: Decision, *, by: Member) -> None:
    """Take a decision back: who let go holds again, and the group is open.

    Raises:
        NotYourOwn: ``by`` holds some of it, or did, and a colleague could decide.
        UndoneBefore: nothing was changed.
    """
    with transaction() as change:
        group = _locked(decision.group)
        lost = {row["member_id"] for row in decision.let_go or ()}
        if decision.member_id != by.id and is_own(group, by, lost):
            raise NotYourOwn
        db.session.refresh(decision)
        standing = [one for one in group.decisions if one.undone_at is None]
        is_last = bool(standing) and standing[-1].id == decision.id
        if not is_last or decision.what is What.ASKED or group.state is not State.DECIDED:
            raise UndoneBefore
        decision.undone_at, decision.undone_by = now(), by.id
        group.state = State.OPEN
        back = holdings.give_back(decision.let_go, by=by)
        for one in back:
            whose = {row["member_id"] for row in decision.let_go if row["invoice_id"] == one.id}
            people = [db.session.get_one(Member, member_id) for member_id in sorted(whose)]
            path = f"/invoices/{one.id}"
            _tell(people, "invoice_given_back", one, decision, path=path, name=by.name)
        journal.write(by.company_id, "cleaning-undone", group.id, by=by.person, sort=group.sort)
        _check_again(change, back)


def is_own(group: Group, member: Member, others: Collection[str] = ()) -> bool:
    """Whether the member holds any of it, though a colleague who holds none could decide.

    ``others`` are people who held some of it before.
    """
    concerned = {holder.id for _, holder in _everybody(group)} | {*others}
    if member.company.is_personal or member.id not in concerned:
        return False
    deciding = members.holding(member.company_id, Power.DECIDE)
    return any(one.id not in concerned for one in deciding)


def _held(group: Group) -> set[str]:
    """Who of the group is there now: people who hold the one invoice, or invoices that are held."""
    of_one = group.sort in OF_ONE
    return {holder.id if of_one else invoice.id for invoice, holder in _everybody(group)}


def _begin(group: Group, seen: str) -> None:
    """Whoever else decides about it comes before or after, never between."""
    locked = _locked(group)
    if locked.state is not State.OPEN or seen != cleaning.version(locked):
        raise DecidedMeanwhile


def _locked(group: Group) -> Group:
    db.session.scalar(select(Group.id).where(Group.id == group.id).with_for_update())
    db.session.refresh(group)
    return group


def _others(group: Group, chosen: str) -> Iterable[tuple[Invoice, Member]]:
    if group.sort in OF_ONE:
        return [pair for pair in _everybody(group) if pair[1].id != chosen]
    return [pair for pair in _everybody(group) if pair[0].id != chosen]


def _everybody(group: Group) -> list[tuple[Invoice, Member]]:
    """Each invoice of the group with each of its holders."""
    return [
        (part.invoice, holder) for part in group.parts for holder in holdings.holders(part.invoice)
    ]


def _note(group: Group, what: What, by: Member, **facts: Any) -> Decision:
    decision = Decision(
        id=new_id(), company_id=group.company_id, what=what, member_id=by.id, **facts
    )
    group.decisions.append(decision)
    if what is not What.ASKED:
        group.state = State.DECIDED
        for part in group.parts:
            notices.finish("invoice_asked", part.invoice_id)
    db.session.flush()
    told = {"sort": group.sort, "count": len(group.members), "reason": facts.get("reason", "")}
    said = {name: fact for name, fact in told.items() if fact}
    journal.write(by.company_id, f"cleaning-{what}", group.id, by=by.person, **said)
    return decision


def _tell(
    people: Iterable[Member],
    kind: str,
    invoice: Invoice,
    decision: Decision,
    *,
    path: str,
    name: str = "",
) -> None:
    named = {
        "seller": invoice.seller_name or invoice.kind_title,
        "amount": str(invoice.shown_amount or "—"),
        "name": name or db.session.get_one(Member, decision.member_id).name,
    }
    active = [one for one in people if one.standing is Standing.ACTIVE]
    about = f"{invoice.id}:{decision.id}"
    notices.tell(active, kind, about=about, path=path, **named)


def _check_again(change: Change, invoices: Iterable[Invoice]) -> None:
    for invoice_id in dict.fromkeys(one.id for one in invoices):
        queue.again(change, queue.request(change, CHECK, invoice_id))
