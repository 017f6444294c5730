"""Chosen invoices as one PDF for the printer: cover and list, then the invoices on sheets."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from typing import IO, Any

from flask_babel import gettext, ngettext

from app.accounts.models import Member
from app.core.errors import N_
from app.core.invoice import kind
from app.core.period import SHANGHAI
from app.core.verdict import Lifecycle
from app.documents.readers.limits import MEDIA_TYPES
from app.invoices.models import Invoice
from app.papers import frames, layout, leaves, summary
from app.papers.book import Book, book
from app.papers.frames import Caption, Head
from app.papers.layout import A4, ACROSS, Item, Layout, Leaf, Sheet
from app.papers.making import Making, Unmade, found, walk
from app.papers.press import NotALeaf, Press
from app.papers.summary import Line
from app.plumbing import sandbox
from app.plumbing.db import db
from app.verification.words import AUTHENTICITY, LIFECYCLE

MOST = 1_000
"""Invoices in one pack: more sheets are not one errand."""

CHUNK = 50
PREVIEWED, PICTURED = 4, 2
LAYOUTS = {
    Layout.TWO: N_("Two on a page"),
    Layout.ONE: N_("One on a page"),
    Layout.FOUR: N_("Four on a page"),
    Layout.PASTE: N_("Sheets for pasting"),
}
HINTS = {
    Layout.TWO: N_("A4 with a cut line. Tickets and slips stand four on a page."),
    Layout.ONE: N_("Each page of an invoice on an A4 page of its own"),
    Layout.FOUR: N_("A4 across, for tickets and slips"),
    Layout.PASTE: N_("With a binding margin, the sum in capitals and boxes for signatures"),
}
_SMALL = frozenset({"rail", "train_ticket", "taxi", "quota", "vat_roll"})
"""Tickets and slips, which are read as easily at a quarter of a page."""

_QUIET = (Lifecycle.UNKNOWN, Lifecycle.NORMAL)


@dataclass(slots=True)
class _Gathered:
    """What is known of the invoices, in the order in which they were asked for."""

    lines: list[Line] = field(default_factory=list)
    captions: dict[int, Caption] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)


def write(work: Making, file: IO[bytes]) -> None:
    """The whole pack into an empty file, in the language in force.

    ``layout`` in what is asked is a word of ``Layout``; chosen invoices stand in the order of their
    ids, others as ``walk`` does. Raises Unmade, and what a Making raises.
    """
    if work.total > MOST:
        raise Unmade("long")
    chosen = Layout(work.asked.get("layout", Layout.TWO))
    with book(file, gettext("Invoices for printing")) as made:
        told = _gather(made.press, _in_order(work), work.member, chosen, work.note)
        if not told.lines:
            raise Unmade("nothing")
        sheets = list(layout.sheets(told.items, chosen))
        before = 1 + summary.count(told.lines)
        facts = _facts(work, told, chosen, before + len(sheets))
        _front(made, told.lines, sheets, facts, _head(work.member))
        _sheets(made, sheets, told.captions, _head(work.member), before)


def preview(invoices: Sequence[Invoice], chosen: Layout, *, by: Member, file: IO[bytes]) -> int:
    """The sheets of the first ``PREVIEWED`` of these, without cover and list; gives how many."""
    with book(file, gettext("Preview")) as made:
        told = _gather(made.press, [invoices[:PREVIEWED]], by, chosen, lambda _done: None)
        sheets = list(layout.sheets(told.items, chosen))
        _sheets(made, sheets, told.captions, _head(by), 0)
    return len(sheets)


def pictures(invoices: Sequence[Invoice], chosen: Layout, *, by: Member) -> list[bytes]:
    """The first ``PICTURED`` sheets as WebP, drawn as every original is shown: in the sandbox."""
    with tempfile.TemporaryFile() as file:
        count = preview(invoices, chosen, by=by, file=file)
        file.flush()
        return [
            sandbox.ask("preview", file, media_type=MEDIA_TYPES["pdf"], page=page)[1]
            for page in range(1, min(count, PICTURED) + 1)
        ]


def in_turn(asked: dict[str, Any], member: Member, most: int) -> list[Invoice]:
    """The first of what is asked: chosen ones in the order of their ids, others as they come."""
    if "ids" in asked:
        places = {one: place for place, one in enumerate(asked["ids"])}
        chosen = db.session.scalars(found(asked, member))
        return sorted(chosen, key=lambda one: places[one.id])[:most]
    return list(islice(chain.from_iterable(walk(asked, member, most)), most))


def _in_order(work: Making) -> Iterator[Sequence[Invoice]]:
    """A few at a time; nothing of them is kept."""
    left = iter(dict.fromkeys(work.asked.get("ids") or _ids(work)))
    while some := list(islice(left, CHUNK)):
        query = work.query().where(Invoice.id.in_(some))
        known = {one.id: one for one in db.session.scalars(query)}
        yield [known[one] for one in some if one in known]


def _ids(work: Making) -> list[str]:
    return [one.id for page in work.pages() for one in page]


def _gather(
    press: Press,
    chunks: Iterable[Sequence[Invoice]],
    member: Member,
    chosen: Layout,
    note: Callable[[int], None],
) -> _Gathered:
    """Write down the pages of each invoice; what it is called stays in mind, its row does not."""
    told, mark = _Gathered(), _mark(member)
    for invoices in chunks:
        shown = leaves.find(invoices, member, lambda one: _room(one, chosen))
        wanted = [shown[one.id] for one in invoices]
        lines = [_line(one, place, mark) for place, one in enumerate(invoices, len(told.lines) + 1)]
        small = [one.kind_word in _SMALL for one in invoices]
        fetched = leaves.fetch(one for each in wanted for one in (each.face, *each.others))
        for line, is_small, each in zip(lines, small, wanted, strict=True):
            faces = _taken(press, next(fetched))
            others = [leaf for _ in each.others for leaf in _taken(press, next(fetched))]
            told.lines.append(line if faces else replace(line, is_missing=True))
            told.captions[line.number] = _caption(line)
            told.items.append(Item(line.number, is_small, faces, others))
            note(line.number)
    return told


def _facts(work: Making, told: _Gathered, chosen: Layout, count: int) -> list[tuple[str, str]]:
    """What the cover says of the pack."""
    member = work.member
    return [
        (gettext("Company"), f"{member.company.name} {member.company.tax_id or ''}".strip()),
        (gettext("Made for"), member.name),
        (gettext("Asked for at"), f"{work.made_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
        (gettext("Layout"), gettext(LAYOUTS[chosen])),
        (gettext("Number of pages"), _pages_said(told, count)),
    ]


def _taken(press: Press, answer: leaves.Answer | None) -> list[Leaf]:
    """The pages of a file, as they can be placed now; none of one that could not be drawn."""
    if answer is None:
        return []
    pdf, pages = answer
    try:
        forms = press.take(pdf)
    except NotALeaf:
        return []
    return [Leaf(form, **facts) for form, facts in zip(forms, pages, strict=True)]


def _front(
    made: Book,
    lines: Sequence[Line],
    sheets: Sequence[Sheet],
    facts: Sequence[tuple[str, str]],
    head: Head,
) -> None:
    """Cover and list; the list says on which page of the pack an invoice begins."""
    before = 1 + summary.count(lines)
    count = before + len(sheets)
    pages: dict[int, int] = {}
    for page, sheet in enumerate(sheets, start=before + 1):
        for one in sheet.placed:
            pages.setdefault(one.number, page)
    pen = made.pen()
    summary.cover(pen, gettext("Invoices for printing"), facts, lines, head.mark)
    summary.footer(pen, (1, count), across=False)
    made.page(A4, [made.draw(pen)])
    for page in range(before - 1):
        pen = made.pen()
        summary.table(pen, page, lines, pages, head.mark)
        summary.footer(pen, (page + 2, count), across=True)
        made.page(ACROSS, [made.draw(pen)])


def _sheets(
    made: Book,
    sheets: Sequence[Sheet],
    captions: dict[int, Caption],
    head: Head,
    before: int,
) -> None:
    count = before + len(sheets)
    for number, sheet in enumerate(sheets, start=before + 1):
        pen = made.pen()
        forms = frames.draw(pen, sheet, captions, head, (number, count))
        made.page(sheet.size, [made.draw(pen)], forms)


def _room(invoice: Invoice, chosen: Layout) -> tuple[float, float]:
    return layout.room(chosen, is_small=invoice.kind_word in _SMALL)


def _line(invoice: Invoice, number: int, mark: str) -> Line:
    """What is listed; a file without a readable number has none."""
    key = invoice.key
    text = "" if key.scheme == "file" else f"{key.code} {key.number}".strip()
    is_loud = invoice.lifecycle not in _QUIET
    verdict = LIFECYCLE[invoice.lifecycle] if is_loud else AUTHENTICITY[invoice.authenticity]
    return Line(
        number,
        text,
        gettext(kind(invoice.kind_word).en),
        invoice.issued,
        invoice.seller_name,
        invoice.amount,
        invoice.tax,
        invoice.total,
        " · ".join(filter(None, (mark, gettext(verdict)))),
    )


def _caption(line: Line) -> Caption:
    said = [str(line.number), line.text or gettext("No number"), line.seller]
    total = f"¥{line.total}" if line.total is not None else gettext("Amount not known")
    return Caption("  ".join(filter(None, said)), f"{total}  {line.verdict}", line.total)


def _pages_said(told: _Gathered, count: int) -> str:
    """How many pages there are, and how many invoices are listed without one."""
    missing = sum(line.is_missing for line in told.lines)
    if not missing:
        return str(count)
    words = ngettext(
        "%(num)s invoice has no page to print", "%(num)s invoices have no page to print", missing
    )
    return f"{count} · {words}"


def _mark(member: Member) -> str:
    """Every verdict of the specimen company wears the word (DESIGN §3, rule 7)."""
    return gettext("SPECIMEN") if member.company.is_specimen else ""


def _head(member: Member) -> Head:
    return Head(member.company.name, _mark(member))
