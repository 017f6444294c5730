"""Take the rows of a file into the ledger, chunk by chunk: new, the same, changed, refused.

Rows are written as plain values, many at a time: a million of them is an ordinary export.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update

from app.bureau import details, ledger, reds
from app.bureau.models import Import, LedgerRow, Refusal, RowChange
from app.core.invoice import InvoiceKey
from app.plumbing import bulk, queue
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

WATCHED = ("amount", "tax", "total", "lifecycle")
Cells = Mapping[str, str]
Line = tuple[int, ledger.Values, Cells, ledger.Goods]
_NAMES = ledger.Values.__slots__
_ROWS = cast(Table, LedgerRow.__table__)
_SET = (*(name for name in _NAMES if name != "key"), "exported_on", "import_id", "line")
_UPDATE = update(_ROWS).where(_ROWS.c.id == bindparam("which"))


def take(found: Import, rows: Iterable[Any]) -> bool:
    """One chunk, in one transaction; lines up to ``found.line`` were taken before.

    False where it has no other.

    A row is its line, its cells and the lines of its invoice, as ``sheet.rows`` gives them.
    """
    with transaction():
        queue.hold_on()
        fresh = [row for row in rows if row[0] > found.line]
        if fresh:
            chunk = _Chunk(found)
            chunk.read(fresh)
            chunk.keep()
            details.keep(found, chunk.goods)
            found.line = fresh[-1][0]
            found.rows += len(fresh)
    return bool(fresh)


def take_details(found: Import, rows: Iterable[Any]) -> bool:
    """One chunk of lines for invoices that the same file has named before."""
    with transaction():
        queue.hold_on()
        fresh = [row for row in rows if row[0] > found.line]
        if fresh:
            details.keep(found, _named(fresh))
            found.line = fresh[-1][0]
    return bool(fresh)


def _named(rows: list[Any]) -> dict[InvoiceKey, list[dict[str, str]]]:
    """Goods by invoice; lines without a number belong to none."""
    named: dict[InvoiceKey, list[dict[str, str]]] = {}
    for _, cells, goods in rows:
        try:
            named.setdefault(ledger.key_of(cells), []).extend(goods)
        except ledger.Refused:
            continue
    return named


class _Chunk:
    """What one chunk will write, and what the ledger knew before."""

    def __init__(self, found: Import) -> None:
        self.found = found
        self.tax_id, self.period = found.company.tax_id, found.period
        self.lines: list[Line] = []
        self.known: dict[InvoiceKey, dict[str, Any]] = {}
        self.fresh: dict[InvoiceKey, dict[str, Any]] = {}
        self.moved: dict[InvoiceKey, dict[str, Any]] = {}
        self.goods: dict[InvoiceKey, Any] = {}
        self.changes: list[dict[str, Any]] = []
        self.refusals: list[dict[str, Any]] = []

    def read(self, rows: list[Any]) -> None:
        """Make values of the cells, and decide about each."""
        for line, cells, goods in rows:
            try:
                self.lines.append((line, self._values(cells, goods), cells, goods))
            except ledger.Refused as why:
                self._refuse(line, str(why), cells)
        self._look_up()
        for one in self.lines:
            self._decide(*one)

    def keep(self) -> None:
        """Write everything, a statement for each sort of row."""
        found, fresh, moved = self.found, list(self.fresh.values()), list(self.moved.values())
        bulk.pour(_ROWS, fresh)
        if moved:
            values = [{"which": row["id"], **{name: row[name] for name in _SET}} for row in moved]
            db.session.connection().execute(_UPDATE, values)
        self.changes += reds.changes(found, [*fresh, *moved])
        for model, values_of in ((RowChange, self.changes), (Refusal, self.refusals)):
            if values_of:
                db.session.execute(insert(model), values_of)
        found.new += len(fresh)
        found.refused += len(self.refusals)

    def _values(self, cells: Cells, goods: ledger.Goods) -> ledger.Values:
        values = ledger.values(cells, goods)
        ledger.place(values, self.tax_id, self.found.direction)
        if not self.period.covers(values.issued):
            raise ledger.Refused("outside")
        return values

    def _look_up(self) -> None:
        keys = [one[1].key for one in self.lines]
        same = (_ROWS.c.company_id == self.found.company_id, _ROWS.c.key.in_(keys))
        for row in db.session.execute(select(_ROWS).where(*same)).mappings():
            self.known[row["key"]] = dict(row)

    def _decide(self, line: int, values: ledger.Values, cells: Cells, goods: ledger.Goods) -> None:
        """Insert what is new, keep what is the same, list what changed in money or state.

        A file that contradicts itself about one invoice is believed the first time only.
        """
        before = self.known.get(values.key)
        is_ours = before is not None and before["import_id"] == self.found.id
        earlier = before if is_ours else self.fresh.get(values.key)
        if earlier and goods:
            return self._refuse(line, "apart", cells)
        if earlier and any(earlier[name] != getattr(values, name) for name in WATCHED):
            return self._refuse(line, "twice", cells)
        if goods:
            self.goods[values.key] = goods
        if before:
            self._compare(line, before, values)
        elif earlier:
            self.found.unchanged += 1
        else:
            new = {"id": new_id(), "company_id": self.found.company_id}
            self.fresh[values.key] = {**new, **self._columns(line, values)}

    def _compare(self, line: int, before: dict[str, Any], values: ledger.Values) -> None:
        """A newer export decides; an older one is history and changes nothing."""
        differs = {name for name in _NAMES if before[name] != getattr(values, name)}
        is_older = self.found.exported_on < before["exported_on"]
        if is_older or not differs:
            self.found.unchanged += 1
        else:
            if watched := [name for name in WATCHED if name in differs]:
                self._list_change(before, values, watched)
            self.found.changed += 1
        if not is_older:
            after = {**before, **self._columns(line, values)}
            self.known[values.key] = self.moved[values.key] = after

    def _columns(self, line: int, values: ledger.Values) -> dict[str, Any]:
        columns = {name: getattr(values, name) for name in _NAMES}
        columns["direction"] = self.found.direction
        columns["exported_on"] = self.found.exported_on
        columns["import_id"], columns["line"] = self.found.id, line
        return columns

    def _list_change(self, before: dict[str, Any], values: ledger.Values, names: list[str]) -> None:
        was = {name: _plain(before[name]) for name in names}
        now = {name: _plain(getattr(values, name)) for name in names}
        self.changes.append(reds.change(self.found, before["id"], was, now))

    def _refuse(self, line: int, reason: str, cells: Cells) -> None:
        self.refusals.append(
            {
                "id": new_id(),
                "import_id": self.found.id,
                "line": line,
                "reason": reason,
                "number": ledger.number_of(cells),
                "text": " · ".join(filter(None, cells.values()))[:300],
            }
        )


def _plain(value: Any) -> str:
    return "" if value is None else str(value)
