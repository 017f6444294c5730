"""What one box finds in every room, and the people of a company."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import url_for

from app.accounts import members
from app.accounts.models import Member, Person, Standing
from app.accounts.roles import Power
from app.core.errors import N_
from app.plumbing.db import db

FEW = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, and where it is."""

    url: str
    title: str
    detail: str
    icon: str


@dataclass(frozen=True, slots=True)
class Hits:
    """The first of what one room found; ``more`` is where all of it is, if there is more.

    ``label`` is a msgid.
    """

    label: str
    found: Sequence[Hit]
    more: str = ""


Finder = Callable[[Member, str], Hits]
"""A room's answer to what a member typed, of which they see only what they may see."""


def people(member: Member, words: str) -> Hits:
    """Colleagues by their names; whoever manages people also by phone or e-mail."""
    manages = member.may(Power.MANAGE_PEOPLE)
    told = Person.name.icontains(words, autoescape=True)
    if manages:
        told |= Person.email.icontains(words, autoescape=True)
        told |= Person.phone.contains(words, autoescape=True)
    query = members.visible_to(member).join(Member.person).where(told)
    active = query.where(Member.standing == Standing.ACTIVE).order_by(Person.name, Member.id)
    found = db.session.scalars(active.limit(FEW)).all()
    return Hits(N_("People"), [_hit(one, member, manages=manages) for one in found])


def _hit(one: Member, reader: Member, *, manages: bool) -> Hit:
    """To the person for whoever manages people, to what they brought for whoever sees all."""
    if manages:
        url = url_for("company.member", member_id=one.id)
    elif reader.may(Power.SEE_ALL):
        url = url_for("invoices.index", who=one.name)
    else:
        url = url_for("company.index", _anchor=f"member-{one.id}")
    return Hit(url, one.name, one.unit.name if one.unit else "", "person")
