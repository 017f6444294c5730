"""The files of invoices in one archive, under names of one's choice, with a list of them."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flask_babel import gettext
from sqlalchemy import Select, func, select

from app.accounts.models import Member, Person
from app.accounts.roles import Power
from app.core.errors import N_
from app.core.period import SHANGHAI
from app.documents import documents
from app.documents.models import Document
from app.invoices.models import Holding, Invoice, Pair
from app.papers import commas, naming
from app.papers.making import Making, Unmade
from app.papers.rows import rows, titles
from app.plumbing import storage
from app.plumbing.db import db

MOST_FILES = 20_000
PREVIEWED = 5
_CHUNK = 1 << 20
_SUFFIXES = {"jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class File:
    """One original of one invoice; ``mark`` says what it is beside the invoice itself."""

    digest: str
    suffix: str
    size: int
    came_at: datetime
    mark: str = ""


def write(work: Making, file: IO[bytes]) -> None:
    """Every file once, as it came, and ``清单.csv`` with what is in which; streamed to the disk.

    Raises Unmade for more than ``MOST_FILES`` invoices.
    """
    if work.total > MOST_FILES:
        raise Unmade("long")
    storage.ask_for_room(_size(work))
    text = naming.template(str(work.asked.get("names", "")))
    folder = Path(file.name).parent
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        tempfile.TemporaryFile(dir=folder) as listed,
    ):
        _write_files(work, archive, listed, text)
        listed.seek(0)
        name = gettext("List")
        entry = zipfile.ZipInfo(f"{name}.csv", work.made_at.astimezone(SHANGHAI).timetuple()[:6])
        with archive.open(entry, "w") as place:
            while chunk := listed.read(_CHUNK):
                place.write(chunk)


def preview(query: Select[Invoice], member: Member, text: str) -> list[str]:
    """The names that the newest few with a file would get."""
    filed = select(Holding.id).where(
        Holding.invoice_id == Invoice.id, Holding.document_id.is_not(None)
    )
    newest = query.where(filed.exists()).order_by(Invoice.issued.desc(), Invoice.id.desc())
    page, names = list(db.session.scalars(newest.limit(PREVIEWED))), naming.Names()
    files, who = _files(page, member), _who(page, member)
    told = []
    for one in page:
        base = naming.fill(text, naming.values(one, who.get(one.id, "")))
        told += [names.give(base, file.suffix) for file in files.get(one.id, ())[:1]]
    return told


@dataclass(frozen=True, slots=True)
class _Planned:
    """An invoice whose files are to be written, as plain values."""

    base: str
    files: Sequence[File]
    cells: list[str]


def _write_files(work: Making, archive: zipfile.ZipFile, listed: IO[bytes], template: str) -> None:
    names, done = naming.Names(), 0
    known: dict[str, str] = {}
    text = io.TextIOWrapper(listed, encoding="utf-8-sig", newline="", write_through=True)
    lines = csv.writer(text)
    lines.writerow([gettext("File"), *titles()])
    for page in work.pages():
        for one in _plan(page, work.member, template):
            given = [_put(archive, file, one.base, names, known) for file in one.files]
            lines.writerow([commas.cell(" · ".join(given)), *one.cells])
            done += 1
            work.note(done)
    text.detach()


def _plan(page: Sequence[Invoice], member: Member, template: str) -> list[_Planned]:
    files, who = _files(page, member), _who(page, member)
    return [
        _Planned(
            naming.fill(template, naming.values(one, who.get(one.id, ""))),
            files.get(one.id, ()),
            [commas.cell(cell) for cell in row.cells],
        )
        for one, row in zip(page, rows(page, member), strict=True)
    ]


def _put(
    archive: zipfile.ZipFile, file: File, base: str, names: naming.Names, known: dict[str, str]
) -> str:
    """The name under which a file is in the archive; one that is gone is said to be missing."""
    if file.digest in known:
        return known[file.digest]
    try:
        original = storage.read(file.digest)
    except FileNotFoundError:
        return str(gettext("(the file is missing)"))
    name = names.give(f"{base}-{gettext(file.mark)}" if file.mark else base, file.suffix)
    known[file.digest] = name
    entry = zipfile.ZipInfo(name, file.came_at.astimezone(SHANGHAI).timetuple()[:6])
    entry.file_size = file.size
    with original, archive.open(entry, "w") as place:
        while chunk := original.read(_CHUNK):
            place.write(chunk)
    return name


def _files(page: Sequence[Invoice], member: Member) -> dict[str, list[File]]:
    """Of each invoice what the member may see: its own files, then what goes with it."""
    ids = [one.id for one in page]
    seen = documents.visible_to(member).with_only_columns(Document.id)
    columns = (Document.digest, Document.kind, Document.size, Document.made_at)
    held = select(Holding.invoice_id, *columns).join(Document, Document.id == Holding.document_id)
    paired = select(Pair.invoice_id, *columns).join(Document, Document.id == Pair.document_id)
    own = held.where(Holding.invoice_id.in_(ids)).order_by(Holding.id)
    beside = paired.where(Pair.invoice_id.in_(ids), Pair.parted_at.is_(None)).order_by(Pair.id)
    found: dict[str, dict[str, File]] = {}
    for query, mark in ((own, ""), (beside, N_("itinerary"))):
        for one in db.session.execute(query.where(Document.id.in_(seen))):
            invoice_id, digest, kind, size, came_at = one
            file = File(digest, _SUFFIXES.get(kind, kind), size, came_at, mark)
            found.setdefault(invoice_id, {}).setdefault(digest, file)
    return {invoice_id: list(files.values()) for invoice_id, files in found.items()}


def _who(page: Sequence[Invoice], member: Member) -> dict[str, str]:
    """Who brought each first, as far as the member may know."""
    ids = [one.id for one in page]
    held = select(Holding.invoice_id, Person.name).join(Member, Member.id == Holding.member_id)
    held = held.join(Person).where(Holding.invoice_id.in_(ids)).order_by(Holding.id.desc())
    if not member.may(Power.SEE_ALL):
        held = held.where(Holding.member_id == member.id)
    return {one.invoice_id: one.name for one in db.session.execute(held)}


def _size(work: Making) -> int:
    """Bytes of all files, those of several invoices counted more than once."""
    asked = work.query().with_only_columns(Invoice.id)
    held = select(func.sum(Document.size)).join(Holding, Holding.document_id == Document.id)
    return int(db.session.scalar(held.where(Holding.invoice_id.in_(asked))) or 0)
