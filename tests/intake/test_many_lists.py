"""Lists that were handed in long ago, and workbooks with a sheet for each month."""

from io import BytesIO

import pytest

from app.documents import specimens
from app.intake import batch_rows, batches, finding, piles, sheets
from app.intake.intake import READ
from app.intake.piles import Brought
from app.plumbing.db import transaction
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import HEAD, numbers, rows, tabs, workbook

MONTHS = [f"{month}月" for month in range(1, 13)]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_older_lists_are_on_the_next_page(browser, fang, wei, monkeypatch):
    monkeypatch.setattr(finding, "NEWEST", 2)
    made = [batches.begin_text(number, by=fang) for number, *_ in numbers(1, 5)]
    with transaction():
        for one, name in zip(made, "甲乙丙丁戊", strict=True):
            one.name = f"清单{name}"
    page, seen = browser.sign_in(fang).see("/batches"), []
    while page:
        seen += [name for name in "甲乙丙丁戊" if f"清单{name}" in page.words()]
        older = [one.get("href") for one in page.all("a") if "before=" in (one.get("href") or "")]
        page = browser.see(older[0]) if older else None
    assert sorted(seen) == sorted("甲乙丙丁戊") and len(seen) == 5
    page = browser.sign_in(fang).see("/batches?q=单丁")
    assert "清单丁" in page.words() and "清单甲" not in page.words()
    assert "No list of that name" in browser.see("/batches?q=庚").words()
    assert "清单" not in browser.sign_in(wei).see("/batches?before=z").words()


def test_each_list_says_how_many_rows_wait_and_have_a_problem(browser, fang, tea, work):
    genuine, strange, wrong = numbers(1, 1)[0], numbers(2, 2)[0], ["发票号码", "x", "1.00"]
    make.ledger(fang, [make.export_row(make.specimen(1))])
    first = batches.begin(workbook([HEAD, genuine, strange, wrong]), "一.xlsx", by=fang)
    batches.choose(first, "发票", first.columns["places"], by=fang)
    work()
    second = piles.begin("照片", 3, by=fang)
    for place in (1, 2):
        one = Brought(f"{place}.xml", BytesIO(specimens.write_xml(make.specimen(place + 7))))
        piles.add(second, one, place, key=f"{place}", then=READ)
    told, _older = finding.newest(fang, "", "")
    assert [one.id for one, _counts in told] == [second.id, first.id]
    for one, counts in told:
        assert counts == {name: batch_rows.counts(one)[name] for name in counts}
    assert told[0][1] == {"waiting": 2, "problem": 0} and told[1][1]["problem"] > 0
    assert "with a problem" in browser.sign_in(fang).see("/batches").words()


@SQLITE_FIRST
def test_every_month_of_a_workbook_is_offered(fang, work):
    empty = {name: [["说明"]] for name in MONTHS[:6]}
    full = {name: [HEAD, *numbers(n, n)] for n, name in enumerate(MONTHS[6:], start=1)}
    batch = batches.begin(tabs(**empty, **full), "全年.xlsx", by=fang)
    assert batch.columns["sheet"] == "7月"
    batches.choose(batch, "7月", batch.columns["places"], by=fang)
    work()
    assert len(rows(batch)) == 1 and sheets.others(batch) == MONTHS[7:]
