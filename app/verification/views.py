"""What is missing on either side, for finance."""

from typing import Any

from flask import Blueprint, request

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.plumbing.web import page
from app.verification import missing

bp = Blueprint("missing", __name__, url_prefix="/missing")
MODULE = "ledger"


@bp.get("")
@needs(Power.SEE_ALL, MODULE)
def not_brought() -> Any:
    gaps, older = missing.not_brought(me(), request.args.get("before", ""))
    return page("verification/not_brought.html", gaps=gaps, older=older, reasons=missing.REASONS)


@bp.get("/ledger")
@needs(Power.SEE_ALL, MODULE)
def not_listed() -> Any:
    gaps, older = missing.not_listed(me(), request.args.get("before", ""))
    return page("verification/not_listed.html", gaps=gaps, older=older, reasons=missing.REASONS)
