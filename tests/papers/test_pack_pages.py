"""The page for printing works as a plain form: order, layout, preview; only one's own."""

import pytest
from sqlalchemy import select

from app.papers import pack_views
from app.papers.models import Paper
from app.plumbing.db import db
from tests import make
from tests.papers import held, originals

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ORDER, PREVIEW = "/papers/pack/order", "/papers/pack/preview"


@pytest.fixture
def ids(wei):
    """Three invoices, the first of them with a file."""
    first = held.invoice(wei, 1, originals.pdf(originals.words("one")))
    return [first.id, make.invoice(wei, 2).id, make.invoice(wei, 3).id]


def order(page):
    return [one.get("value") for one in page.all("input") if one.get("name") == "invoice"]


def test_invoices_go_up_down_and_out(browser, wei, ids):
    browser.sign_in(wei)

    for move, after in (
        ("", [0, 1, 2]),
        (f"down-{ids[0]}", [1, 0, 2]),
        (f"up-{ids[2]}", [0, 2, 1]),
        (f"up-{ids[0]}", [0, 1, 2]),
        (f"down-{ids[2]}", [0, 1, 2]),
        (f"out-{ids[1]}", [0, 2]),
        ("up-nobody", [0, 1, 2]),
        ("sideways", [0, 1, 2]),
    ):
        moved = [ids[place] for place in after]
        assert order(browser.post(ORDER, invoice=ids, move=move)) == moved, move
        rows = browser.post(ORDER, htmx=True, invoice=ids, move=move)
        assert rows.is_fragment and order(rows) == moved
        assert rows.headers["HX-Trigger"] == "order-changed"


def test_the_last_one_can_be_left_out_and_then_nothing_is_made(browser, wei, ids):
    browser.sign_in(wei)

    page = browser.post(ORDER, invoice=ids[:1], move=f"out-{ids[0]}")
    assert "No invoice is left to print." in page.words()
    assert not [one for one in page.all("input") if one.get("name") == "state"]
    nothing = browser.post("/papers/pack/making", layout="two")
    assert "There is no invoice here to put into a file." in nothing.words()

    assert db.session.scalars(select(Paper)).all() == []


def test_a_pack_is_asked_for_in_the_order_and_the_layout_that_were_chosen(browser, wei, ids):
    browser.sign_in(wei)

    answer = browser.post("/papers/pack/making", invoice=ids[::-1], layout="paste")

    assert answer.status == 303
    paper = db.session.scalars(select(Paper)).one()
    assert paper.asked == {"ids": ids[::-1], "layout": "paste"}
    wrong = browser.post("/papers/pack/making", invoice=ids, layout="seven")
    assert "Please choose one from the list." in wrong.words()


def test_a_list_comes_in_the_order_of_the_wallet_and_a_long_one_stays_a_list(
    browser, wei, ids, monkeypatch
):
    browser.sign_in(wei)

    assert order(browser.see("/papers/pack")) == ids[::-1]
    monkeypatch.setattr(pack_views, "ORDERED", 2)
    page = browser.see("/papers/pack?only=month")
    assert order(page) == [] or len(order(page)) <= 2
    everything = browser.see("/papers/pack")
    assert order(everything) == []
    assert "They are printed in the order of the list." in everything.words()
    assert "All invoices 3 invoices" in everything.words()


def test_the_preview_is_drawn_anew_and_stands_in_the_page(browser, wei, ids):
    browser.sign_in(wei)

    shown = browser.post(PREVIEW, htmx=True, invoice=ids, layout="two").all("img")
    assert [one.get("src")[:23] for one in shown] == ["data:image/webp;base64,"]
    page = browser.post("/papers/pack", invoice=ids, layout="one", shown="1")
    assert sum(one.get("src").startswith("data:") for one in page.all("img")) == 1
    nothing = browser.post(PREVIEW, htmx=True, invoice=ids[1:], layout="two")
    assert "There is no page to show" in nothing.words()


def test_nobody_sees_or_orders_what_is_not_theirs(browser, fang, stranger, ids):
    browser.sign_in(stranger)

    assert order(browser.see(f"/papers/pack?invoice={ids[0]}")) == []
    assert order(browser.post(ORDER, invoice=ids, move=f"up-{ids[1]}")) == []
    assert browser.post(PREVIEW, htmx=True, invoice=ids, layout="two").all("img") == []
    refused = browser.post("/papers/pack/making", invoice=ids, layout="two")
    assert "There is no invoice here to put into a file." in refused.words()


def test_the_ways_to_the_printer_are_there(browser, wei, ids):
    browser.sign_in(wei)

    card = browser.see(f"/invoices/{ids[0]}")
    assert f"/papers/pack?invoice={ids[0]}" in card.text
    assert 'formaction="/papers/pack"' in browser.see("/invoices").text
    assert 'formaction="/papers/pack"' in browser.see("/papers/new").text
