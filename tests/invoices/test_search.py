"""What may be typed into the search field of the wallet, and what it finds."""

from datetime import date

import pytest

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import specimens
from app.invoices import search
from app.invoices.queries import Asked, look
from tests import make

DAY = date(2026, 11, 22)


@pytest.fixture
def found(wei):
    """Five invoices; gives which of them a question finds."""
    hotel, taxi, old = "北京和悦酒店有限公司", "滴滴出行科技有限公司", "Acme 咖啡馆"
    many = [
        make.invoice(wei, 1001, seller_name=hotel, total=Money(62800), issued=date(2026, 11, 18)),
        make.invoice(wei, 1002, seller_name=taxi, total=Money(129000), issued=date(2026, 11, 1)),
        make.invoice(
            wei,
            seller_name=old,
            key=InvoiceKey("vat", "011002000111-06280042"),
            amount=Money(62800),
            total=None,
            issued=date(2025, 11, 18),
        ),
        make.invoice(wei, 3, buyer_name="上海示例贸易有限公司", total=Money(50), issued=None),
        make.invoice(wei, 4, key=InvoiceKey("file", "1001" * 16), total=None, issued=None),
    ]
    places = {one.id: place for place, one in enumerate(many, start=1)}

    def find(words):
        shown = look(wei, Asked(search.clean(words), "", DAY))
        return {places[one.id] for one in shown.found}

    return find


@pytest.mark.parametrize(
    ("words", "which"),
    [
        ("", {1, 2, 3, 4, 5}),
        ("1001", {1}),
        (specimens.number(1002), {2}),
        ("9900 2000 0000 0000 1002", {2}),
        ("９９００２０００００００００００１００２", {2}),
        ("011002000111 06280042", {3}),
        ("011002000111-06280042", {3}),
        ("0628", {3}),
        ("628", {1, 3}),
        ("628.00", {1, 3}),
        ("¥628", {1, 3}),
        ("628元", {1, 3}),
        ("1,290", {2}),
        ("1290", {2}),
        ("1290.5", set()),
        ("0.5", {4}),
        ("2026-11", {1, 2}),
        ("2026/11", {1, 2}),
        ("2026年11月", {1, 2}),
        ("2026-11-18", {1}),
        ("2026.11.18", {1}),
        ("20261118", {1}),
        ("2026年11月18日", {1}),
        ("11-18", {1, 3}),
        ("11月18日", {1, 3}),
        ("11月", {1, 2, 3}),
        ("2026-02-30", set()),
        ("13月", set()),
        ("和悦", {1}),
        ("酒店", {1}),
        ("上海", {4}),
        ("acme", {3}),
        ("ACME", {3}),
        ("滴滴 1290", {2}),
        ("滴滴 628", set()),
        ("酒店 2026-11", {1}),
        ("%", set()),
        ("_", set()),
        ("\\", set()),
        ("digital", set()),
        ("file", set()),
    ],
)
def test_it_finds(found, words, which):
    assert found(words) == which


def test_what_is_typed_is_one_short_line():
    assert search.clean("  酒店\n\t６２８ ") == "酒店 628"
    assert len(search.clean("长" * 500)) == search.LONGEST
