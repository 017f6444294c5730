"""The text of one page as signs with places, whoever wrote the page (FORMATS §5 D, §6)."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from math import pi
from typing import NamedTuple

MOST_GLYPHS = 8_000
UNKNOWN = "\ufffd"
_UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_NAMELESS = frozenset({"Co", "Cn", "Cs"})
_STRAIGHT = 0.02
# The radicals of simplified characters have no compatibility mapping in Unicode.
_RADICALS = dict(
    zip(
        "⺠⺟⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "民母西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)


class Glyph(NamedTuple):
    """One sign as it is read (``sign``) and as it is compared (``plain``, NFKC).

    ``left``, ``right`` and ``base`` (its line, downwards) are points with the text upright;
    ``em`` is the size of its font there, ``box`` its sides in the space of the page.
    """

    sign: str
    plain: str
    left: float
    right: float
    base: float
    em: float
    box: tuple[float, float, float, float]


class Sign(NamedTuple):
    """One sign as its page places it, in points, upwards: ``origin`` is on its line, at its left.

    ``wide`` are the sides of the room it takes, ``angle`` is how far it is turned to the left.
    """

    sign: str
    plain: str
    origin: tuple[float, float]
    box: tuple[float, float, float, float]
    wide: tuple[float, float, float, float]
    em: float
    angle: float


class Frame(NamedTuple):
    """How a point falls on a page as it is shown, turned and cut, in fractions of it."""

    corner: tuple[float, float]
    right: tuple[float, float]
    down: tuple[float, float]

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """From the left and from the top."""
        return (
            self.corner[0] + x * self.right[0] + y * self.down[0],
            self.corner[1] + x * self.right[1] + y * self.down[1],
        )

    def is_on(self, sign: Sign) -> bool:
        """Whether the middle of a sign is on the page."""
        left, low, right, top = sign.box
        across, along = self.seen((left + right) / 2, (low + top) / 2)
        return 0 <= across <= 1 and 0 <= along <= 1


NOWHERE = Frame((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))


class Sheet:
    """The visible text of one page, ``number`` counted from 1, read in its main direction.

    ``source`` is the kind of file, as readings name it; ``slack`` is by how many ems two signs of
    one line may stand higher or lower.
    """

    slack = 0.4

    def __init__(
        self, source: str, number: int, frame: Frame = NOWHERE, signs: Iterable[Sign] = ()
    ) -> None:
        """Take the signs that are on the page."""
        self.source, self.number, self._frame = source, number, frame
        on_page = (one for one in signs if one.em > 0 and frame.is_on(one))
        self.glyphs = _upright(list(islice(on_page, MOST_GLYPHS)))

    def place(self, glyphs: Iterable[Glyph]) -> dict[str, object]:
        """Where they stand: the page, and left, top, right, bottom as fractions of it upright."""
        boxes = [glyph.box for glyph in glyphs]
        corners = [
            self._frame.seen(x, y)
            for left, low, right, top in boxes
            for x, y in ((left, low), (right, top))
        ]
        across, along = [x for x, _ in corners], [y for _, y in corners]
        sides = (min(across), min(along), max(across), max(along))
        return {"page": self.number, "box": [round(side, 5) for side in sides]}


def spell(sign: str) -> tuple[str, str]:
    """A sign as it is read and as it is compared, one character each; empty where none is seen.

    Prints of macOS have radicals for characters (FORMATS §6); brackets keep their width. A sign
    that has no name, as rare characters of some fonts, is ``UNKNOWN``: a hole must be noticed.
    """
    if sign < "\x7f":
        return (sign, sign) if sign > " " else ("", "")
    category = unicodedata.category(sign)
    if category in _UNSEEN:
        return "", ""
    if category in _NAMELESS:
        return UNKNOWN, UNKNOWN
    same = _RADICALS.get(sign) or unicodedata.normalize("NFKC", sign)
    if "\u2e80" <= sign <= "\u2fdf" or "\uf900" <= sign <= "\ufaff":
        sign = same
    return sign, same if len(same) == 1 else sign


def _upright(signs: list[Sign]) -> list[Glyph]:
    """Only those of the main direction: the letters of seals and of marks across lean."""
    quarters = Counter(
        round(sign.angle / (pi / 2)) % 4 for sign in signs if _leans(sign.angle) < _STRAIGHT
    )
    if not quarters:
        return []
    quarter = quarters.most_common(1)[0][0]
    return [
        _turned(sign, quarter)
        for sign in signs
        if _leans(sign.angle) < _STRAIGHT and round(sign.angle / (pi / 2)) % 4 == quarter
    ]


def _leans(angle: float) -> float:
    """By how much it differs from the nearest quarter, in quarters."""
    quarters = angle / (pi / 2)
    return abs(quarters - round(quarters))


def _turned(sign: Sign, quarter: int) -> Glyph:
    left, low, right, top = sign.wide if _is_wide(sign.wide) else sign.box
    across = [_turn(x, y, quarter)[0] for x, y in ((left, low), (right, top))]
    base = _turn(*sign.origin, quarter)[1]
    return Glyph(sign.sign, sign.plain, min(across), max(across), base, sign.em, sign.box)


def _is_wide(box: tuple[float, float, float, float]) -> bool:
    return box[0] < box[2] and box[1] < box[3]


def _turn(x: float, y: float, quarter: int) -> tuple[float, float]:
    """The same point where text runs to the right and lines follow downwards."""
    return ((x, -y), (y, x), (-x, y), (-y, -x))[quarter]
