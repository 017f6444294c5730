"""Many pay the same on the same day: that makes nobody's bills one, and costs nothing."""

from app.core.money import Money
from app.invoices import grouping
from tests import make
from tests.invoices.test_cleaning import groups


def test_a_price_that_very_many_pay_on_one_day_makes_no_groups(fang, wei, monkeypatch):
    monkeypatch.setattr(grouping, "COMMON", 3)
    for sequence in range(1, 50, 10):
        make.invoice(wei, sequence, seller_name="示例停车场")
    few = [
        make.invoice(wei, sequence, seller_name="示例停车场", total=Money(20000))
        for sequence in (60, 70, 80)
    ]
    (found,) = groups(fang)
    assert sorted(one.id for one in found.invoices) == sorted(one.id for one in few)
