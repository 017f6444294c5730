"""Filters: what an address may say, what each finds, and how the page shows them."""

from datetime import date

import pytest

from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.invoices import filters, narrowing, queries, tags
from app.invoices.queries import Asked, look
from tests import make

DAY = date(2026, 11, 22)
FACTS = (
    {"kind_word": "rail", "issued": date(2026, 9, 30), "brought_as": "pdf"},
    {"total": Money(100_00), "seller_name": "示例酒店", "buyer_name": "上海示例贸易有限公司"},
    {"total": None, "amount": Money(150_00), "seller_tax_id": "91110000MA00000018"},
    {"authenticity": Authenticity.GENUINE, "lifecycle": Lifecycle.NORMAL, "issued": None},
    {"lifecycle": Lifecycle.VOIDED, "has_problem": True, "brought_as": "typed"},
    {"is_misaddressed": True, "has_problem": True, "issued": date(2026, 10, 1)},
    {"is_held": True, "has_problem": True, "issued": date(2025, 12, 31)},
    {"lifecycle": Lifecycle.RED_UNKNOWN, "has_problem": True, "issued": date(2024, 5, 1)},
    {"lifecycle": Lifecycle.RED_FULL, "has_problem": True, "issued": date(2024, 5, 1)},
)
FINDS = (
    ({"kind": "rail"}, [1]),
    ({"period": "2026-09"}, [1]),
    ({"period": "2026-Q3"}, [1]),
    ({"period": "2025"}, [7]),
    ({"from": "2026-10-01", "to": "2026-10-31"}, [6]),
    ({"to": "2026-09-30"}, [1, 7, 8, 9]),
    ({"least": "120", "most": "160"}, [3]),
    ({"most": "100"}, [2]),
    ({"least": "100.01", "most": "105.99"}, []),
    ({"seller": "酒店"}, [2]),
    ({"seller": "上海示例贸易"}, []),
    ({"buyer": "上海"}, [2]),
    ({"buyer": "酒店"}, []),
    ({"tax_id": "ma0000"}, [3]),
    ({"tax_id": "9111 0000"}, [3]),
    ({"verdict": "genuine"}, [4]),
    ({"lifecycle": "voided"}, [5]),
    ({"lifecycle": "normal"}, [4]),
    ({"lifecycle": "red_full"}, [8, 9]),
    ({"lifecycle": "red_unknown"}, [8]),
    ({"state": "problem"}, [5, 6, 7, 8, 9]),
    ({"state": "title"}, [6]),
    ({"state": "held"}, [7]),
    ({"source": "typed"}, [5]),
    ({"kind": "rail", "source": "pdf"}, [1]),
    ({"kind": "rail", "verdict": "genuine"}, []),
    ({"lifecycle": "voided", "source": "typed"}, [5]),
    ({"lifecycle": "red_full", "verdict": "not_checked"}, [8, 9]),
    ({"tag": "展会"}, [2, 3]),
    ({"tag": "展会", "seller": "酒店"}, [2]),
    ({"who": "魏"}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
    ({"who": "方"}, []),
)


@pytest.fixture
def stocked(wei, fang):
    """An invoice for each of the facts; gives the place of each by its id."""
    made = [make.invoice(wei, 9100 + place, **facts) for place, facts in enumerate(FACTS)]
    tags.put(made[1:3], "展会", by=fang)
    return {one.id: place for place, one in enumerate(made, start=1)}


def test_every_filter_finds_what_it_says(stocked, fang):
    for asked, places in FINDS:
        shown = look(fang, Asked("", "", DAY, filters.read(asked)))
        assert (asked, sorted(stocked[one.id] for one in shown.found)) == (asked, places)
        assert shown.counts["unused"] == len(places)


def test_with_words_both_count(stocked, fang):
    shown = look(fang, Asked("印务", "", DAY, {"state": "problem"}))
    assert sorted(stocked[one.id] for one in shown.found) == [5, 6, 7, 8, 9]
    assert look(fang, Asked("酒店", "", DAY, {"state": "problem"})).counts["unused"] == 0


def test_who_brought_it_is_asked_by_those_who_see_all(stocked, wei):
    assert len(look(wei, Asked("", "", DAY, {"who": "方"})).found) == len(FACTS)


def test_the_address_is_the_state():
    said = {
        "q": " 酒店 ",
        "only": "problems",
        "least": "1,200",
        "from": "2026-11-01",
        "tag": " a  b ",
    }
    state = {
        "q": "酒店",
        "only": "problems",
        "from": "2026-11-01",
        "least": "1200.00",
        "tag": "a b",
    }
    assert Asked.of(said).state() == state == Asked.of(state).state()
    assert Asked.of({"only": "unused", "q": ""}).state() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "nonsense"},
        {"from": "2026-13-01"},
        {"period": "2026-13"},
        {"period": "0000"},
        {"least": "lots"},
        {"seller": " ​ "},
        {"verdict": "GENUINE"},
        {"other": "x"},
    ],
)
def test_what_cannot_be_read_is_ignored(wrong):
    assert Asked.of(wrong).state() == {}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_page_shows_filters_and_the_way_without_each(browser, stocked, fang):
    page = browser.sign_in(fang).see("/invoices?q=印务&verdict=genuine&period=2026-Q3&least=5")
    words = page.words()
    assert "Verdict Genuine" in words and "Period Q3 2026" in words and "¥5.00" in words
    links = {one.get("href") for one in page.all("a")}
    assert "/invoices?q=%E5%8D%B0%E5%8A%A1&period=2026-Q3&least=5.00" in links
    assert "Nothing here fits" in words and "Clear all" in words
    for link in links:
        if link and link.startswith(("/invoices?", "/filters", "/views")):
            browser.see(link)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_form_leads_to_a_clean_address(browser, stocked, fang, wei):
    browser.sign_in(fang)
    page = browser.see("/filters?q=印务&kind=rail")
    assert "Brought by" in page.words()
    fields = {one.get("name") for one in [*page.all("input"), *page.all("select")]}
    assert fields >= filters.FILTERS.keys() - {"batch"}
    part = browser.see("/filters?q=印务", htmx=True)
    assert part.is_fragment and 'value="印务"' in part.text
    away = browser.see("/invoices?q=&kind=rail&from=&seller=", status=303)
    assert away.headers["Location"] == "/invoices?kind=rail"
    assert "Brought by" not in browser.sign_in(wei).see("/filters").words()


def test_what_the_company_has_is_not_what_a_member_holds(wei, fang, monkeypatch):
    for module, name in ((queries, "FEW"), (queries, "PAGE"), (narrowing, "SOME")):
        monkeypatch.setattr(module, name, 1)
    for sequence, holder in enumerate((wei, wei, wei, fang, fang), start=1):
        make.invoice(holder, sequence, kind_word="rail")
    asked = Asked("", "", DAY, {"kind": "rail"})
    assert look(wei, asked).counts["unused"] == 3
    assert look(fang, asked).counts["unused"] == queries.MOST + 1


def test_a_month_with_very_many_is_not_summed(wei, fang, monkeypatch):
    monkeypatch.setattr(queries, "SUMMED", 3)
    for sequence in range(1, 8):
        make.invoice(wei, sequence, issued=DAY if sequence > 2 else date(2026, 10, 1))
    assert look(fang, Asked("", "", DAY)).sums == {}
    october = look(fang, Asked("", "", DAY, {"period": "2026-10"}))
    assert october.sums[2026, 10].count == 2
