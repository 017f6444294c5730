"""Every shape in which the bureau's file comes: two sheets, missing columns, spoilt numbers."""

import zipfile
from datetime import date
from io import BytesIO
from itertools import count

import openpyxl
import pytest
from sqlalchemy import select

from app.bureau import book, details, imports, rows, sheet
from app.bureau.models import Import, LedgerRow, Refusal, Step
from app.core.invoice import InvoiceKey
from app.core.verdict import Lifecycle
from app.plumbing.db import db
from app.plumbing.sandbox import Unreadable
from tests import make

SUMMARY = ("数电发票号码", "销方识别号", "销方名称", "购方识别号", "购买方名称", "开票日期",
           "税收分类编码", "特定业务类型", "货物或应税劳务名称", "规格型号", "单位", "数量", "单价",
           "金额", "税率", "税额", "价税合计", "发票状态", "是否正数发票")  # fmt: skip


def row(number: int = 1, /, total: str = "106.00", **changed) -> dict:
    return make.export_row(make.specimen(number, total=total), **changed)


def goods(number: int, name: str, net: float, **changed) -> dict:
    tax = round(net * 0.06, 2)
    line = {"货物或应税劳务名称": name, "数量": 3, "单价": round(net / 3, 8), "税率": "6%",
            "单位": "次", "金额": net, "税额": tax, "价税合计": net + tax}  # fmt: skip
    return row(number, **line, **changed)


def workbook(**sheets: tuple) -> BytesIO:
    """Sheets of one file; each is its header and its rows."""
    made, file = openpyxl.Workbook(), BytesIO()
    made.remove(made.active)
    for title, (header, body) in sheets.items():
        page = made.create_sheet(title)
        page.append(header)
        for one in body:
            page.append([one.get(name, "") for name in header])
    made.save(file)
    file.seek(0)
    return file


def ask(by, file: BytesIO) -> Import:
    days = imports.Period(date(2026, 11, 1), date(2026, 11, 19))
    asked = imports.Export(imports.Direction.RECEIVED, days, date(2026, 11, 20))
    return imports.request(file, "导出.xlsx", asked, by=by)


def rows_of(member) -> list[LedgerRow]:
    return list(db.session.scalars(imports.rows_visible_to(member).order_by(LedgerRow.key)))


def refusals() -> list[str]:
    return list(db.session.scalars(select(Refusal.reason).order_by(Refusal.line)))


def test_both_sheets_are_one_ledger_with_its_lines(fang, work):
    both = workbook(
        发票基础信息=(make.HEADER, [row(1, "318.00"), row(2)]),
        信息汇总表=(SUMMARY, [goods(1, "*餐饮服务*餐费", 100.0), goods(1, "*餐饮服务*酒水", 200.0),
                             goods(2, "*住宿服务*房费", 100.0), {"销方名称": "合计"}]),
    )  # fmt: skip
    found = ask(fang, both)
    work()
    assert (found.step, found.new, found.refused, found.rows) == (Step.DONE, 2, 0, 2)
    first, second = rows_of(fang)
    assert first.total.yuan == "318.00" and [one["name"] for one in details.of(first)] == [
        "*餐饮服务*餐费", "*餐饮服务*酒水"]  # fmt: skip
    assert details.of(second) == [{
        "name": "*住宿服务*房费", "unit": "次", "quantity": "3", "price": "33.33333333",
        "rate": "6%", "amount": "100", "tax": "6", "total": "106",
    }]  # fmt: skip


def test_the_sheet_of_lines_alone_is_added_up(fang, work):
    given = [goods(1, "甲", 100.0), goods(1, "乙", -10.0), goods(2, "丙", 100.0),
             goods(1, "丁", 1.0), {"价税合计": 302.0, "货物或应税劳务名称": "合计"}]  # fmt: skip
    found = ask(fang, workbook(信息汇总表=(SUMMARY, given)))
    work()
    assert (found.new, refusals()) == (2, ["apart"])
    first, second = rows_of(fang)
    assert (first.amount.yuan, first.tax.yuan, first.total.yuan) == ("90.00", "5.40", "95.40")
    assert [one["name"] for one in details.of(first)] == ["甲", "乙"] and second.line == 4


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_lines_follow_the_newest_file(fang, work):
    ask(fang, workbook(信息汇总表=(SUMMARY, [goods(1, "旧", 100.0)])))
    ask(fang, workbook(发票基础信息=(make.HEADER, [row(1)]),
                       信息汇总表=(SUMMARY, [goods(1, "新", 100.0)])))  # fmt: skip
    work()
    assert [one["name"] for one in details.of(rows_of(fang)[0])] == ["新"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("gone", ["开票日期", "价税合计", "发票状态"])
def test_a_missing_column_is_said_by_its_name(browser, fang, work, gone):
    header = tuple(name for name in make.HEADER if name != gone)
    found = ask(fang, make.export([row(1)], header=header))
    work()
    assert (found.step, found.reason) == (Step.FAILED, f"no_column:{gone}")
    words = browser.sign_in(fang).see(f"/bureau/imports/{found.id}").words()
    assert f"The column {gone} was not found in this file." in words


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_file_without_any_number_names_that_column(fang, work):
    header = tuple(name for name in make.HEADER if "号码" not in name)
    found = ask(fang, make.export([row(1)], header=header))
    work()
    assert found.reason == "no_column:发票号码"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_numbers_and_headers_as_people_leave_them(fang, work):
    broken = tuple(f"*{name[:2]}\n{name[2:]} " for name in make.HEADER)
    file, book_ = BytesIO(), openpyxl.Workbook()
    book_.active.title = "发票基础信息"
    book_.active.append(["全量发票查询导出结果"])
    book_.active.append(broken)
    given = [
        row(1, 开票日期="2026-11-10 10:30:00"), row(2, 开票日期="2026年11月9日"),
        row(3, 开票日期=date(2026, 11, 8)),
        row(4, 数电发票号码="", 发票代码=11001900111, 发票号码=1234567),
        row(5, 数电发票号码="", 发票代码="255020000001", 发票号码="45098656"),
        row(6, 数电发票号码="2.4E+19"), row(7, 税额="***", 金额="***"),
        row(8, 价税合计="-106.00", 是否正数发票=""),
        row(9, 销方识别号="110105700101001"), row(10, 销方识别号="11010519700101001X01"),
    ]  # fmt: skip
    for one in given:
        book_.active.append([one.get(name, "") for name in make.HEADER])
    book_.save(file)
    file.seek(0)
    found = ask(fang, file)
    work()
    assert (found.step, refusals()) == (Step.DONE, ["number_lost"])
    texts = {one.key.text: one for one in rows_of(fang)}
    assert "011001900111-01234567" in texts and "25502000000145098656" in texts
    second, third = (texts[make.specimen(n).number].issued for n in (2, 3))
    assert (second, third) == (date(2026, 11, 9), date(2026, 11, 8))
    assert texts[make.specimen(7).number].amount is None
    assert texts[make.specimen(8).number].lifecycle is Lifecycle.IS_RED
    assert len(texts[make.specimen(9).number].seller_tax_id) == 15
    assert len(texts[make.specimen(10).number].seller_tax_id) == 20


def rewritten(file: BytesIO, old: bytes, new: bytes) -> BytesIO:
    """The same workbook with other bytes in its sheets."""
    made = BytesIO()
    with zipfile.ZipFile(file) as before, zipfile.ZipFile(made, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, data.replace(old, new) if "worksheets/" in name else data)
    return made


def test_every_way_of_reading_gives_the_same_rows():
    given = [row(n, 开票日期=date(2026, 11, n), 价税合计=n / 10) for n in range(1, 20)]
    whole = workbook(发票基础信息=(make.HEADER, [*given, {}, {}, row(21)]))
    whole = rewritten(whole, b'<dimension ref="A1:S22"', b'<dimension ref="A1"')
    other = rewritten(whole, b"<sheetData>", b"<sheetData >")
    ways = [
        book.sheets(whole),
        book.sheets(whole, held_mib=0),
        book.sheets(whole, held_mib=0, piece_mib=0.002),
        book.sheets(other, held_mib=0),
    ]
    seen = [list(sheet._Page(sheet.NEEDED).rows(way["发票基础信息"](), count(1))) for way in ways]
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert len(seen[0]) == 20 and [line for line, _, _ in seen[0]][-2:] == [20, 23]


def test_a_row_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(sheet, "MOST_ROWS", 10)
    file = make.export([row(n) for n in range(1, 12)])
    with pytest.raises(Unreadable, match="too_large"):
        list(sheet.rows(file))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("kept", "number", "is_it"), [
    ("2.4E+19", "24112000000012345678", True),
    ("2.4112E+19", "24112000000012345678", True),
    ("2.4112E+19", "24113000000012345678", False),
    (float("24112345678912345678"), "24112345678912345678", True),
    (float("24112345678912345678"), "24112345688912345678", False),
    ("24112000000012345678", "24112000000012345678", True),
    ("24112000000012345678", "24112000000012345679", False),
])  # fmt: skip
def test_a_refused_number_is_known_by_the_digits_that_were_left(fang, work, kept, number, is_it):
    ask(fang, make.export([row(1, 数电发票号码=kept, 发票状态="?")]))
    work()
    key = InvoiceKey("digital", number)
    assert rows.refused(fang.company_id, [key]) == ({key} if is_it else set())
    assert not rows.refused("another", [key])
