"""Coming in: setup, sign-in, invitation, joining, reset."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from app.accounts import companies, links, members, people, signing
from app.accounts.door import farewell, my_device, somebody, warn, welcome
from app.accounts.models import Company, Member, Purpose, Standing
from app.accounts.people import Newcomer
from app.core.party import TaxId
from app.plumbing.db import transaction
from app.plumbing.form import Form
from app.plumbing.web import local, page, public, seen

bp = Blueprint("accounts", __name__)


@bp.route("/setup/<token>", methods=["GET", "POST"])
@public
def setup(token: str) -> Any:
    links.find(Purpose.SETUP, token)
    form = Form(request.form)
    if request.method == "POST":
        company, tax_id = form.text("company"), form.read("tax_id", TaxId.parse)
        new = _newcomer(form)
        act = partial(companies.open_house, token, new, company=company, tax_id=tax_id)
        if member := form.tries(act):
            warn(tax_id)
            return _enter(member)
    return page("accounts/setup.html", form)


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    form, agent = Form(request.form), request.user_agent.string
    if request.method == "POST":
        name, mine = form.text("identifier", most=200), "mine" in request.form
        password, address = request.form.get("password", ""), request.remote_addr or ""
        check = partial(signing.sign_in, name, password, address=address, agent=agent, mine=mine)
        if token := form.tries(check):
            onward = local(request.args.get("next"), url_for("intake.index"))
            return welcome(token, onward, mine=mine)
    return page("accounts/sign_in.html", form, is_phone=signing.describe(agent)[1])


@bp.post("/sign-out")
def sign_out() -> Any:
    signing.sign_out(my_device())
    return farewell(url_for("accounts.sign_in"))


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> Any:
    link, form = links.find(Purpose.INVITATION, token), Form(request.form)
    company, email = link.company, link.facts["email"]
    if request.method == "POST":
        if known := somebody():
            act = partial(members.accept, token, known.person)
        else:
            act = partial(members.register, token, _newcomer(form))
        if member := form.tries(act):
            return _enter(member)
    return page("accounts/invitation.html", form, company=company, email=email)


@bp.route("/join", methods=["GET", "POST"])
@public
def join_by_code() -> Any:
    form = Form(request.form)
    if request.method == "POST":
        code = form.text("code", most=20)
        if company := form.tries(partial(members.company_of, code)):
            return seen(url_for("accounts.join", code=company.join_code))
    return page("accounts/join_by_code.html", form)


@bp.route("/join/<code>", methods=["GET", "POST"])
@public
def join(code: str) -> Any:
    company, form = members.company_of(code), Form(request.form)
    if request.method == "POST":
        if known := somebody():
            act = partial(members.ask, company, known.person)
        else:
            act = partial(_register_and_ask, company, _newcomer(form))
        if member := form.tries(act):
            return _enter(member, url_for("accounts.asked", code=code))
    return page("accounts/join.html", form, company=company)


@bp.get("/join/<code>/asked")
def asked(code: str) -> Any:
    return page("accounts/asked.html", company=members.company_of(code))


@bp.route("/register", methods=["GET", "POST"])
@public
def register() -> Any:
    form = Form(request.form)
    new = _newcomer(form) if request.method == "POST" else None
    if new and (member := form.tries(partial(_register_alone, new))):
        return _enter(member)
    return page("accounts/register.html", form)


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    form, is_asked = Form(request.form), False
    if request.method == "POST":
        identifier = form.text("identifier", most=200)
        form.tries(partial(people.ask_reset, identifier))
        is_asked = not form.errors
    return page("accounts/forgotten.html", form, is_asked=is_asked)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Any:
    links.find(Purpose.RESET, token)
    form = Form(request.form)
    if request.method == "POST":
        password = request.form.get("password", "")
        if form.tries(partial(people.reset, token, password)):
            return farewell(url_for("accounts.sign_in"))
    return page("accounts/reset.html", form)


def _newcomer(form: Form) -> Newcomer:
    return Newcomer(
        name=form.text("name", most=60),
        email=form.email("email", required=False),
        phone=form.phone("phone", required=False),
        password=form.typed.get("password", ""),
    )


def _enter(member: Member, url: str = "") -> Any:
    """In at once after registering: as this member, or as before when only asked to join."""
    agent, mine = request.user_agent.string, "mine" in request.form
    seat = member if member.standing is Standing.ACTIVE else None
    token = signing.open_session(member.person, agent=agent, mine=mine, member=seat)
    return welcome(token, url or url_for("intake.index"), mine=mine)


def _register_and_ask(company: Company, new: Newcomer) -> Member:
    with transaction():
        person = people.add(new, company=company.name)
        companies.open_personal_space(person)
        return members.ask(company, person)


def _register_alone(new: Newcomer) -> Member:
    with transaction():
        return companies.open_personal_space(people.add(new))
