"""What is mine: my page, my password, my devices, the company I work in."""

from functools import partial
from typing import Any

from flask import Blueprint, request, url_for

from app.accounts import companies, people, signing
from app.accounts.door import farewell, me, my_device, warn
from app.accounts.models import Device, Member
from app.accounts.roles import Power
from app.core.party import TaxId
from app.plumbing.db import db
from app.plumbing.form import Form
from app.plumbing.web import page, seen

bp = Blueprint("me", __name__, url_prefix="/me")


@bp.get("")
def index() -> Any:
    seats = people.memberships(me().person)
    return page("accounts/me.html", seats=seats, powers=Power, device=my_device())


@bp.post("/company")
def use_company() -> Any:
    wanted = request.form.get("member_id", "")
    member = db.one_or_404(people.seats_visible_to(me()).where(Member.id == wanted))
    signing.use_company(my_device(), member)
    return seen(url_for("intake.index"))


@bp.route("/password", methods=["GET", "POST"])
def password() -> Any:
    form, person = Form(request.form), me().person
    if request.method == "POST":
        current, fresh = request.form.get("current", ""), request.form.get("password", "")
        typed = {"current": current, "fresh": fresh}
        form.tries(partial(people.change_password, person, **typed, keep=my_device()))
        if not form.errors:
            return seen(url_for("me.index"))
    return page("accounts/password.html", form)


@bp.get("/devices")
def devices() -> Any:
    found = db.session.scalars(signing.visible_to(me()).order_by(Device.seen_at.desc())).all()
    return page("accounts/devices.html", devices=found, here=my_device())


@bp.post("/devices/<device_id>/ending")
def end_device(device_id: str) -> Any:
    device = db.one_or_404(signing.visible_to(me()).where(Device.id == device_id))
    here = device.id == my_device().id
    signing.sign_out(device)
    return farewell(url_for("accounts.sign_in")) if here else seen(url_for("me.devices"))


@bp.post("/devices/ending")
def end_others() -> Any:
    signing.sign_out_everywhere(me().person, besides=my_device())
    return seen(url_for("me.devices"))


@bp.route("/company/new", methods=["GET", "POST"])
def new_company() -> Any:
    form = Form(request.form)
    if request.method == "POST":
        name, tax_id = form.text("company"), form.read("tax_id", TaxId.parse)
        if member := form.tries(partial(companies.add, name=name, tax_id=tax_id, by=me())):
            signing.use_company(my_device(), member)
            warn(tax_id)
            return seen(url_for("company.index"))
    return page("accounts/new_company.html", form)
