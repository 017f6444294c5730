"""The one table of who may do what. A member without a role may hand in nothing, only ask."""

from collections.abc import Iterable
from enum import StrEnum

from app.core.errors import N_, Problem, Term


class Role(StrEnum):
    """What a person is in one company."""

    EMPLOYEE = "employee"
    APPROVER = "approver"
    FINANCE = "finance"
    CASHIER = "cashier"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    SUPPORT = "support"
    ADMINISTRATOR = "administrator"


class Power(StrEnum):
    """One thing that may be done in a company."""

    HAND_IN = "hand_in"
    SEE_ALL = "see_all"
    IMPORT_LEDGER = "import_ledger"
    DECIDE = "decide"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_COMPANY = "manage_company"
    READ_JOURNAL = "read_journal"
    SEE_HEALTH = "see_health"


POWERS: dict[Role, frozenset[Power]] = {
    Role.EMPLOYEE: frozenset({Power.HAND_IN}),
    Role.APPROVER: frozenset({Power.HAND_IN}),
    Role.FINANCE: frozenset({Power.HAND_IN, Power.SEE_ALL, Power.IMPORT_LEDGER, Power.DECIDE}),
    Role.CASHIER: frozenset({Power.HAND_IN}),
    Role.ARCHIVIST: frozenset({Power.SEE_ALL}),
    Role.AUDITOR: frozenset({Power.SEE_ALL, Power.READ_JOURNAL}),
    Role.SUPPORT: frozenset(),
    Role.ADMINISTRATOR: frozenset({Power.MANAGE_PEOPLE, Power.MANAGE_COMPANY, Power.SEE_HEALTH}),
}

INCOMPATIBLE: frozenset[frozenset[Role]] = frozenset(
    {
        frozenset({Role.CASHIER, Role.FINANCE}),
        frozenset({Role.CASHIER, Role.ARCHIVIST}),
        frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    }
)
"""Separation of duties: 会计法 (2024) 第三十五条 for the cashier; DA/T 92-2022 §9.1.3."""

PRIVILEGED = frozenset({Role.FINANCE, Role.CASHIER, Role.ADMINISTRATOR})
"""Roles whose desktop session ends after half an hour of rest, with longer passwords."""

ROLE_NAMES: dict[Role, str] = {
    Role.EMPLOYEE: N_("Employee"),
    Role.APPROVER: N_("Approver"),
    Role.FINANCE: N_("Finance"),
    Role.CASHIER: N_("Cashier"),
    Role.ARCHIVIST: N_("Archivist"),
    Role.AUDITOR: N_("Auditor"),
    Role.SUPPORT: N_("Support"),
    Role.ADMINISTRATOR: N_("Administrator"),
}

ROLE_TEXTS: dict[Role, str] = {
    Role.EMPLOYEE: N_("Hands in invoices and sees their own."),
    Role.APPROVER: N_("Hands in invoices; decides claims of their unit, never their own."),
    Role.FINANCE: N_("Sees all invoices of the company and imports the tax-bureau ledger."),
    Role.CASHIER: N_("Pays what others approved; keeps neither books nor archive."),
    Role.ARCHIVIST: N_("Sees all invoices and keeps the archive."),
    Role.AUDITOR: N_("Sees everything and reads the journal; changes nothing."),
    Role.SUPPORT: N_("Answers questions; sees no invoices."),
    Role.ADMINISTRATOR: N_("Manages people, roles and settings; sees no invoices of others."),
}

POWER_NAMES: dict[Power, str] = {
    Power.HAND_IN: N_("Hand in invoices"),
    Power.SEE_ALL: N_("See all invoices"),
    Power.IMPORT_LEDGER: N_("Import the tax-bureau ledger"),
    Power.DECIDE: N_("Decide about held invoices"),
    Power.MANAGE_PEOPLE: N_("Manage people and roles"),
    Power.MANAGE_COMPANY: N_("Change the company"),
    Power.READ_JOURNAL: N_("Read the journal"),
    Power.SEE_HEALTH: N_("See the system's health"),
}


class Incompatible(Problem):
    """Two roles that one person may not hold together."""

    message = N_("One person cannot be both %(one)s and %(other)s: duties must stay apart.")
    field = "roles"


class NotYourOwn(Problem):
    """Whoever drafts a thing does not approve it."""

    message = N_("You cannot approve what you asked for yourself. Please ask a colleague.")
    status = 403


def check(roles: Iterable[Role]) -> frozenset[Role]:
    """The roles as a set; raises Incompatible when duties would mix."""
    held = frozenset(roles)
    for pair in INCOMPATIBLE:
        if pair <= held:
            one, other = sorted(pair)
            raise Incompatible(one=Term(ROLE_NAMES[one]), other=Term(ROLE_NAMES[other]))
    return held


def keep_apart(drafter_id: str, approver_id: str) -> None:
    """Refuse a person who would approve their own draft, whatever their roles."""
    if drafter_id == approver_id:
        raise NotYourOwn


def powers(roles: Iterable[Role]) -> frozenset[Power]:
    """Everything that these roles together may do."""
    return frozenset().union(*(POWERS[role] for role in roles))
