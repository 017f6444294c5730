"""Lists of invoices: hand one in, say which column is which, see how it goes, mend its rows."""

from collections.abc import Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any

import xlsxwriter
from flask import Blueprint, Response, abort, jsonify, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.accounts.door import me, needs
from app.accounts.roles import Power
from app.documents.readers.limits import MEDIA_TYPES
from app.intake import batch_rows, batches, columns, finding, piles, sheets
from app.intake.intake import READ
from app.intake.models import Batch, Step
from app.intake.piles import FAULTS, Brought
from app.invoices.search import clean
from app.invoices.words import NAMES
from app.plumbing.clock import now
from app.plumbing.db import db
from app.plumbing.form import Form, Missing
from app.plumbing.ids import new_id
from app.plumbing.web import fragment, page, repeatable, seen, wants_fragment

bp = Blueprint("batches", __name__, url_prefix="/batches")
KINDS = ".pdf,.ofd,.xml,image/*,.xlsx,.csv,.tsv,.txt,.zip"
LISTS = (".xlsx", ".csv", ".tsv", ".txt", ".zip")
TITLES: Mapping[str, str] = {name: NAMES[name] for name in columns.FIELDS}
ACTS = {"pause": batches.pause, "resume": batches.resume, "cancel": batches.cancel}
EXAMPLE = ("number", "code", "issued", "total", "amount", "check_code")


@bp.get("")
def index() -> Any:
    return _index(Form())


@bp.post("")
@needs(Power.HAND_IN)
@repeatable
def begin() -> Any:
    form, batch = Form(request.form), None
    key = (request.headers.get("Idempotency-Key") or form.value("_key"))[:64]
    files = [file for file in request.files.getlist("file") if file.filename]
    if len(files) == 1 and _is_list(files[0]):
        name = files[0].filename or ""
        begun = partial(batches.begin, files[0].stream, name, by=me(), key=key)
        batch = form.tries(begun)
    elif files:
        batch = form.tries(partial(_pile, files, key or new_id()))
    elif text := form.value("text").strip():
        batch = form.tries(partial(batches.begin_text, text, by=me(), key=key))
    else:
        form.errors["file"] = Missing()
    if batch is None:
        return _index(form)
    return seen(url_for("batches.show", batch_id=batch.id))


@bp.post("/piles")
@needs(Power.HAND_IN)
def open_pile() -> Any:
    """A pile for files that the page's script sends one by one to ``files``."""
    count = request.form.get("count", 0, type=int)
    batch = piles.begin(request.form.get("name", ""), count, by=me())
    facts = {"show": url_for("batches.show", batch_id=batch.id)}
    return jsonify(facts | {"files": url_for("batches.add_file", batch_id=batch.id)})


@bp.post("/<batch_id>/files")
@needs(Power.HAND_IN)
@repeatable
def add_file(batch_id: str) -> Any:
    """One file of an open pile; an empty one, and one with a fault, comes without its part.

    What comes for a pile whose rest was left is dropped, so that it does not wait on the device.
    """
    batch, form, file = _own_pile(batch_id), Form(request.form), request.files.get("file")
    if batch.step is Step.CANCELLED:
        return Response(status=204)
    name = request.form.get("path") or (file.filename if file else "") or ""
    fault = form.value("fault")
    one = Brought(name, file.stream if file else BytesIO(), fault if fault in FAULTS else "")
    key = request.headers.get("Idempotency-Key", "")
    piles.add(batch, one, request.form.get("place", 0, type=int), key=key, then=READ)
    return Response(status=204)


@bp.get("/template.xlsx")
def template() -> Any:
    """A workbook with the columns that help; numbers in it are text, so that Excel keeps them."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet, as_text = book.add_worksheet(_("Invoices")), book.add_format({"num_format": "@"})
    sheet.set_column(0, len(EXAMPLE) - 1, 24, as_text)
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, [_(NAMES[name]) for name in EXAMPLE], book.add_format({"bold": True}))
    book.close()
    made.seek(0)
    name = _("Invoice list.xlsx")
    return send_file(made, MEDIA_TYPES["xlsx"], as_attachment=True, download_name=name)


@bp.get("/<batch_id>")
def show(batch_id: str) -> Any:
    batch = batch_of(batch_id)
    if batch.step is Step.ASKED:
        return _ask(batch, Form())
    if wants_fragment():
        moved = "" if _edits() else "batch-moved"
        return fragment("intake/_batch.html", moved, **_facts(batch))
    return whole(batch)


@bp.get("/<batch_id>/rows")
def rows(batch_id: str) -> Any:
    batch = batch_of(batch_id)
    if not wants_fragment():
        return seen(url_for("batches.show", batch_id=batch.id))
    facts = {"batch": batch, "counts": batch_rows.counts(batch)}
    return fragment("intake/_items.html", **facts, **_rows(batch))


@bp.post("/<batch_id>/columns")
@needs(Power.HAND_IN)
def choose(batch_id: str) -> Any:
    batch, form = own_batch(batch_id), Form(request.form)
    sheet = form.value("sheet", batch.columns["sheet"])
    if "look" in request.form:
        return _ask(batch, form)
    form.tries(partial(batches.choose, batch, sheet, _places(form), by=me()))
    return _ask(batch, form) if form.errors else seen(url_for("batches.show", batch_id=batch.id))


@bp.post("/<batch_id>/sheets")
@needs(Power.HAND_IN)
def begin_sheet(batch_id: str) -> Any:
    """Another sheet of the same workbook, or the same with other columns, as a list of its own."""
    batch, name = own_batch(batch_id), request.form.get("sheet", "")
    made = sheets.begin(batch, name, by=me()) if name else sheets.ask_again(batch, by=me())
    made = made or abort(404)
    return seen(url_for("batches.show", batch_id=made.id))


@bp.post("/<batch_id>/step")
@needs(Power.HAND_IN)
def step(batch_id: str) -> Any:
    batch, form = own_batch(batch_id), Form(request.form)
    if act := form.choice("act", ACTS):
        form.tries(partial(ACTS[act], batch, by=me()) if act in ACTS else Missing)
    return seen(url_for("batches.show", batch_id=batch.id))


def batch_of(batch_id: str) -> Batch:
    """A list or pile that the reader may see, or 404."""
    found: Batch = db.one_or_404(batches.visible_to(me()).where(Batch.id == batch_id))
    return found


def own_batch(batch_id: str) -> Batch:
    """Others may look, but what a row says is said by whoever handed the list in; else 403."""
    found = batch_of(batch_id)
    if found.member_id != me().id:
        abort(403)
    return found


def whole(batch: Batch, form: Form | None = None) -> Response:
    """The page of a list or pile; ``form`` is that of the row which is being mended, if any."""
    is_own = batch.member_id == me().id
    facts = {**_facts(batch), "others": sheets.others(batch) if is_own else []}
    facts["is_asked_again"] = is_own and sheets.may_ask_again(batch)
    return page("intake/batch.html", form, **facts, **_rows(batch))


def _own_pile(batch_id: str) -> Batch:
    """Also one begun in another company of the same person, who has gone on to this one since."""
    found: Batch = db.one_or_404(piles.begun_by(me().person).where(Batch.id == batch_id))
    return found


def _is_list(file: FileStorage) -> bool:
    return (file.filename or "").lower().endswith(LISTS)


def _pile(files: Sequence[FileStorage], key: str) -> Batch:
    """Sent a second time it goes on with what the first time has begun."""
    keys = [f"{key}-{place}" for place, _file in enumerate(files, start=1)]
    batch = piles.with_any(keys, me()) or piles.begin("", len(files), by=me())
    for place, (file, own) in enumerate(zip(files, keys, strict=True), start=1):
        piles.add(batch, Brought(file.filename or "", file.stream), place, key=own, then=READ)
    return batch


def _index(form: Form) -> Response:
    before, words = request.args.get("before", ""), clean(request.args.get("q", ""))
    found, older = finding.newest(me(), words, before)
    facts = {"found": found, "older": older, "before": before, "words": words, "powers": Power}
    return page("intake/batches.html", form, lists=",".join(LISTS), kinds=KINDS, **facts)


def _ask(batch: Batch, form: Form) -> Response:
    """Which column is which, as proposed or as chosen so far."""
    if batch.step is not Step.ASKED:
        return seen(url_for("batches.show", batch_id=batch.id))
    name = form.value("sheet", batch.columns["sheet"])
    sheet = next((one for one in batch.head if one["name"] == name), batch.head[0])
    proposed = columns.propose(sheet["lines"])
    kept = batch.columns["places"] if sheet["name"] == batch.columns["sheet"] else proposed.places
    places = _places(form) if "place-0" in form.typed else kept
    fields = {place: name for name, place in places.items()}
    width = max(len(cells) for _line, cells in sheet["lines"])
    below = [(line, cells) for line, cells in sheet["lines"] if line > proposed.header]
    heads = [cells for line, cells in sheet["lines"] if line == proposed.header]
    facts = {"sheet": sheet, "fields": fields, "width": width, "below": below[:5], "heads": heads}
    facts["sheets"] = [(one["name"], one["name"]) for one in batch.head]
    rows = sheet["count"] - (len(sheet["lines"]) - len(below))
    return page("intake/columns.html", form, batch=batch, rows=rows, titles=TITLES, **facts)


def _places(form: Form) -> dict[str, int]:
    """What each column was said to be; of two the first."""
    said = {place: form.value(f"place-{place}") for place in range(60)}
    found: dict[str, int] = {}
    for place, name in said.items():
        if name in columns.FIELDS:
            found.setdefault(name, place)
    return found


def _facts(batch: Batch) -> dict[str, Any]:
    told = batch_rows.counts(batch)
    done = batch.taken - told["waiting"]
    seconds = (now() - batch.began_at).total_seconds() if batch.began_at else 0.0
    pace = done / seconds if seconds > 1 and batch.is_running else 0.0
    left = (batch.total - done) / pace if pace else 0.0
    facts = {"batch": batch, "counts": told, "done": done, "pace": round(pace), "left": round(left)}
    facts |= {"is_given_up": batches.is_given_up(batch), "reasons": batches.REASONS}
    goes_on = batch.is_running and not facts["is_given_up"]
    goes_on |= bool(told["waiting"]) and (batch.is_pile or not batch.is_over)
    facts |= {"again": _again(seconds) if goes_on else 0}
    facts |= {"said": batch_rows.said(batch, done), "has_invoices": batch_rows.has_invoices(batch)}
    return {**facts, "is_part": wants_fragment()}


def _again(seconds: float) -> int:
    """In how many seconds the page asks again: what takes long moves slowly."""
    return 1 if seconds < 30 else 2 if seconds < 120 else 5


def _rows(batch: Batch) -> dict[str, Any]:
    only = request.args.get("only", "")
    after = request.args.get("after", "")
    number = int(after) if after.isdecimal() and len(after) < 10 else 0
    found, more = batch_rows.a_page(batch, me(), only, number)
    return {"rows": found, "more": more, "only": only, "after": number, **_words()}


def _words() -> dict[str, Any]:
    return {"names": TITLES, "fields": columns.FIELDS, "edited": _edits()}


def _edits() -> str:
    """The row that is being mended: what is typed there must not be taken away."""
    return request.args.get("edit", "")
