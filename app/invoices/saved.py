"""Saved views: a name for what is asked of the wallet, for oneself or for the company."""

from collections.abc import Mapping

from sqlalchemy import Select, func, or_, select

from app.accounts.models import Member
from app.accounts.roles import Power
from app.core.errors import N_, Problem
from app.invoices.models import View
from app.journal import journal
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

LONGEST, MOST = 30, 30


class Nothing(Problem):
    """A view of everything is the wallet itself."""

    message = N_("Search or filter first: what you see then can be saved.")


class TooManyViews(Problem):
    """More views than fit beside the chips."""

    message = N_("There is room for %(most)s saved views. Delete one first.")
    field = "name"


class NotYours(Problem):
    """Only finance changes what all of the company sees."""

    message = N_("Only finance may change a view of the whole company.")
    status = 403


def visible_to(member: Member) -> Select[View]:
    """One's own, and those of the company in use."""
    mine = or_(View.member_id == member.id, View.is_shared)
    return select(View).where(View.company_id == member.company_id, mine)


def listed(member: Member) -> list[View]:
    """By name, those of the company first."""
    query = visible_to(member).order_by(View.is_shared.desc(), View.name, View.id)
    return list(db.session.scalars(query))


def may_change(view: View, member: Member) -> bool:
    """Finance for the company's, everybody for their own."""
    return member.may(Power.DECIDE) if view.is_shared else view.member_id == member.id


def save(name: str, state: Mapping[str, str], *, is_shared: bool, by: Member) -> View:
    """Keep a view under a name.

    Raises:
        Nothing, TooManyViews, NotYours.
    """
    view = View(
        id=new_id(),
        company_id=by.company_id,
        member_id=by.id,
        name=name,
        state=dict(state),
        is_shared=is_shared,
    )
    if not state:
        raise Nothing
    _check(view, by)
    with transaction():
        count = select(func.count()).select_from(visible_to(by).subquery())
        if (db.session.scalar(count) or 0) >= MOST:
            raise TooManyViews(most=MOST)
        db.session.add(view)
        _write("view-saved", view, by, name=name)
    return view


def rename(view: View, name: str, *, by: Member) -> None:
    """Give it another name; raises NotYours."""
    with transaction():
        _check(view, by)
        before, view.name = view.name, name
        _write("view-renamed", view, by, before=before, after=name)


def delete(view: View, *, by: Member) -> None:
    """Nobody has it any more; raises NotYours."""
    with transaction():
        _check(view, by)
        db.session.delete(view)
        _write("view-deleted", view, by, name=view.name)


def _check(view: View, by: Member) -> None:
    if not may_change(view, by):
        raise NotYours


def _write(action: str, view: View, by: Member, **facts: str) -> None:
    journal.write(by.company_id, action, view.id, by=by.person, **facts)
