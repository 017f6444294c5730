"""Certificates that an administrator confirms, and what becomes of the seals under them."""

from base64 import b64encode
from io import BytesIO

import pytest
from sqlalchemy import select

from app.core.verdict import Authenticity
from app.documents.readers import trust as readers
from app.documents.readers.limits import Refused
from app.intake import intake
from app.invoices.models import Invoice
from app.journal.models import Entry
from app.plumbing.db import db
from app.verification import checks, trust
from app.verification.models import Trusted
from tests import make, seals
from tests.signers import Signer, by_rsa, by_sm2, needs_sm2

SELLER = make.specimen().seller[0]


def text(signer: Signer) -> str:
    return b64encode(signer.certificate).decode()


def pem(*signers: Signer, sort: str = "CERTIFICATE") -> bytes:
    """Certificates as text files hold them."""
    return "".join(
        f"-----BEGIN {sort}-----\n{text(one)}\n-----END {sort}-----\n" for one in signers
    ).encode()


def pinned(signer: Signer, by, name: str = "ca.cer") -> Trusted:
    return trust.pin(BytesIO(signer.certificate), by=by)


def line(invoice: Invoice) -> str:
    db.session.expire_all()
    return next(one.words for one in checks.card(invoice) if one.rule == "seal")


@pytest.fixture
def invoice(wei, work) -> Invoice:
    """An OFD sealed by its seller, whose certificate somebody issued."""
    by = by_rsa(SELLER, issuer=by_rsa("示例电子认证"))
    intake.hand_in(BytesIO(seals.ofd(make.specimen(), by)), "sealed.ofd", by=wei)
    work()
    return db.session.scalars(select(Invoice)).one()


def test_a_certificate_confirms_itself_and_what_it_issued_and_nothing_else():
    authority, other = by_rsa("示例电子认证"), by_rsa("别家认证")
    leaf = by_rsa(SELLER, issuer=authority)
    assert readers.confirmed([text(leaf)], [text(other), text(authority)])
    assert readers.confirmed([text(leaf)], [text(leaf)])
    for pins in ([], [text(other)], ["bm8="]):
        assert not readers.confirmed([text(leaf)], pins)
    assert not readers.confirmed([], [text(authority)])
    twin = by_rsa("示例电子认证", "another key of the same name")
    assert not readers.confirmed([text(leaf)], [text(twin)])
    below = by_rsa("孙", issuer=leaf)
    assert not readers.confirmed([text(below), text(leaf)], [text(leaf), text(authority)])


@needs_sm2
def test_an_sm2_authority_confirms_the_seals_under_it():
    authority = by_sm2("国家税务总局", "样票证书管理中心")
    leaf = by_sm2("国家税务总局示例省税务局", issuer=authority)
    assert readers.confirmed([text(leaf)], [text(authority)])
    assert not readers.confirmed([text(leaf)], [text(by_sm2("国家税务总局", "样票"))])


@needs_sm2
def test_what_an_uploaded_certificate_says():
    for signer in (by_rsa("示例电子认证"), by_sm2("国家税务总局", "样票证书管理中心")):
        whole = readers.read(signer.certificate)
        assert whole == readers.read(pem(signer)) and whole["der"] == text(signer)
        assert len(whole["fingerprint"]) == 64 and whole["valid_from"] < whole["valid_to"]
    one = by_rsa("示例电子认证")
    for wrong in (b"", b"hello", pem(one, one), pem(one, sort="PRIVATE KEY"), bytes(70_000),
                  one.certificate[:-40], b"-----BEGIN CERTIFICATE-----\nx"):  # fmt: skip
        with pytest.raises(Refused):
            readers.read(wrong)


def test_confirming_and_no_longer_confirming_looks_at_the_seals_again(invoice, lin, work):
    assert line(invoice) == "seller"
    found = pinned(by_rsa("示例电子认证"), lin)
    assert pinned(by_rsa("示例电子认证"), lin).id == found.id
    work()
    assert line(invoice) == "seller_known"
    assert invoice.authenticity is Authenticity.NOT_CHECKED
    trust.remove(found, by=lin)
    work()
    assert line(invoice) == "seller"
    said = {entry.action for entry in db.session.scalars(select(Entry))}
    assert {"certificate-confirmed", "certificate-withdrawn"} <= said


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_certificate_of_another_company_confirms_nothing_here(invoice, stranger, work):
    boss = make.member("老板", stranger.company, "administrator")
    pinned(by_rsa("示例电子认证"), boss)
    work()
    assert line(invoice) == "seller"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_page_lists_takes_and_gives_back(browser, lin, wei):
    browser.sign_in(lin)
    assert "No certificate is confirmed yet" in browser.see("/certificates").words()
    file = (BytesIO(pem(by_rsa("示例电子认证"))), "ca.pem")
    browser.post("/certificates", files=[file])
    words = browser.see("/certificates").words()
    found = db.session.scalars(select(Trusted)).one()
    for told in ("示例电子认证", found.fingerprint, "2020-01-01 – 2036-01-01", lin.name):
        assert told in words
    refused = browser.post("/certificates", files=[(BytesIO(b"no"), "no.cer")])
    assert "This is not a certificate" in refused.words()
    browser.post(f"/certificates/{found.id}/withdrawal")
    assert "No certificate is confirmed yet" in browser.see("/certificates").words()
