"""An invoice of VAT on a page that was seen: on the bureau's paper, or a print of an e-invoice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.core.invoice import kind_of_code, kind_of_title
from app.documents.readers import goods, paper
from app.documents.readers.found import Found
from app.documents.readers.layout import GAP, Page, Span, alone, label
from app.documents.readers.sighted import blocks, sums

_SIGN = re.compile("N[oO0°º][.,:°º]?|№")
_RUN = re.compile("[0-9]+")
_MACHINE, _CHECK = label("机器编号"), re.compile(f"校{GAP}*验{GAP}*码{GAP}*:?")
_GROUPS = re.compile(rf"[{GAP}:]*((?:[0-9]{GAP}?){{20}})(?![0-9])")
_DAY = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日?")
_APART = re.compile(rf"[{GAP}:]*([0-9]{{4}}{GAP}[0-9]{{2}}{GAP}[0-9]{{2}})(?![0-9])")
_WHOLE_DAY = re.compile(r"[0-9]{4}[^0-9]+[0-9]{2}[^0-9]+[0-9]{2}[^0-9]*")
_TITLES = (("专用发票", "电子发票（增值税专用发票）"), ("普通发票", "电子发票（普通发票）"))
_WITHOUT_CHECK_CODE = ("vat_special", "vat_e_special")


def read(page: Page) -> Found | None:
    """What such a page says; None where nothing on it is laid out like one.

    On the bureau's paper code and number have no label and are printed twice, large and small
    (FORMATS §2.1): where the two differ and nothing tells which is right, they stay unknown.
    """
    found = Found("ocr")
    top = blocks.note(page, found)
    if top == float("inf"):
        return None
    head = [row for row in page.rows if row.base < top]
    _note_numbers(page, found, head)
    _note_day(page, found, head, top)
    _note_check_code(page, found, top)
    sums.note(page, found)
    paper.note_foot(page, found)
    lines = goods.read(page)
    if goods.adds_up(lines, found.values.get("amount", "")):
        for one in lines:
            found.add_line(one)
    return found


def _note_numbers(page: Page, found: Found, head: list[Span]) -> None:
    runs = list(_runs(page, head))
    digital = [one for one in runs if len(one.plain) == 20]
    if len({one.plain for one in digital}) == 1:
        _note(page, found, "number", digital)
        text = "".join(row.plain for row in head).replace(GAP, "")
        titles = [title for word, title in _TITLES if word in text]
        kind = kind_of_title(titles[0]) if len(titles) == 1 else None
    else:
        _note(page, found, "code", [one for one in runs if kind_of_code(one.plain)])
        _note(page, found, "number", [one for one in runs if len(one.plain) == 8])
        if "code" not in found.values:
            found.values.pop("number", None)
        kind = kind_of_code(found.values.get("code", ""))
    found.note("kind_word", kind.word if kind else "")


def _runs(page: Page, head: list[Span]) -> Iterator[Span]:
    """The figures above the parties, without the printing device's and the check code."""
    aside = [(one.base, one.right, one.em, 14) for one in page.find(_MACHINE)]
    aside += [(one.base, one.right, one.em, 20) for one in page.find(_CHECK)]
    for row in head:
        plain = _SIGN.sub(lambda one: " " * len(one[0]), row.plain)
        for one in _RUN.finditer(plain):
            run = row.cut(*one.span())
            if not any(
                abs(run.base - base) < em and right - em < run.left < right + signs * em
                for base, right, em, signs in aside
            ):
                yield run


def _note(page: Page, found: Found, name: str, runs: list[Span]) -> None:
    """The text that most of the runs say."""
    told = Counter(one.plain for one in runs).most_common(2)
    if told and (len(told) == 1 or told[0][1] > told[1][1]):
        spans = [one for one in runs if one.plain == told[0][0]]
        found.note(name, told[0][0], page.sheet.place(spans[0].glyphs))


def _note_day(page: Page, found: Found, head: list[Span], top: float) -> None:
    """Beside its label, else the only day above the parties.

    Month and day are always printed with two figures: of ``11`` eyes may see one.
    """
    spans = [
        one
        for form in (paper.DAY, _APART)
        for one in page.read(paper.ISSUED, form)
        if one.base < top
    ]
    spans = spans or [row.group(one) for row in head for one in _DAY.finditer(row.plain)]
    span = alone(spans)
    if span and _WHOLE_DAY.fullmatch(span.plain):
        found.note("issued", _day(span.plain), page.sheet.place(span.glyphs))


def _day(plain: str) -> str:
    """Software that prints on a form leaves 年, 月 and 日 to it."""
    return plain.replace(GAP, "" if "年" in plain or "-" in plain else " ")


def _note_check_code(page: Page, found: Found, top: float) -> None:
    """Twenty figures; special invoices and those with 20-digit numbers have none (§2.5)."""
    is_without = found.values.get("kind_word") in _WITHOUT_CHECK_CODE
    if is_without or len(found.values.get("number", "")) == 20:
        return
    spans = [one for one in page.read(_CHECK, _GROUPS) if one.base < top]
    if span := alone(spans):
        found.note("check_code", span.plain.replace(GAP, ""), page.sheet.place(span.glyphs))
