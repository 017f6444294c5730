"""A list goes in, and every row of it has its end."""

from io import BytesIO

import pytest
from sqlalchemy import func, select

from app.accounts.models import Member
from app.core.period import today
from app.core.verdict import Authenticity
from app.documents.documents import Refused
from app.intake import batch_views, batches, columns, ending, mending, running, table, working
from app.intake.models import Batch, Item, State, Step
from app.invoices import invoices, queries, told
from app.invoices.models import Field, Invoice
from app.invoices.queries import Asked
from app.journal import journal
from app.notices import notices
from app.plumbing import queue
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.verification import checks
from tests import make
from tests.browser_like import BASE
from tests.intake.lists_made import HEAD, listed, numbers, rows, text, workbook

ONE = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def hand_in(lines, *, by: Member, name: str = "十一月.xlsx") -> Batch:
    """A list whose columns are chosen as proposed."""
    batch = batches.begin(workbook(lines), name, by=by)
    if batch.step is Step.ASKED:
        batches.choose(batch, batch.columns["sheet"], batch.columns["places"], by=by)
    return batch


def verdicts(batch: Batch) -> list[str]:
    return [one.invoice.authenticity.value if one.invoice else one.reason for one in rows(batch)]


def test_each_row_has_its_verdict_and_the_ledger_fills_in_what_is_missing(fang, work):
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (1, 2)])
    work()
    lines = [HEAD, *numbers(1, 1), *numbers(2, 2, total="116.00"), *numbers(3, 3)]
    batch = hand_in(lines, by=fang)
    assert (batch.step, batch.total) == (Step.WAITING, 3)
    work()
    db.session.refresh(batch)
    assert (batch.step, batch.taken, batch.line) == (Step.DONE, 3, 4)
    assert verdicts(batch) == ["genuine", "mismatch", "not_found"]
    first, second, _ = (one.invoice for one in rows(batch))
    assert first.seller_name == "北京示例酒店有限公司" and not first.has_problem
    assert {row.source for row in first.fields} == {"typed", "ledger"}
    assert second.has_problem and second.total.yuan == "116.00"
    assert [one.rule for one in checks.card(second)][:1] == ["ledger"]
    assert journal.verify() == []


def test_a_row_says_the_same_as_the_same_invoice_typed_by_itself(fang, wei, work):
    make.ledger(fang, [make.export_row(make.specimen(1))])
    work()
    batch = hand_in([HEAD, *numbers(1, 1)], by=fang)
    work()
    (one,) = rows(batch)
    in_batch = [(c.rule, c.words, c.outcome, c.facts, c.evidence) for c in checks.card(one.invoice)]
    columns = {name: getattr(one.invoice, name) for name in told._READ}
    checks.check(one.invoice)
    again = [(c.rule, c.words, c.outcome, c.facts, c.evidence) for c in checks.card(one.invoice)]
    assert in_batch == again, "asking again by itself finds nothing else"
    assert columns == {name: getattr(one.invoice, name) for name in told._READ}
    assert len(checks.history(one.invoice, "ledger")) == 1


def test_what_cannot_be_an_invoice_says_where_and_why_and_is_mended_in_its_row(fang, work):
    lines = [
        ["序号", *HEAD],
        [1, 24112000000000001234.0, "2026-11-10", 106],
        [2, "123", "2026-11-10", "106.00"],
        [3, make.specimen(4).number, "昨天", "106.00"],
        [4, make.specimen(5).number, "2026-11-10", "1e309"],
        [5, "", "2026-11-10", "106.00"],
        ["", "合计", "", ""],
        [6, make.specimen(6).number, "2026-11-10", "１２３"],
    ]
    batch = hand_in(lines, by=fang)
    work()
    told_of = [(one.line, one.state.value, one.reason, one.column) for one in rows(batch)]
    assert told_of == [
        (2, "refused", "lost", "number"),
        (3, "refused", "length", "number"),
        (4, "refused", "issued", "issued"),
        (5, "refused", "money", "total"),
        (6, "refused", "no_number", "number"),
        (7, "refused", "length", "number"),
        (8, "done", "", ""),
    ]
    bad = rows(batch)[3]
    mending.mend(bad, {"total": "106.00"}, by=fang)
    assert rows(batch)[3].state is State.DONE and rows(batch)[3].invoice.total.yuan == "106.00"
    assert rows(batch)[6].invoice.total.yuan == "123.00"


@ONE
def test_a_row_that_differs_from_the_bureau_is_changed_with_one_press(browser, fang, work):
    make.ledger(fang, [make.export_row(make.specimen(n)) for n in (1, 2)])
    work()
    batch = hand_in([HEAD, *numbers(1, 1), *numbers(2, 2, total="601.00")], by=fang)
    work()
    page = browser.sign_in(fang).see(f"/batches/{batch.id}?only=problem")
    assert "Total with tax: ¥601.00 in the list, ¥106.00 at the tax bureau" in page.words()
    assert "Change to 106.00" in page.words() and numbers(1, 1)[0][0] not in page.text
    browser.post(f"/batches/{batch.id}/rows/{rows(batch)[1].id}", total="106.00")
    assert verdicts(batch) == ["genuine", "genuine"]
    assert "1 / " not in browser.see(f"/batches/{batch.id}").words()


@ONE
def test_the_form_says_what_is_wrong_and_starts_what_is_right(browser, fang, work):
    browser.sign_in(fang)
    assert "Please fill this in." in browser.post("/batches").words()
    assert "There is no invoice number" in browser.post("/batches", text="谢谢").words()
    browser.post("/batches", text="\n".join(n for n, *_ in numbers(1, 3)))
    work()
    (batch,) = db.session.scalars(batches.visible_to(fang))
    assert "3 rows" in browser.see(f"/batches/{batch.id}").words()
    filled = browser.client.get("/batches/template.xlsx", base_url=BASE)
    sheet = columns.propose(
        list(table.head(BytesIO(filled.data), kind="xlsx"))[0][0]["sheets"][0]["lines"]
    )
    assert set(batch_views.EXAMPLE) == set(sheet.places), "its own headings are understood"


def test_the_same_invoice_twice_is_one_and_the_later_row_points_at_the_first(fang, work):
    lines = [HEAD, *numbers(1, 2), *numbers(1, 1), *numbers(2, 2, total="99.00")]
    batch = hand_in(lines, by=fang)
    work()
    ends = [(one.state.value, one.reason, one.twin) for one in rows(batch)]
    assert ends == [
        ("done", "", None), ("done", "", None), ("repeated", "", 1), ("repeated", "other", 2),
    ]  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Invoice)) == 2
    assert rows(batch)[3].invoice_id == rows(batch)[1].invoice_id


def test_again_only_what_is_said_differently_is_asked_again(fang, wei, work):
    first = hand_in([HEAD, *numbers(1, 3)], by=fang)
    work()
    count = db.session.scalar(select(func.count()).select_from(Field))
    second = hand_in([HEAD, *numbers(1, 2), *numbers(3, 3, total="99.00")], by=fang)
    work()
    assert verdicts(second) == verdicts(first)
    assert db.session.scalar(select(func.count()).select_from(Field)) == count + 1
    for batch in (first, second):
        assert listed(batch, fang) == {one.invoice_id for one in rows(batch)}, "both have them"
    theirs = hand_in([HEAD, *numbers(1, 1)], by=wei)
    work()
    (one,) = rows(theirs)
    assert {holding.member for holding in one.invoice.holdings} == {fang, wei}
    assert "holders" in {line.rule for line in checks.card(one.invoice)}


@ONE
def test_columns_in_any_order_are_found_and_a_choice_is_remembered(fang, work):
    lines = [
        ["公司报表"], [],
        ["备注", "金额", "Invoice Date", "票号", "供应商"],
        *([["x", "106.00", "2026/11/10", n, "样票"] for n, *_ in numbers(1, 1)]),
    ]  # fmt: skip
    batch = batches.begin(workbook(lines), "a.xlsx", by=fang)
    assert batch.step is Step.ASKED and batch.columns["header"] == 3 and batch.total == 1
    assert batch.columns["places"] == {"total": 1, "issued": 2, "number": 3, "seller_name": 4}
    with pytest.raises(batches.NoNumberColumn):
        batches.choose(batch, "发票", {"total": 1}, by=fang)
    batches.choose(batch, "发票", {"total": 1, "number": 3}, by=fang)
    work()
    assert rows(batch)[0].texts == {"total": "106.00", "number": numbers(1, 1)[0][0]}
    again = batches.begin(workbook([*lines, lines[-1]]), "b.xlsx", by=fang)
    assert again.step is Step.WAITING and again.columns["places"] == {"total": 1, "number": 3}
    with pytest.raises(batches.Moved):
        batches.choose(again, "发票", {"number": 3}, by=fang)


@ONE
@pytest.mark.parametrize(
    ("codec", "sign"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("gb18030", ","), ("utf-16", "\t")],
)
def test_texts_are_read_in_every_writing_that_programs_save_them_in(fang, work, codec, sign):
    lines = [HEAD, *numbers(1, 2), ["=cmd|calc", "2026-11-10", "1\n2"]]
    batch = batches.begin(text(lines, codec, sign), "清单.csv", by=fang)
    batches.choose(batch, "", batch.columns["places"], by=fang)
    work()
    assert [(one.line, one.state.value) for one in rows(batch)] == [
        (2, "done"), (3, "done"), (4, "refused"),
    ]  # fmt: skip
    assert rows(batch)[2].texts["number"] == "=cmd|calc", "kept as it stands there"


@ONE
def test_numbers_in_pasted_text_are_found(fang, work):
    first, second = numbers(1, 2)
    words = (
        f"请查一下 {first[0][:4]} {first[0][4:]}\n发票号码：{second[0]} 金额¥106.00 2026年11月10日"
    )
    batch = batches.begin_text(f"{words}\n\n谢谢！", by=fang)
    work()
    assert [one.state.value for one in rows(batch)] == ["done", "done"], "a word of thanks is none"
    assert rows(batch)[1].invoice.total.yuan == "106.00"
    with pytest.raises(batches.NothingThere):
        batches.begin_text("谢谢", by=fang)
    with pytest.raises(Refused):
        batches.begin(BytesIO(b"\x81\x00\xff" * 9), "junk.csv", by=fang)


def test_it_stops_goes_on_and_ends_where_it_is_told(fang, work, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    batch = hand_in([HEAD, *numbers(1, 5)], by=fang)
    batches.pause(batch, by=fang)
    work()
    assert rows(batch) == []
    batches.resume(batch, by=fang)
    work()
    db.session.refresh(batch)
    assert (batch.step, len(rows(batch))) == (Step.DONE, 5)
    other = hand_in([HEAD, *numbers(6, 9)], by=fang)
    batches.cancel(other, by=fang)
    work()
    assert rows(other) == [] and other.step is Step.CANCELLED
    with pytest.raises(batches.Moved):
        batches.resume(other, by=fang)


def test_ended_at_any_chunk_it_comes_to_the_same(fang, work, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 2)
    batch = hand_in([HEAD, *numbers(1, 7), *numbers(2, 2)], by=fang)
    whole, left = working.keep, [3]

    def ends_here(*args):
        ended = whole(*args)
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return ended

    monkeypatch.setattr(working, "keep", ends_here)
    with pytest.raises(KeyboardInterrupt):
        running.run(batch.id)
    db.session.rollback()
    assert len(rows(batch)) == 4
    running.run(batch.id)
    db.session.refresh(batch)
    assert (batch.step, batch.taken, batch.total) == (Step.DONE, 8, 8)
    assert [one.row for one in rows(batch)] == list(range(1, 9))
    assert db.session.scalar(select(func.count()).select_from(Invoice)) == 7
    running.run(batch.id)
    assert len(rows(batch)) == 8


def test_who_has_waited_long_is_told_when_it_is_over(fang, work):
    quick = hand_in([HEAD, *numbers(1, 2)], by=fang)
    long = hand_in([HEAD, *numbers(3, 4), ["1", "", ""]], by=fang)
    with transaction():
        db.session.refresh(long)
        long.made_at -= ending.PATIENCE * 2
    work()
    told_of = db.session.scalars(notices.visible_to(fang)).all()
    assert [(one.kind_word, one.path) for one in told_of] == [
        ("batch_ended", f"/batches/{long.id}")
    ]
    assert told_of[0].facts == {"name": long.name, "rows": 3, "problems": 1} and quick.is_over


@ONE
def test_others_may_look_at_a_list_and_change_nothing(browser, fang, wei, work):
    batch = hand_in([HEAD, *numbers(1, 1), ["123", "", "1.00"]], by=wei)
    work()
    browser.sign_in(make.member("同事", wei.company, "finance", "employee"))
    page = browser.see(f"/batches/{batch.id}")
    assert "An invoice number has 8 or 20 digits; these are 3." in page.words()
    assert "Edit" not in page.words()
    wrong = rows(batch)[1]
    for path, typed in (("step", {"act": "cancel"}), (f"rows/{wrong.id}", {"number": "1"})):
        assert browser.post(f"/batches/{batch.id}/{path}", **typed).status == 403
    assert rows(batch)[1].texts["number"] == "123"


def test_nobody_else_sees_the_list_of_an_employee_but_those_who_see_all(fang, wei, stranger, work):
    batch = hand_in([HEAD, *numbers(1, 1)], by=wei)
    for who, seen in ((wei, 1), (fang, 1), (stranger, 0)):
        assert len(db.session.scalars(batches.visible_to(who)).all()) == seen
    work()
    (one,) = rows(batch)
    assert queries.look(wei, Asked(on=today(now()))).found == [one.invoice]
    assert db.session.scalars(invoices.visible_to(stranger)).all() == []
    assert one.invoice.authenticity is Authenticity.NOT_CHECKED
    assert (
        db.session.scalars(batches.items_visible_to(stranger).where(Item.id == one.id)).all() == []
    )
    assert queue.due() == []
