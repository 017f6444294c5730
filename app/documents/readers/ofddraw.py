"""A page of an OFD as a PDF, so that one engine draws both (FORMATS §5, GB/T 33190)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import cos, radians, sin

from app.documents.readers import ofdcolours, ofdpaths, ofdstamps
from app.documents.readers.limits import MOST_PAGES, Refused
from app.documents.readers.markup import Element, children, text
from app.documents.readers.ofdcanvas import Canvas, placed
from app.documents.readers.ofdcolours import BLACK, Ink
from app.documents.readers.ofdfonts import Font
from app.documents.readers.ofdobjects import Matrix, Thing, things, units
from app.documents.readers.ofdtree import Page, documents, number, numbers
from app.documents.readers.package import Package

_MOST_CLIPS = 20
_SLANT = 0.21
_BOLD_FROM, _BOLD = 600, 0.03
_UPRIGHT = Matrix(a=1, d=-1, f=1)


def count(data: bytes) -> int:
    """How many pages an OFD has, all its documents together; 0 of what is none."""
    try:
        return sum(1 for _ in _pages(Package(data)))
    except Refused:
        return 0


def draw(data: bytes, number: int) -> bytes:
    """Page ``number``, from 1, as a PDF of one page; what cannot be drawn is left out.

    Raises:
        Refused: there is no such page, or the package cannot be opened.
    """
    pages = _pages(Package(data))
    page = next((page for place, page in enumerate(pages, start=1) if place == number), None)
    if page is None:
        raise Refused("too_many" if number > 1 else "broken")
    return of_page(page)


def of_page(page: Page) -> bytes:
    """The PDF of a page that is at hand, with the seals on it."""
    canvas = Canvas()
    _draw(canvas, page, Matrix())
    for stamp in ofdstamps.on(page):
        _stamp(canvas, stamp)
    return canvas.finish(page.box)


def _pages(package: Package) -> Iterator[Page]:
    found = (page for document in documents(package) for page in document.pages)
    return islice(found, MOST_PAGES)


def _draw(canvas: Canvas, page: Page, outer: Matrix) -> None:
    for thing in things(page):
        if canvas.is_full:
            return
        if drawn := _HOW[thing.sort](canvas, thing):
            canvas.add("q", placed(outer), *_clips(thing), placed(thing.matrix), *drawn, "Q")


def _path(canvas: Canvas, thing: Thing) -> list[str]:
    fill = _colour(thing, "Fill", None, is_usual=False)
    line = _colour(thing, "Stroke", BLACK, is_usual=True)
    traced = ofdpaths.trace(text(thing.element, "AbbreviatedData"), Matrix())
    if not traced or not (fill or line):
        return []
    told = [canvas.state(fill, line, thing.element.get("BlendMode"))]
    told += [fill.operator()] if fill else []
    told += [line.operator(is_line=True), ofdcolours.lines(thing)] if line else []
    paint = ("B" if line else "f") if fill else "S"
    is_even = fill is not None and thing.element.get("Rule") == "Even-Odd"
    return [*told, traced, paint + ("*" if is_even else "")]


def _text(canvas: Canvas, thing: Thing) -> list[str]:
    """Each sign at its place; the signs of one text may come from several fonts."""
    element = thing.element
    size = number(element.get("Size"), 0.0)
    fill = _colour(thing, "Fill", BLACK, is_usual=True)
    line = _colour(thing, "Stroke", BLACK, is_usual=False)
    if size <= 0 or not (fill or line):
        return []
    font = canvas.font(thing.document, element.get("Font", ""))
    told = [canvas.state(fill, line or fill, element.get("BlendMode"))]
    told += [_strength(thing, font[1], size, fill, line), "BT"]
    head, last = _direction(thing), ""
    for unit in units(element):
        if coded := canvas.sign(font, unit.sign, unit.glyph):
            told += [f"/{coded[0]} {size:.4f} Tf"] if coded[0] != last else []
            told.append(f"{head} {unit.x:.4f} {unit.y:.4f} Tm <{coded[1]}> Tj")
            last = coded[0]
    return [*told, "ET"] if last else []


def _picture(canvas: Canvas, thing: Thing) -> list[str]:
    """Its space is one by one, from the top; without a matrix it fills its boundary."""
    element = thing.element
    box = numbers(element.get("Boundary"))
    is_placed = bool(element.get("CTM"))
    name = canvas.picture(thing.document, element.get("ResourceID", ""))
    if not name or not (is_placed or len(box) == 4):
        return []
    whole = Matrix() if is_placed else Matrix(a=box[2], d=box[3])
    ink = BLACK._replace(alpha=thing.alpha)
    state = canvas.state(ink, ink, element.get("BlendMode"))
    return [state, placed(_UPRIGHT.then(whole)), f"/{name} Do"]


_HOW = {"TextObject": _text, "PathObject": _path, "ImageObject": _picture}


def _stamp(canvas: Canvas, stamp: ofdstamps.Stamp) -> None:
    """A seal lies on the words without hiding them; one that is an OFD shows its first page."""
    left, top, width, height = stamp.box
    place = Matrix(width, 0, 0, height, left, top)
    canvas.add("q", canvas.state(BLACK, BLACK, "Multiply"))
    if stamp.cut:
        x, y, wide, high = stamp.cut
        canvas.add(ofdpaths.box(left + x, top + y, wide, high, Matrix()), "W n")
    if stamp.form == "ofd":
        _inside(canvas, stamp.picture, place)
    elif name := canvas.take(stamp.picture):
        canvas.add(placed(_UPRIGHT.then(place)), f"/{name} Do")
    canvas.add("Q")


def _inside(canvas: Canvas, data: bytes, place: Matrix) -> None:
    """The seals of a seal are not looked at."""
    try:
        page = next(_pages(Package(data)), None)
    except Refused:
        return
    if page:
        left, top, width, height = page.box
        whole = Matrix(1 / width, 0, 0, 1 / height, -left / width, -top / height)
        _draw(canvas, page, whole.then(place))


def _colour(thing: Thing, sort: str, otherwise: Ink | None, *, is_usual: bool) -> Ink | None:
    """The colour for ``Fill`` or ``Stroke``, unless the object says that it has none."""
    told = thing.element.get(sort)
    is_inked = is_usual if told is None else told in ("true", "1")
    return ofdcolours.ink(thing, f"{sort}Color", otherwise) if is_inked else None


def _strength(thing: Thing, font: Font, size: float, fill: Ink | None, line: Ink | None) -> str:
    """The colours of signs; a bold font that is not at hand is drawn with a line around."""
    if line:
        head = f"{fill.operator()} 2 Tr" if fill else "1 Tr"
        return f"{head} {line.operator(is_line=True)} {ofdcolours.lines(thing)}"
    ink = fill or BLACK
    if font.is_bold or number(thing.element.get("Weight"), 400.0) >= _BOLD_FROM:
        return f"{ink.operator()} {ink.operator(is_line=True)} {size * _BOLD:.4f} w 2 Tr"
    return f"{ink.operator()} 0 Tr"


def _direction(thing: Thing) -> str:
    """How signs are turned (clockwise), stretched and slanted, in a space that goes downwards."""
    turn = radians(number(thing.element.get("CharDirection"), 0.0))
    stretch = min(10.0, max(0.1, number(thing.element.get("HScale"), 1.0)))
    slant = _SLANT if thing.element.get("Italic") == "true" else 0.0
    told = Matrix(stretch, 0, slant, -1).then(Matrix(cos(turn), sin(turn), -sin(turn), cos(turn)))
    return " ".join(f"{part:.4f}" for part in told.parts[:4])


def _clips(thing: Thing) -> list[str]:
    """Where it is seen: within every clip, and of one clip within any of its areas."""
    told: list[str] = []
    for clips in children(thing.element, "Clips"):
        inside = thing.frame if clips.get("TransFlag") == "false" else thing.matrix
        for clip in islice(children(clips, "Clip"), _MOST_CLIPS):
            areas = islice(children(clip, "Area"), _MOST_CLIPS)
            traced = [one for area in areas for one in _area(area, inside)]
            told += [*traced, "W n"] if traced else []
    return told


def _area(area: Element, inside: Matrix) -> Iterator[str]:
    """The paths of an area; words as a clip cut nothing off here."""
    moved = _matrix(area).then(inside)
    for path in islice(children(area, "Path"), _MOST_CLIPS):
        box = numbers(path.get("Boundary"))
        corner = Matrix(e=box[0], f=box[1]) if len(box) == 4 else Matrix()
        if traced := ofdpaths.trace(
            text(path, "AbbreviatedData"), _matrix(path).then(corner).then(moved)
        ):
            yield traced


def _matrix(element: Element) -> Matrix:
    ctm = numbers(element.get("CTM"))
    return Matrix(*ctm) if len(ctm) == 6 else Matrix()
