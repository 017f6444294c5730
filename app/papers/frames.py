"""What of our own stands on a sheet of invoices: cut lines, captions, the form of a paste sheet."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from app.core.capitals import spell
from app.core.money import Money
from app.papers.layout import A4, BINDING, CAPTION, MARGIN, MM, PASTED, Frame, Placed, Sheet
from app.papers.pen import GREY, LIGHT, LINE, Pen

_SIZE = 7.0
_DASHES = (4.0, 3.0)
_TITLE, _TEXT = 16.0, 9.0
_TOP = A4[1] - 14 * MM


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said below an invoice: its number and what is known of it; and its amount, if any."""

    left: str
    right: str
    total: Money | None


@dataclass(frozen=True, slots=True)
class Head:
    """What every sheet says: the company, and the mark of specimens or nothing."""

    company: str
    mark: str


def draw(
    pen: Pen, sheet: Sheet, captions: Mapping[int, Caption], head: Head, page: tuple[int, int]
) -> list[int]:
    """Everything on a sheet; gives the forms it needs, ``/L0`` and on. ``page`` is which of all."""
    forms: list[int] = []
    for one in sheet.placed:
        pen.add(_placed(one, len(forms)))
        forms.append(one.leaf.form)
        _caption(pen, one, captions[one.number])
    _FRAMES[sheet.frame](pen, sheet, captions, head)
    if head.mark:
        pen.text(head.mark, _SIZE, MARGIN, 3 * MM, ink=GREY)
    pen.right(f"{page[0]} / {page[1]}", _SIZE, sheet.size[0] - MARGIN, 3 * MM, ink=GREY)
    return forms


def _placed(one: Placed, place: int) -> str:
    """The form moved and scaled into its place, and nothing of it outside what is to be seen."""
    left, bottom, right, top = one.seen
    x, y = one.x - left * one.scale, one.y - bottom * one.scale
    inner = " ".join(f"{part:.6f}" for part in one.leaf.matrix)
    cut = f"{left:.3f} {bottom:.3f} {right - left:.3f} {top - bottom:.3f} re W n"
    return (
        f"q {one.scale:.6f} 0 0 {one.scale:.6f} {x:.3f} {y:.3f} cm {cut} {inner} cm /L{place} Do Q"
    )


def _caption(pen: Pen, one: Placed, caption: Caption) -> None:
    left, bottom, right, _ = one.cell
    y = bottom - CAPTION + 1.6 * MM
    pen.within(caption.left, _SIZE, (left, right - (right - left) * 0.28), y)
    pen.right(caption.right, _SIZE, right, y)


def _cut(pen: Pen, sheet: Sheet, _captions: Mapping[int, Caption], _head: Head) -> None:
    middle = sheet.size[1] / 2
    pen.line((0, middle), (sheet.size[0], middle), ink=LIGHT, dashes=_DASHES)


def _cross(pen: Pen, sheet: Sheet, captions: Mapping[int, Caption], head: Head) -> None:
    _cut(pen, sheet, captions, head)
    middle = sheet.size[0] / 2
    pen.line((middle, 0), (middle, sheet.size[1]), ink=LIGHT, dashes=_DASHES)


def _plain(_pen: Pen, _sheet: Sheet, _captions: Mapping[int, Caption], _head: Head) -> None:
    """Nothing but the page itself."""


def _paste(pen: Pen, sheet: Sheet, captions: Mapping[int, Caption], head: Head) -> None:
    left, bottom, right, top = PASTED
    _binding(pen)
    pen.middle(gettext("Sheet for pasting receipts"), _TITLE, (left + right) / 2, _TOP, bold=True)
    pen.within(
        gettext("Company: %(name)s", name=head.company), _TEXT, (left, right), _TOP - 10 * MM
    )
    third = (right - left) / 3
    labels = (gettext("Department:"), gettext("Claimed by:"), gettext("Date:"))
    for place, label in enumerate(labels):
        pen.text(label, _TEXT, left + third * place, top + 3 * MM)
    pen.box(PASTED, thick=LINE)
    _sums(pen, sheet, captions)
    labels = (gettext("Handled by"), gettext("Head of department"), gettext("Reviewed by finance"))
    for place, label in enumerate(labels):
        box = (left + third * place, 9 * MM, left + third * (place + 1), bottom - 11 * MM)
        pen.box(box, thick=LINE)
        pen.text(label, _TEXT, box[0] + 2 * MM, box[3] - 5 * MM)


def _binding(pen: Pen) -> None:
    x, signs = BINDING - 7 * MM, gettext("Binding line")
    pen.line((x, 12 * MM), (x, A4[1] - 12 * MM), dashes=_DASHES)
    if signs.isascii():
        return
    step = A4[1] / (len(signs) + 1)
    for place, sign in enumerate(signs, start=1):
        pen.middle(sign, _TEXT, x - 6 * MM, A4[1] - step * place, ink=GREY)


def _sums(pen: Pen, sheet: Sheet, captions: Mapping[int, Caption]) -> None:
    """How many invoices stand on the sheet, and what those come to that are known."""
    left, bottom, right, _ = PASTED
    numbers = dict.fromkeys(one.number for one in sheet.placed)
    totals = [captions[number].total for number in numbers]
    known = [total for total in totals if total is not None]
    pen.box((left, bottom - 11 * MM, right, bottom), thick=LINE)
    y = bottom - 7 * MM
    words = ngettext("%(num)s invoice", "%(num)s invoices", len(numbers))
    pen.text(words, _TEXT, left + 2 * MM, y)
    if len(known) < len(totals):
        missing = len(totals) - len(known)
        words = ngettext("%(num)s of unknown amount", "%(num)s of unknown amount", missing)
        pen.text(words, _TEXT, left + 26 * MM, y, ink=GREY)
    if known:
        total = Money.sum(known)
        said = gettext("Total ¥%(total)s (%(capitals)s)", total=total, capitals=spell(total))
        pen.within(said, _TEXT, (left + 62 * MM, right - 2 * MM), y, ends=True)


_FRAMES = {Frame.CUT: _cut, Frame.CROSS: _cross, Frame.PLAIN: _plain, Frame.PASTE: _paste}
