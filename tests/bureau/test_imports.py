"""The bureau's exports: read in any shape, row by row, and what is known afterwards."""

from datetime import date

import pytest
from sqlalchemy import select

from app.bureau import imports, sheet, taking
from app.bureau.models import Direction, Import, LedgerRow, Refusal, RowChange, Step
from app.core.period import Period
from app.core.verdict import Lifecycle
from app.documents import documents
from app.plumbing import sandbox
from app.plumbing.db import db
from tests import make

DAY = date(2026, 11, 10)


def request(by, file, starts=date(2026, 11, 1), ends=date(2026, 11, 19),
            exported_on=date(2026, 11, 20), direction=Direction.RECEIVED) -> Import:  # fmt: skip
    asked = imports.Export(direction, Period(starts, ends), exported_on)
    return imports.request(file, "导出.xlsx", asked, by=by)


def row(number: int = 1, /, total: str = "106.00", **changed) -> dict:
    return make.export_row(make.specimen(number, total=total), **changed)


def rows_of(member) -> list[LedgerRow]:
    query = imports.rows_visible_to(member).order_by(LedgerRow.key)
    return list(db.session.scalars(query))


def refusals() -> dict[int, str]:
    return {one.line: one.reason for one in db.session.scalars(select(Refusal))}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_header_is_found_by_its_names(fang, work):
    shuffled = tuple(f" * {name} " for name in reversed(make.HEADER))
    file = make.export([row(1), row(2)], header=shuffled)
    found = request(fang, file)
    work()
    assert (found.step, found.new, refusals()) == (Step.DONE, 2, {})
    first = rows_of(fang)[0]
    assert (first.total.yuan, first.amount.yuan, first.tax.yuan) == ("106.00", "100.00", "6.00")
    assert first.issued == DAY and first.seller_name == "北京示例酒店有限公司"
    assert first.key.number == make.specimen(1).number and first.line == 2


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_numbers_come_as_text_or_as_numbers(fang, work):
    given = [
        row(1, 金额="100.00", 税额="6.00", 价税合计="106.00"),
        row(2, 金额="1,000.00", 税额="60.00", 价税合计="¥1,060.00"),
        row(3, 金额=0.1 + 0.2, 税额=0, 价税合计=0.1 + 0.2),
        row(4, 金额=-100, 税额="***", 价税合计=-100, 是否正数发票="否"),
        row(5, 开票日期=DAY.isoformat()),
        row(6, 开票日期="2026/11/10"),
        row(7, 金额="", 税额=""),
    ]
    found = request(fang, make.export(given))
    work()
    assert refusals() == {}, [one.text for one in db.session.scalars(select(Refusal))]
    assert [one.total.yuan for one in rows_of(fang)] == [
        "106.00", "1060.00", "0.30", "-100.00", "106.00", "106.00", "106.00"]  # fmt: skip
    assert rows_of(fang)[3].lifecycle is Lifecycle.IS_RED and rows_of(fang)[3].tax is None
    assert rows_of(fang)[6].amount is None and found.new == 7


def test_a_row_that_cannot_be_taken_is_refused_by_its_line(fang, stranger, work):
    ours = make.specimens.tax_id(1)
    given = [
        row(1),
        row(2, 数电发票号码=float(make.specimen(2).number)),
        row(3, 发票状态="异常凭证"),
        row(4, 购方识别号=make.specimens.tax_id(9)),
        row(5, 购方识别号=make.specimens.tax_id(9), 销方识别号=ours),
        row(6, 开票日期="2026-10-31 23:59:59"),
        row(7, 开票日期="gestern"),
        row(8, 价税合计="viel"),
        row(9, 价税合计=""),
        row(10, 数电发票号码="12345"),
        row(1, "200.00"),
        row(1),
        {},
        row(11),
    ]
    found = request(fang, make.export(given))
    work()
    assert refusals() == {
        3: "number_lost", 4: "state", 5: "stranger", 6: "side", 7: "outside", 8: "issued",
        9: "money", 10: "money", 11: "number", 12: "twice",
    }  # fmt: skip
    assert (found.new, found.unchanged, found.changed, found.refused) == (2, 1, 0, 10)
    assert found.rows == found.done == 13 and rows_of(stranger) == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_each_state_of_the_bureau_is_a_lifecycle(fang, work):
    states = {"正常": "normal", "已作废": "voided", " 已红冲 - 全额": "red_full",
              "已红冲－部分": "red_partial", "已红冲": "red_unknown"}  # fmt: skip
    request(fang, make.export([row(n, 发票状态=s) for n, s in enumerate(states, start=1)]))
    work()
    assert [one.lifecycle.value for one in rows_of(fang)] == list(states.values())


@pytest.mark.parametrize(("file", "reason"), [
    (make.export([], sheet="建筑服务"), "no_sheet"),
    (make.export([{}] * 40, header=("姓名", "金额")), "no_header"),
    (make.export([row(1)], header=("开票日期", "价税合计")), "no_header"),
])  # fmt: skip
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_another_workbook_fails_with_its_reason(browser, fang, work, file, reason):
    file.seek(0)
    found = request(fang, file)
    work()
    assert (found.step, found.reason, rows_of(fang)) == (Step.FAILED, reason, [])
    words = browser.sign_in(fang).see(f"/bureau/imports/{found.id}").words()
    assert "Failed" in words and "发票" in words
    assert imports.covered(fang.company_id, Direction.RECEIVED) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_workbook_whose_rows_go_on_in_a_second_sheet(fang, work):
    import openpyxl

    book = openpyxl.load_workbook(make.export([row(n) for n in range(1, 4)]))
    more = book.create_sheet("发票基础信息1")
    other = openpyxl.load_workbook(make.export([row(4), row(5), row(6, 发票状态="?")]))
    for cells in other.active.iter_rows(values_only=True):
        more.append(cells)
    file = make.BytesIO()
    book.save(file)
    file.seek(0)
    found = request(fang, file)
    work()
    assert (found.new, found.refused) == (5, 1)
    assert len({one.line for one in rows_of(fang)} | set(refusals())) == 6


def test_killed_half_way_and_run_again_gives_the_same_end(fang, work):
    given = [row(n, 发票状态="?" if n % 50 == 0 else "正常") for n in range(1, 1051)]
    found = request(fang, make.export(given))
    with documents.open_original(found.document) as file:
        parts = [answer["rows"] for answer, _ in sandbox.stream("sheet", file)]
    assert [len(part) for part in parts] == [500, 500, 50]
    taking.take(found, parts[0])
    with pytest.raises(RuntimeError), taking.transaction():
        taking.take(found, parts[1])
        raise RuntimeError("killed")
    assert (found.line, found.new, found.refused) == (501, 490, 10)
    taking.take(found, parts[0])
    assert found.done == 500, "taken before"

    work()
    assert (found.step, found.new, found.refused, found.rows) == (Step.DONE, 1029, 21, 1050)
    assert sorted(refusals()) == [n + 1 for n in range(50, 1051, 50)]
    imports.run(found.id)
    assert len(rows_of(fang)) == 1029


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_large_file_comes_in_chunks_and_shows_how_far_it_is(browser, fang, work, monkeypatch):
    found = request(fang, make.export([row(n) for n in range(1, 2501)]))
    browser.sign_in(fang)
    waiting = browser.see(f"/bureau/imports/{found.id}", htmx=True)
    assert "hx-get" in waiting.text and "HX-Trigger" not in waiting.headers
    with documents.open_original(found.document) as file:
        parts = [answer["rows"] for answer, _ in sandbox.stream("sheet", file)]
    assert len(parts) == 5 and max(map(len, parts)) == sheet.CHUNK
    for part in parts[:2]:
        taking.take(found, part)
    assert "1000 rows" in browser.see(f"/bureau/imports/{found.id}", htmx=True).words()
    work()
    over = browser.see(f"/bureau/imports/{found.id}", htmx=True)
    assert over.headers["HX-Trigger"] == "import-ended" and "hx-get" not in over.text
    assert (found.new, found.refused, found.line) == (2500, 0, 2501)
    assert imports.counts(fang, Direction.RECEIVED) == (2500, make.Money.parse("265000.00"))


def test_a_newer_export_decides_and_an_older_one_changes_nothing(browser, fang, work):
    request(fang, make.export([row(1), row(2)]))
    work()
    later = request(fang, make.export([row(1, "212.00"), row(2, 发票状态="已作废"), row(3)]),
                    exported_on=date(2026, 11, 21))  # fmt: skip
    work()
    older = request(fang, make.export([row(1, "318.00"), row(2)]), exported_on=date(2026, 11, 19))
    work()
    assert [(one.total.yuan, one.lifecycle.value, one.import_id) for one in rows_of(fang)] == [
        ("212.00", "normal", later.id), ("106.00", "voided", later.id),
        ("106.00", "normal", later.id)]  # fmt: skip
    assert (later.new, later.changed, older.changed, older.unchanged) == (1, 2, 0, 2)

    changes = db.session.scalars(imports.changes_visible_to(fang).order_by(RowChange.id)).all()
    assert {one.row.key.number[-1]: (one.before, one.after) for one in changes} == {
        "1": ({"amount": "100.00", "tax": "6.00", "total": "106.00"},
              {"amount": "200.00", "tax": "12.00", "total": "212.00"}),
        "2": ({"lifecycle": "normal"}, {"lifecycle": "voided"}),
    }  # fmt: skip
    words = browser.sign_in(fang).see("/bureau").words()
    assert "2 invoices changed: have a look" in words and "212.00" in words and "Voided" in words
    assert browser.post(f"/bureau/changes/{changes[0].id}/seen").status == 303
    assert browser.post(f"/bureau/changes/{changes[0].id}/seen").status == 404
    assert "1 invoice changed: have a look" in browser.see("/bureau").words()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_is_covered_grows_together_and_never_holds_the_day_of_the_export(fang, work):
    def ask(starts: int, ends: int, exported_on: int, number: int) -> None:
        request(fang, make.export([row(number)]), date(2026, 11, starts), date(2026, 11, ends),
                date(2026, 11, exported_on))  # fmt: skip

    ask(10, 12, 15, 1)
    assert imports.covered(fang.company_id, Direction.RECEIVED) == [], "not before it is done"
    work()
    for starts, ends, exported_on, number in ((5, 9, 15, 2), (11, 14, 20, 3), (16, 18, 18, 4),
                                              (19, 19, 19, 5)):  # fmt: skip
        ask(starts, ends, exported_on, number)
    work()
    assert imports.covered(fang.company_id, Direction.RECEIVED) == [
        Period(date(2026, 11, 5), date(2026, 11, 14)),
        Period(date(2026, 11, 16), date(2026, 11, 17)),
    ]
    assert imports.covered(fang.company_id, Direction.ISSUED) == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_the_company_issued_is_a_ledger_of_its_own(fang, work):
    ours, theirs = make.specimens.tax_id(1), make.specimens.tax_id(5)
    sold = make.export_row(make.specimen(1, seller=("甲", ours), buyer=("乙", theirs)))
    found = request(fang, make.export([sold, row(2)]), direction=Direction.ISSUED)
    work()
    assert (found.new, refusals()) == (1, {3: "side"})
    assert imports.covered(fang.company_id, Direction.RECEIVED) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_who_may_import_and_what_the_form_refuses(app, browser, fang, wei, shen):
    typed = {"starts": "2026-11-01", "ends": "2026-11-19", "exported_on": "2026-11-20",
             "direction": "RECEIVED"}  # fmt: skip

    def post(**changed):
        file = changed.pop("file", (make.export([row(1)]), "导出.xlsx"))
        return browser.post("/bureau/imports", files=[file], **{**typed, **changed})

    for powerless in (wei, shen):
        browser.sign_in(powerless)
        assert post().status == 403
    browser.sign_in(fang)
    sentences = {
        ("ends", "2026-10-01"): "The last day is before the first day.",
        ("ends", "2026-11-21"): "nor cover days after it was made",
        ("exported_on", "2099-01-01"): "cannot be from the future",
        ("starts", "2026-02-30"): "The date cannot be read.",
        ("exported_on", "20.11.2026"): "The date cannot be read.",
        ("starts", ""): "Please fill this in.",
        ("direction", "SIDEWAYS"): "Please choose one from the list.",
    }
    for (field, value), sentence in sentences.items():
        page = post(**{field: value})
        assert page.status == 422 and sentence in page.words(), (field, value)
    assert post(file=(make.BytesIO(b""), "")).status == 422
    picture = post(file=(make.picture(), "photo.xlsx"))
    assert picture.status == 422 and "This kind of file is not read here." in picture.words()
    assert db.session.scalars(select(Import)).all() == []
    assert post().status == 303 and post().status == 303
    assert len(db.session.scalars(select(Import)).all()) == 1
