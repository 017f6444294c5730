"""The card on an invoice's page: lines, rules, what to do next, whom to ask; in both languages."""

import pytest
from sqlalchemy import select

from app.core.verdict import Authenticity
from app.intake import intake
from app.invoices import told
from app.invoices.models import Field, Invoice
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.verification import checks
from tests import make

READ = {
    "amount": "100.00", "tax": "6.00", "total_words": "壹佰零陆圆整",
    "seller_name": "北京示例酒店有限公司", "seller_tax_id": make.specimens.tax_id(8),
    "buyer_name": "北京示例茶叶有限公司", "buyer_tax_id": make.specimens.tax_id(1),
}  # fmt: skip


@pytest.fixture
def invoice(wei, work) -> Invoice:
    """A specimen over 106.00 of which the code was read."""
    intake.hand_in(make.picture(), "photo.png", by=wei)
    work()
    return db.session.scalars(select(Invoice)).one()


def read_in(invoice: Invoice, **changed: str) -> None:
    """As if the PDF beside the picture had been read."""
    with transaction():
        for name, value in {**READ, **changed}.items():
            row = Field(id=new_id(), invoice_id=invoice.id, name=name, value=value, source="pdf")
            db.session.add(row)
        db.session.flush()
        told.settle(invoice)
        checks.check(invoice)


def card(invoice: Invoice) -> dict[str, str]:
    return {line.rule: line.words for line in checks.card(invoice)}


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_whole_original_passes_every_rule_and_is_still_not_genuine(browser, invoice, wei):
    read_in(invoice)
    assert card(invoice) == {
        "ledger": "none", "buyer": "ours", "originals": "agree", "form": "specimen",
        "age": "fits", "arithmetic": "fits", "capitals": "fits", "tax_ids": "fit", "crc": "fits",
        "holders": "one", "completeness": "complete", "provider": "none",
    }  # fmt: skip
    assert invoice.authenticity is Authenticity.NOT_CHECKED and not invoice.is_held
    browser.sign_in(wei)
    words = browser.see(f"/invoices/{invoice.id}").words()
    for said in ("The amounts add up", "¥100.00 + ¥6.00 = ¥106.00", "Capitals and figures agree",
                 "The check character fits: Buyer's tax id and Seller's tax id",
                 "Everything is there to ask the tax bureau", "Made out to your company",
                 "The 18th character follows from the first 17"):  # fmt: skip
        assert said in words, said
    browser.speak("zh")
    words = browser.see(f"/invoices/{invoice.id}").words()
    for said in ("金额与税额加得上", "大写与小写一致", "抬头与税号是本公司", "找谁核实",
                 "¥100.00 + ¥6.00 = ¥106.00", "校验位无误：购买方税号和销售方税号",
                 "谨防仿冒网站", "规则"):  # fmt: skip
        assert said in words, said


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_does_not_fit_in_an_original_is_red_and_says_why(browser, invoice, wei):
    read_in(invoice, tax="6.60", total_words="壹佰柒拾圆整", buyer_tax_id="")
    assert card(invoice)["arithmetic"] == card(invoice)["capitals"] == "differs"
    assert card(invoice)["buyer"] == "name"
    page = browser.sign_in(wei).see(f"/invoices/{invoice.id}")
    tones = {one.get("id"): one.get("data-tone") for one in page.all("details")}
    assert tones["check-arithmetic"] == tones["check-capitals"] == "bad"
    assert tones["check-buyer"] == "warn" and tones["check-tax_ids"] == "ok"
    assert "¥100.00 + ¥6.60 is not ¥106.00" in page.words()
    assert "The capitals say ¥170.00, the figures ¥106.00" in page.words()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_whom_to_ask_is_official_and_only_there_while_something_is_open(
    browser, invoice, fang, work
):
    browser.sign_in(fang)
    path = f"/invoices/{invoice.id}"
    page = browser.see(path)
    places = [one.get("href") for one in page.all("a")]
    assert "tel:12366" in places and "https://inv-veri.chinatax.gov.cn/" in places
    assert "https://beijing.chinatax.gov.cn/" in places
    assert "国家税务总局北京市海淀区税务局" in page.words()
    assert "only addresses that end in .chinatax.gov.cn" in page.words()

    make.ledger(fang, [make.export_row(make.specimen())])
    work()
    page = browser.see(path)
    assert "Keep the original file" in page.words()
    assert "Whom to ask" not in page.words()

    voided = make.export_row(make.specimen(), 发票状态="已作废")
    make.ledger(fang, [voided], exported_on=make.date(2026, 11, 21))
    work()
    page = browser.see(path)
    assert "Do not use this invoice" in page.words() and "Whom to ask" in page.words()
