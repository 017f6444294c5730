"""The company and its people, for those who manage them."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from app.accounts import companies, links, members, people
from app.accounts.door import me, needs, warn
from app.accounts.models import Grade, Link, Member, Standing, Unit
from app.accounts.roles import POWER_NAMES, POWERS, ROLE_NAMES, ROLE_TEXTS, Power, Role
from app.core.party import TaxId
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import page, seen, unkept

bp = Blueprint("company", __name__, url_prefix="/company")


@bp.get("")
def index() -> Any:
    seats = db.session.scalars(_people()).all()
    return page("accounts/company.html", members=seats, names=ROLE_NAMES, **_lists())


@bp.get("/roles")
def roles() -> Any:
    return page(
        "accounts/roles.html",
        names=ROLE_NAMES,
        texts=ROLE_TEXTS,
        powers=POWERS,
        power_names=POWER_NAMES,
    )


@bp.route("/settings", methods=["GET", "POST"])
@needs(Power.MANAGE_COMPANY)
def settings() -> Any:
    company = db.one_or_404(companies.visible_to(me()))
    form = Form(request.form or {"company": company.name, "tax_id": company.tax_id or ""})
    if request.method == "POST":
        name, tax_id = form.text("company"), form.read("tax_id", TaxId.parse)
        form.tries(partial(companies.rename, company, name=name, tax_id=tax_id, by=me()))
        if not form.errors:
            warn(tax_id)
            return seen(url_for("company.settings"))
    facts = {"modules": companies.MODULES, "days": companies.LEDGER_DAYS}
    return page("accounts/settings.html", form, company=company, **facts)


@bp.post("/modules")
@needs(Power.MANAGE_COMPANY)
def switch_modules() -> Any:
    wanted = set(request.form.getlist("module"))
    off = [module for module in companies.MODULES if module not in wanted]
    companies.switch_modules(db.one_or_404(companies.visible_to(me())), off, by=me())
    return seen(url_for("company.settings"))


@bp.post("/ledger-reminder")
@needs(Power.MANAGE_COMPANY)
def set_ledger_days() -> Any:
    form = Form(request.form)
    picked = form.choice("days", {str(days): days for days in companies.LEDGER_DAYS})
    company = db.one_or_404(companies.visible_to(me()))
    form.tries(lambda: companies.set_ledger_days(company, int(picked), by=me()))
    return seen(url_for("company.settings"))


@bp.post("/join-code")
@needs(Power.MANAGE_PEOPLE)
def renew_join_code() -> Any:
    companies.renew_join_code(db.one_or_404(companies.visible_to(me())), by=me())
    return seen(url_for("company.index") + "#join")


@bp.route("/invitations", methods=["GET", "POST"])
@needs(Power.MANAGE_PEOPLE)
def invite() -> Any:
    form, url = Form(request.form), None
    if request.method == "POST":
        email, unit = form.email("email", required=False), _unit(form)
        url = form.tries(partial(members.invite, _roles(), email=email, unit=unit, by=me()))
    answer = page(
        "accounts/invite.html",
        form,
        url=url,
        names=ROLE_NAMES,
        texts=ROLE_TEXTS,
        chosen=request.form.getlist("roles") or [Role.EMPLOYEE],
        **_lists(),
    )
    return unkept(answer) if url else answer


@bp.post("/invitations/<link_id>/withdrawal")
@needs(Power.MANAGE_PEOPLE)
def withdraw(link_id: str) -> Any:
    link = db.one_or_404(members.invitations_visible_to(me()).where(Link.id == link_id))
    members.withdraw(link, by=me())
    return seen(url_for("company.index"))


@bp.route("/members/<member_id>", methods=["GET", "POST"])
@needs(Power.MANAGE_PEOPLE)
def member(member_id: str) -> Any:
    found, form = _member(member_id), Form(request.form)
    if request.method == "POST":
        unit, grade = _unit(form), _grade(form)
        act = partial(members.change_roles, found, _roles(), unit=unit, grade=grade, by=me())
        form.tries(act)
        if not form.errors:
            return seen(url_for("company.index"))
    chosen = request.form.getlist("roles") or found.role_words
    return page(
        "accounts/member.html",
        form,
        member=found,
        chosen=chosen,
        names=ROLE_NAMES,
        texts=ROLE_TEXTS,
        **_lists(),
    )


@bp.post("/members/<member_id>/decision")
@needs(Power.MANAGE_PEOPLE)
def decide(member_id: str) -> Any:
    members.decide(_member(member_id), admit=request.form.get("admit") == "yes", by=me())
    return seen(url_for("company.index"))


@bp.post("/members/<member_id>/removal")
@needs(Power.MANAGE_PEOPLE)
def remove(member_id: str) -> Any:
    members.remove(_member(member_id), by=me())
    return seen(url_for("company.index"))


@bp.post("/members/<member_id>/reset-link")
@needs(Power.MANAGE_PEOPLE)
def reset_link(member_id: str) -> Any:
    found = _member(member_id)
    url = people.reset_by_link(found.person, by=me())
    return unkept(page("accounts/reset_link.html", member=found, url=url))


@bp.post("/units")
@needs(Power.MANAGE_COMPANY)
def add_unit() -> Any:
    form = Form(request.form)
    facts = {**_unit_facts(form), "parent": _unit(form, "parent")}
    form.tries(partial(companies.add_unit, **facts, by=me()))
    return _units_page(form)


@bp.route("/units/<unit_id>", methods=["GET", "POST"])
@needs(Power.MANAGE_COMPANY)
def unit(unit_id: str) -> Any:
    found = db.one_or_404(companies.units_visible_to(me()).where(Unit.id == unit_id))
    form = Form(request.form)
    if request.method == "POST":
        form.tries(partial(companies.change_unit, found, **_unit_facts(form), by=me()))
        if not form.errors:
            return seen(url_for("company.units"))
    return page("accounts/unit.html", form, unit=found, **_lists())


@bp.post("/grades")
@needs(Power.MANAGE_COMPANY)
def add_grade() -> Any:
    form = Form(request.form)
    form.tries(partial(companies.add_grade, name=form.text("name"), by=me()))
    return _units_page(form)


@bp.get("/units")
@needs(Power.MANAGE_COMPANY)
def units() -> Any:
    return page("accounts/units.html", Form(), **_lists())


def _unit_facts(form: Form) -> dict[str, Any]:
    colleagues = members.visible_to(me()).where(Member.id == form.value("manager"))
    return {
        "name": form.text("name"),
        "cost_centre": form.text("cost_centre", required=False),
        "manager": db.session.scalar(colleagues),
    }


def _units_page(form: Form) -> Any:
    if form.errors:
        return page("accounts/units.html", form, **_lists())
    return seen(url_for("company.units"))


def _member(member_id: str) -> Member:
    found: Member = db.one_or_404(members.visible_to(me()).where(Member.id == member_id))
    return found


def _people() -> Any:
    return members.visible_to(me()).where(Member.standing != Standing.LEFT).order_by(Member.made_at)


def _roles() -> list[Role]:
    return [Role(word) for word in request.form.getlist("roles") if word in ROLE_NAMES]


def _unit(form: Form, field: str = "unit") -> Unit | None:
    mine = companies.units_visible_to(me())
    return db.session.scalar(mine.where(Unit.id == form.value(field)))


def _grade(form: Form) -> Grade | None:
    mine = companies.grades_visible_to(me())
    return db.session.scalar(mine.where(Grade.id == form.value("grade")))


def _lists() -> dict[str, Any]:
    waiting = members.invitations_visible_to(me()).where(
        Link.used_at.is_(None), Link.expires_at > now()
    )
    return {
        "company": me().company,
        "units": db.session.scalars(companies.units_visible_to(me()).order_by(Unit.name)).all(),
        "grades": db.session.scalars(companies.grades_visible_to(me()).order_by(Grade.name)).all(),
        "colleagues": db.session.scalars(_people()).all(),
        "invitations": db.session.scalars(waiting).all() if me().may(Power.MANAGE_PEOPLE) else [],
        "powers": Power,
        "join_url": links.join_url(me().company),
    }
