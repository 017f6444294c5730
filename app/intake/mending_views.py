"""One row of a list or a pile: its texts put right, or another file instead of a refused one."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, request, url_for

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.intake import batch_rows, batches, columns, mending, piles
from app.intake.batch_views import TITLES, batch_of, own_batch, whole
from app.intake.intake import READ
from app.intake.models import FILE, Batch, Item, State
from app.intake.piles import Brought
from app.plumbing.db import db
from app.plumbing.form import Form, Missing
from app.plumbing.web import fragment, repeatable, seen, wants_fragment

bp = Blueprint("mending", __name__, url_prefix="/batches/<batch_id>/rows/<item_id>")


@bp.get("")
def row(batch_id: str, item_id: str) -> Any:
    batch = batch_of(batch_id)
    item = _item(batch, item_id)
    if not wants_fragment():
        return seen(url_for("batches.show", batch_id=batch.id, after=item.row - 1, edit=item.id))
    return _row(batch, item, "", item.id)


@bp.post("")
@needs(Power.HAND_IN)
def mend(batch_id: str, item_id: str) -> Any:
    batch, form = own_batch(batch_id), Form(request.form)
    item = _item(batch, item_id)
    if FILE in item.texts:
        abort(404)
    texts = {name: form.text(name, most=300, required=False) for name in columns.FIELDS
             if name in request.form}  # fmt: skip
    mending.mend(item, texts, by=me())
    if not wants_fragment():
        return seen(url_for("batches.show", batch_id=batch.id) + f"#row-{item.row}")
    return _row(batch, item, "batch-mended", item.id if item.state is State.REFUSED else "")


@bp.post("/file")
@needs(Power.HAND_IN)
@repeatable
def replace(batch_id: str, item_id: str) -> Any:
    """The address says where the row stands (``after``) and that it is open (``edit``)."""
    batch, form = own_batch(batch_id), Form(request.form)
    item, file = _item(batch, item_id), request.files.get("file")
    key = (request.headers.get("Idempotency-Key") or form.value("_key"))[:64]
    if file and file.filename:
        brought = Brought(file.filename, file.stream)
        form.tries(partial(piles.replace, item, brought, key=key, then=READ))
    else:
        form.errors["file"] = Missing()
    if form.errors:
        return whole(batch, form)
    there = url_for("batches.show", batch_id=batch.id, after=item.row - 1)
    return seen(f"{there}#row-{item.row}")


def _item(batch: Batch, item_id: str) -> Item:
    mine = batches.items_visible_to(me()).where(Item.batch_id == batch.id, Item.id == item_id)
    found: Item = db.one_or_404(mine)
    return found


def _row(batch: Batch, item: Item, tell: str, edited: str) -> Response:
    (found,), _more = batch_rows.a_page(batch, me(), item_id=item.id)
    facts = {"batch": batch, "row": found, "names": TITLES, "fields": columns.FIELDS}
    return fragment("intake/_item.html", tell, **facts, edited=edited)
