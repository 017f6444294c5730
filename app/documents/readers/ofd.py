"""An OFD: its attached XML, its tags, the text of its pages, its custom data, its drawn codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from app.core.invoice import kind_of_code, kind_of_title
from app.documents.readers import codes, ofddraw, ofdobjects, ofdtext, ofdtree, pages, qr, tags, xml
from app.documents.readers.codes import DPI, SCANNED_PAGES_TRIED
from app.documents.readers.found import Found
from app.documents.readers.glance import see
from app.documents.readers.glyphs import Sheet
from app.documents.readers.limits import KIB, Refused
from app.documents.readers.markup import Element, children, find, text
from app.documents.readers.package import Package
from app.documents.readers.page import draw, open_pdf

_CUSTOM = {
    "发票代码": "code",
    "发票号码": "number",
    "开票日期": "issued",
    "校验码": "check_code",
    "合计金额": "amount",
    "合计税额": "tax",
    "价税合计": "total",
    "购买方名称": "buyer_name",
    "购买方纳税人识别号": "buyer_tax_id",
    "销售方名称": "seller_name",
    "销售方纳税人识别号": "seller_tax_id",
}
Seen = tuple[str, dict[str, Any]]
Passing = Callable[[Iterable[Sheet]], Iterator[Sheet]]
_PICTURES = (".png", ".jpg", ".jpeg")
_SMALL = 200 * KIB
_MOST_PICTURES = 8
_FEWEST_STROKES = 150
"""The smallest code of an invoice has some 150 runs of dark squares."""

_MOST_ATTACHED = 20


def read(data: bytes, passing: Passing = iter) -> list[Found]:
    """What every part says; a part that cannot be read says nothing, for makers break some.

    The order is that of trust among what the file itself says: tags before the text (FORMATS §5).
    The text of the pages goes through ``passing`` on its way.

    Raises:
        Refused: the package itself cannot be opened.
    """
    package = Package(data)
    root = package.tree("OFD.xml")
    if root is None:
        raise Refused("broken")
    found: list[Found] = []
    for place, body in enumerate(ofdtree.bodies(root)):
        for one in _read_body(package, body, passing):
            one.body = place
            found.append(one)
    return found


def _read_body(package: Package, body: Element, passing: Passing) -> list[Found]:
    document = text(body, "DocRoot").lstrip("/")
    folder = document.rpartition("/")[0] + "/" if "/" in document else ""
    names = package.under(folder)
    objects = tags.Objects(package, folder, package.tree(document))
    attached = [name for name in names if _is_attached(name)][:_MOST_ATTACHED]
    found = [one for name in attached for one in _attached(package, name)]
    found += [one for name in names if _is_tag(name) for one in objects.read_tag(name)]
    custom = _custom(body)
    _name_kinds([*found, custom], objects)
    written = ofdtree.Document(package, body)
    found += [*pages.read(passing(ofdtext.sheets(written))), custom]
    if not any(one.source == "qr" for one in found):
        is_last_hope = not any(one.key for one in found)
        seen = list(_codes(package, names, is_last_hope=is_last_hope))
        seen = seen or _drawn(written.pages[: SCANNED_PAGES_TRIED if is_last_hope else 1])
        found += [one for words, place in seen for one in qr.found([words], place)]
    return [one for one in found if one.values]


def _is_attached(name: str) -> bool:
    lower = name.lower()
    return "/attach" in lower and lower.endswith(".xml") and "attachments" not in lower


def _is_tag(name: str) -> bool:
    lower = name.lower()
    return "/tags/" in lower and lower.endswith(".xml") and "customtags" not in lower


def _attached(package: Package, name: str) -> list[Found]:
    try:
        return xml.read(package.bytes(name), name)
    except Refused:
        return []


def _custom(body: Element) -> Found:
    """合计金额 is without tax here."""
    found = Found("ofd", is_about_file=True)
    for one in children(find(body, "DocInfo/CustomDatas"), "CustomData"):
        label = one.get("Name", "")
        if field := _CUSTOM.get(label):
            found.note(field, text(one), {"path": f"CustomData[{label}]", "part": "OFD.xml"})
    return found


def _codes(package: Package, names: list[str], *, is_last_hope: bool) -> Iterator[Seen]:
    """The codes of pictures; one as large as a page counts only where nothing else spoke."""
    pictures = [name for name in names if name.lower().endswith(_PICTURES)]
    for name in pictures[:_MOST_PICTURES]:
        picture = package.bytes(name)
        if len(picture) <= _SMALL or is_last_hope:
            with suppress(Refused):
                yield from ((code.text, {"part": name}) for code in codes.drawn(picture))


def _drawn(some: list[ofdtree.Page]) -> list[Seen]:
    """The codes that are seen on pages only: drawn by lines, or packed as JBIG2 (FORMATS §5 A)."""
    seen: list[Seen] = []
    for one in filter(_may_hold_code, some):
        with suppress(Refused), open_pdf(ofddraw.of_page(one)) as pdf:
            found = see(draw(pdf, 1, dpi=DPI, mode="L"), one.number)
            seen += [(code.text, {"page": code.page, "box": code.box}) for code in found]
    return seen


def _may_hold_code(page: ofdtree.Page) -> bool:
    """Whether it has pictures that were not looked at, or as many strokes as a code."""
    strokes = 0
    for thing in ofdobjects.things(page):
        known_as = thing.element.get("ResourceID", "")
        if thing.sort == "ImageObject":
            named = text(page.document.shared("MultiMedia", known_as), "MediaFile")
            if named and not named.lower().endswith(_PICTURES):
                return True
        elif thing.sort == "PathObject":
            strokes += text(thing.element, "AbbreviatedData").count("M")
    return strokes >= _FEWEST_STROKES


def _name_kinds(found: list[Found], objects: tags.Objects) -> None:
    """The kind by the code, else by the title that is printed on the page."""
    for one in found:
        kind = kind_of_code(one.values.get("code", ""))
        if one.source == "ofd" and one.values:
            titles = (kind_of_title(words) for words in objects.texts())
            kind = kind or next((known for known in titles if known), None)
            one.note("kind_word", kind.word if kind else "")
