"""How well papers are known again: recall and false pairs, on photos of our own and on real ones.

``.venv/bin/python -m bench.alike [papers]``

Each of our papers is photographed three times, and once more with one digit of its number and one
of its total altered. Papers of one seller have the same form and words, but for the numbers. The
real photos of ``YANPIAO_SAMPLES`` show the same paper several times. A pair counts as found when
both share a mark and their texts are alike (``documents/prints.py``); ``with numbers`` is what is
left of the false ones where both numbers were read (``invoices/alike.py``).
"""

import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path

from app.core.money import Money
from app.documents import specimens
from app.documents.prints import ALIKE
from app.documents.readers import likeness
from app.documents.readers.print import Print, of_lines
from app.documents.readers.sighted import eyes, look
from app.documents.specimens import Line, Specimen
from app.invoices.alike import FEW_SIGNS, NEIGHBOURS, signs_apart
from tests import make, sheets
from tests.photographed import by_chance, printed

SHOTS = 3
SELLERS = ("北京示例酒店有限公司", "上海样票商贸有限公司", "深圳样票科技有限公司")


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo: of which paper, what it is known by, and the number that was read."""

    paper: str
    print: Print
    marks: frozenset[int]
    number: str


def main() -> None:
    """Print both tables."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    tell("our photos", list(ours(papers)))
    if place := os.environ.get("YANPIAO_SAMPLES"):
        tell("real photos", list(real(Path(place))))


def tell(title: str, shots: list[Shot]) -> None:
    """Recall of the pairs of one paper, and how many pairs of two papers are taken for one."""
    same, other, left = [], [], []
    for one, two in combinations(shots, 2):
        shares = bool(one.marks & two.marks)
        alike = likeness.likeness(one.print.words, two.print.words)
        is_found = shares and alike >= ALIKE
        if one.paper == two.paper:
            same.append((is_found, alike))
        else:
            other.append((is_found, alike))
            left.append(is_found and may_be_one(one.number, two.number))
    found, wrong = sum(hit for hit, _ in same), sum(hit for hit, _ in other)
    print(f"{title}: {len(shots)} photos of {len({one.paper for one in shots})} papers")
    print(f"  recall {found / len(same):.1%} of {len(same)} pairs, least alike {least(same):.2f}")
    print(f"  false {wrong / len(other):.2%} of {len(other)} pairs, most alike {most(other):.2f}")
    print(f"  false with numbers {sum(left) / len(left):.2%}", flush=True)


def least(pairs: list[tuple[bool, float]]) -> float:
    """The likeness of the pair that is hardest to find."""
    return min(alike for _, alike in pairs)


def most(pairs: list[tuple[bool, float]]) -> float:
    """The likeness of the pair that is easiest to mistake."""
    return max(alike for _, alike in pairs)


def may_be_one(one: str, other: str) -> bool:
    """What the numbers allow: one is unknown, or they differ by a few digits."""
    if not (one and other):
        return True
    is_near = one.isdigit() and other.isdigit() and abs(int(one) - int(other)) <= NEIGHBOURS
    return one != other and signs_apart(one, other) <= FEW_SIGNS and not is_near


def ours(papers: int) -> Iterator[Shot]:
    """Papers in two forms of three sellers, each in three shots and once altered."""
    chance = random.Random(5)
    spent = 0.0
    for place in range(papers):
        one = _paper(chance, place)
        form = sheets.paper if place % 2 else sheets.bureau
        for shot in range(SHOTS + 1):
            shown = _altered(one) if shot == SHOTS else one
            picture = by_chance(printed(form(shown)), place * 10 + shot)
            taken = BytesIO()
            picture.save(taken, "JPEG", quality=85)
            for made, seconds in _shots(f"paper {place}", taken.getvalue()):
                spent += seconds
                yield made
    print(f"a print takes {spent / papers / (SHOTS + 1) * 1000:.1f} ms")


def real(place: Path) -> Iterator[Shot]:
    """Photos of which the manifest knows the number."""
    for row in (place / "MANIFEST.tsv").read_text().splitlines()[1:]:
        file, *_, code, number = row.split("\t")[:10]
        if file.startswith("photo/") and file.endswith(".jpg") and number.isdigit():
            for made, _ in _shots(f"{code}-{number}", (place / file).read_bytes()):
                yield made


def _shots(paper: str, data: bytes) -> Iterator[tuple[Shot, float]]:
    for number, picture in look._pictures(data, "jpeg"):
        lines = eyes.see(picture)
        told, _ = look._read(lines, picture.size, number)
        begun = time.process_time()
        made = of_lines(lines, picture.size, number, 0)
        seconds = time.process_time() - begun
        if made:
            marks = frozenset(likeness.marks(made.words, "bench"))
            yield Shot(paper, made, marks, told.values.get("number", "") if told else ""), seconds


def _paper(chance: random.Random, place: int) -> Specimen:
    net = Money(chance.randrange(5_000, 900_000))
    tax = Money(round(net.fen * 0.06))
    seller = place // 2 % len(SELLERS)
    return make.specimen(
        chance.randrange(10**7, 10**8),
        lines=(Line("*样票*示例服务", net, tax, "6%", "次", "1", net.yuan),),
        seller=(SELLERS[seller], specimens.tax_id(8 + seller)),
        buyer=("样票茶叶（北京）有限公司", specimens.tax_id(1)),
        issued=date(2026, chance.randrange(1, 12), chance.randrange(1, 28)),
        drawer="样某",
    )


def _altered(one: Specimen) -> Specimen:
    """Another digit in the number, and in the total with what makes it up."""
    at = len(one.number) - 6
    digit = str((int(one.number[at]) + 3) % 10)
    (line,) = one.lines
    more = Money(line.amount.fen + 100_000)
    lines = (replace(line, amount=more),)
    return replace(one, number=one.number[:at] + digit + one.number[at + 1 :], lines=lines)


if __name__ == "__main__":
    main()
