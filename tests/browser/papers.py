"""Three invoices for one buyer: real ones where they are at hand, else specimens."""

import csv
import hashlib
import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.core.money import Money
from app.core.party import NotATaxId, TaxId
from app.documents import specimens
from tests import make


@dataclass(frozen=True, slots=True)
class Paper:
    """One invoice: its file and its true answers."""

    file: Path
    number: str
    issued: date
    amount: Money
    tax: Money
    total: Money
    buyer: tuple[str, str]
    seller: tuple[str, str]

    @property
    def digest(self) -> str:
        """The sha256 of the file."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()

    def row(self, **changed: Any) -> dict[str, Any]:
        """The bureau's row of this invoice."""
        return make.export_row(self, **changed)


@dataclass(frozen=True, slots=True)
class Papers:
    """``known`` is in the ledger, ``absent`` is of a covered day but not in it, ``outside`` not."""

    known: Paper
    absent: Paper
    outside: Paper

    @property
    def period(self) -> tuple[date, date]:
        """The days that the ledger is asked for: both, and no day of the third."""
        days = sorted([self.known.issued, self.absent.issued])
        return days[0], days[1] + timedelta(days=1)

    def ledger(self, folder: Path, name: str, **changed: Any) -> Path:
        """An export that holds the first one only."""
        file = folder / name
        file.write_bytes(make.export([self.known.row(**changed)]).getvalue())
        return file


def real() -> Papers | None:
    """From YANPIAO_SAMPLES: two 数电 invoices of one buyer, one of another month."""
    folder = os.environ.get("YANPIAO_SAMPLES")
    if not folder:
        return None
    found = list(_read(Path(folder).resolve()))
    for known in found:
        others = [one for one in found if one.buyer == known.buyer and one is not known]
        for absent in others:
            span = Papers(known, absent, absent).period
            outside = [one for one in found if not span[0] <= one.issued <= span[1]]
            if outside:
                return Papers(known, absent, outside[0])
    return None


def specimen(folder: Path) -> Papers:
    """Drawn by the project itself."""
    days = (date(2026, 11, 10), date(2026, 11, 8), date(2026, 9, 2))
    return Papers(*(_draw(folder, place, day) for place, day in enumerate(days, start=1)))


def _read(folder: Path) -> list[Paper]:
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    wanted = [row for row in rows if row["kind"] == "pdf" and len(row["number"]) == 20]
    return [_paper(folder, row) for row in wanted if _is_well_formed(row["buyer_taxid"])]


def _is_well_formed(tax_id: str) -> bool:
    try:
        return not TaxId.parse(tax_id).is_personal
    except NotATaxId:
        return False


def _paper(folder: Path, row: dict[str, str]) -> Paper:
    return Paper(
        file=folder / row["file"],
        number=row["number"],
        issued=date.fromisoformat(row["date"]),
        amount=Money.parse(row["amount_ex_tax"]),
        tax=Money.parse(row["tax"].replace("***", "0")),
        total=Money.parse(row["total"]),
        buyer=(row["buyer_name"], row["buyer_taxid"]),
        seller=(row["seller_name"], row["seller_taxid"]),
    )


def _draw(folder: Path, sequence: int, day: date) -> Paper:
    one = make.specimen(sequence, issued=day)
    file = folder / f"specimen-{sequence}.pdf"
    file.write_bytes(specimens.draw_pdf(one))
    return Paper(
        file, one.number, day, one.amount, one.tax, one.total, buyer=one.buyer, seller=one.seller
    )
