"""The rule of seals: what is red, what is looked at, what passes, and what has no line at all."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.core.verdict import Authenticity, Outcome
from app.documents.readers import seal as kept
from app.documents.readers.seal import Seal
from app.intake import intake
from app.invoices.models import Invoice
from app.plumbing.db import db
from app.verification import checks
from app.verification.rules import seal
from app.verification.titles import TITLES
from tests import make, seals
from tests.signers import by_rsa
from tests.verification.facts import LOOK, PASSED, STOPPED, UNKNOWN, WITH, ask, said

GOOD = Seal(kept.INTACT, "ses.v4", signer="某某酒店(北京)有限公司", issuer="示例电子认证",
            names=("某某酒店(北京)有限公司",))  # fmt: skip
SELLER = "某某酒店（北京）有限公司"
BUREAU = ("国家税务总局示例省税务局", "示例省税务监制章电子证书")


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"state": kept.ALTERED, "parts": ("Doc_0/Document.xml",)}, ("altered", STOPPED)),
        ({"state": kept.ALTERED, "reasons": ("digest",)}, ("altered_file", STOPPED)),
        ({"state": kept.ALTERED, "chain": kept.TEST}, ("altered_file", STOPPED)),
        ({"state": kept.ALTERED, "reasons": ("stamp",)}, ("altered_stamp", STOPPED)),
        ({"state": kept.ALTERED, "reasons": ("stamp",), "parts": ("a.xml",)}, ("altered", STOPPED)),
        ({"state": kept.UNREADABLE, "reasons": ("no_certificate",)}, ("nobody", LOOK)),
        ({"state": kept.UNREADABLE, "reasons": ("malformed",)}, ("unreadable", LOOK)),
        ({"state": kept.UNREADABLE, "reasons": ("unsupported",)}, ("unsupported", UNKNOWN)),
        ({"chain": kept.TEST}, ("test", LOOK)),
        ({"chain": kept.SELF_SIGNED}, ("self_signed", LOOK)),
        ({"chain": kept.EXPIRED}, ("expired", LOOK)),
        ({"reasons": ("appended",)}, ("appended", LOOK)),
        ({"reasons": ("partly",)}, ("partly", LOOK)),
        ({"reasons": ("not_in_seal",)}, ("stranger", LOOK)),
        ({"reasons": ("signed_again",)}, ("seller", PASSED)),
        ({"names": ("某档案服务公司",)}, ("stranger", LOOK)),
        ({"names": ("某档案服务公司",), "reasons": ("appended",)}, ("stranger", LOOK)),
        ({"names": BUREAU}, ("bureau", PASSED)),
        ({"names": BUREAU, "chain": kept.KNOWN}, ("bureau_known", PASSED)),
        ({"names": ("别名",), "signer_tax_id": "91110000000000009X"}, ("seller", PASSED)),
        ({"chain": kept.KNOWN}, ("seller_known", PASSED)),
        ({}, ("seller", PASSED)),
    ],
)
def test_what_a_seal_makes_of_the_card(changed, answer):
    known = {"seller_name": SELLER, "seller_tax_id": "91110000000000009x"}
    told = ask(seal, seals=(("a.ofd", replace(GOOD, **changed)),), **known)
    assert said(told) == answer and f"seal.{answer[0]}" in TITLES
    assert told.source == "seal" and told.evidence["sealed_file"] == "a.ofd"
    assert told.authenticity is None


def test_without_a_seal_there_is_no_line_and_without_a_seller_nothing_is_compared():
    assert ask(seal) is None
    assert said(ask(seal, seals=(("a.pdf", GOOD),))) == ("unnamed", UNKNOWN)
    assert said(ask(seal, WITH, seals=(("a.pdf", GOOD),))) == ("stranger", LOOK)
    ours = replace(GOOD, names=("卖方",))
    assert said(ask(seal, WITH, seals=(("a.pdf", ours),))) == ("seller", PASSED)


def test_the_gravest_seal_of_all_files_speaks():
    broken = replace(GOOD, state=kept.ALTERED)
    several = (("a.pdf", GOOD), ("b.pdf", broken), ("c.pdf", replace(GOOD, chain=kept.TEST)))
    told = ask(seal, seals=several, seller_name=SELLER)
    assert said(told) == ("altered_file", STOPPED) and told.evidence["sealed_file"] == "b.pdf"


def test_every_sentence_about_seals_is_said_by_somebody():
    listed = {name.removeprefix("seal.") for name in TITLES if name.startswith("seal.")}
    assert len(listed) == 17 and all(TITLES[f"seal.{name}"] for name in listed)


def hand_in(data: bytes, name: str, wei, work) -> Invoice:
    intake.hand_in(seals.BytesIO(data), name, by=wei)
    work()
    return db.session.scalars(select(Invoice)).one()


def of_card(invoice: Invoice) -> tuple[str, Outcome]:
    return next((one.words, one.outcome) for one in checks.card(invoice) if one.rule == "seal")


def test_an_altered_original_is_held_and_is_no_less_and_no_more_genuine(browser, wei, work):
    paper = make.specimen()
    parts = seals.entries(seals.ofd(paper, by_rsa(paper.seller[0], issuer=by_rsa("示例电子认证"))))
    page = next(name for name in parts if "Content" in name)
    changed = {**parts, page: parts[page].replace(b"<", b" <", 1)}
    invoice = hand_in(seals.packed(changed), "changed.ofd", wei, work)
    assert of_card(invoice) == ("altered", STOPPED)
    assert invoice.is_held and invoice.authenticity is Authenticity.NOT_CHECKED
    words = browser.sign_in(wei).see(f"/invoices/{invoice.id}").words()
    assert "The file was changed after it was sealed" in words and page in words
    assert "changed.ofd" in words


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_original_as_its_seller_sealed_it_says_who_and_proves_nothing(browser, wei, work):
    paper = make.specimen()
    data = seals.ofd(paper, by_rsa(paper.seller[0], issuer=by_rsa("示例电子认证")))
    invoice = hand_in(data, "sealed.ofd", wei, work)
    assert of_card(invoice) == ("seller", PASSED)
    assert not invoice.is_held and invoice.authenticity is Authenticity.NOT_CHECKED
    words = browser.sign_in(wei).see(f"/invoices/{invoice.id}").words()
    for told in ("Unchanged since the seller signed it", paper.seller[0], "示例电子认证"):
        assert told in words


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_signed_pdf_shows_its_signature_beside_the_code_on_its_page(wei, work):
    jpeg = make.frame(make.specimens.qr_text(make.specimen()))
    invoice = hand_in(seals.pdf(jpeg, by_rsa("某公司", issuer=by_rsa("示例电子认证"))),
                      "signed.pdf", wei, work)  # fmt: skip
    assert of_card(invoice) == ("unnamed", UNKNOWN)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_invoice_of_a_kind_without_seals_has_no_line_about_them(wei, work):
    invoice = hand_in(make.specimens.write_ofd(make.specimen()), "plain.ofd", wei, work)
    assert "seal" not in {one.rule for one in checks.card(invoice)}
