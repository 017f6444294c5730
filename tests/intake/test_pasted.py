"""Pasted text: each number in it is a row, however many stand in a line."""

import pytest

from app.documents import specimens
from app.intake import batches, lists, running
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import numbers, rows, workbook

A, B, C = (make.specimen(n).number for n in (1, 2, 3))
OLD = ("011001900211 12345678", "0110019002 87654321")


@pytest.fixture
def known(fang, work):
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (1, 2, 3)])
    work()


@pytest.mark.parametrize("sign", ["、", ",", "\t"])
@SQLITE_FIRST
def test_numbers_beside_each_other_are_rows_of_their_own(sign, known, fang, work):
    batch = batches.begin_text(sign.join((A, B, C)), by=fang)
    work()
    assert [one.invoice and one.invoice.key.number for one in rows(batch)] == [A, B, C]
    assert [one.line for one in rows(batch)] == [1, 1, 1] and batch.total == batch.taken == 3


@SQLITE_FIRST
def test_so_are_those_of_a_workbook_without_headings(known, fang, work):
    batch = batches.begin(workbook([[A, B], [C]]), "号码.xlsx", by=fang)
    work()
    assert [one.invoice and one.invoice.key.number for one in rows(batch)] == [A, B, C]


@SQLITE_FIRST
def test_a_line_with_more_than_a_chunk_is_lost_in_no_part(known, fang, work, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    batch = batches.begin_text(f"{A} {B} {C}\n你好\n{A}\n谢谢", by=fang)
    work()
    assert [one.state.value for one in rows(batch)] == ["done", "done", "done", "repeated"]
    assert [one.row for one in rows(batch)] == [1, 2, 3, 4] and batch.total == 4


@SQLITE_FIRST
def test_a_line_of_a_hundred_numbers_is_not_cut(known, fang, work):
    many = [specimens.number(n) for n in range(1, 101)]
    batch = batches.begin_text("、".join(many), by=fang)
    work()
    assert [one.texts["text"] for one in rows(batch)] == many


@pytest.mark.parametrize(
    ("line", "totals"),
    [
        (f"{A} 106.00元，{B} 212.00元", ["106.00", "212.00"]),
        (f"106.00元 {A}；212.00元 {B}", ["106.00", "212.00"]),
        (f"2026年11月10日 {A} ¥106，{B} ¥212", ["106.00", "212.00"]),
        (f"{OLD[0]} 1.50 / {OLD[1]} 2.50", ["1.50", "2.50"]),
    ],
)
def test_what_stands_beside_a_number_goes_with_it(line, totals):
    told = [lists.running(piece) for piece in lists.apart(line)]
    assert [one.get("number") for one in told] == (
        [A, B] if A in line else [one.split()[1] for one in OLD]
    )
    found = [one.get("total", "").strip("¥元 ") or None for one in told]
    assert [one and f"{float(one):.2f}" for one in found] == totals


def test_one_number_is_one_piece_and_no_digit_is_none():
    assert lists.apart(f"请查 {A[:4]} {A[4:8]} {A[8:12]} {A[12:16]} {A[16:]}，谢谢") != []
    assert len(lists.apart(f"发票代码 {OLD[0]}，校验码 123456")) == 1
    assert lists.apart("谢谢！") == []
    assert numbers(1, 1)[0][0] == A
