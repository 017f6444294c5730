"""Odd words inside a file are kept or left out, and shown as words, never as commands."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from app.documents import specimens
from app.documents.documents import Refused
from app.documents.models import State
from app.intake import intake
from app.invoices import invoices, search
from tests import make
from tests.both import SQLITE_FIRST

ODD = (
    "示例😀酒店", "𠮷野家示例店", "<script>alert(1)</script>", "{{7*7}}示例", "${jndi:ldap://x/a}",
    "'; DROP TABLE invoices; --", "=cmd|' /C calc'!A0", "%s%s%n", "../../etc/passwd",
    "示例\"'&amp;店",
)  # fmt: skip
LEADING = {
    "示例\u202e店酒": "示例店酒",
    "示\u200b例\ufeff店": "示例店",
    "ｅｘ示例（店）": "ｅｘ示例（店）",
}


def named(seller: str, sequence: int = 71) -> bytes:
    one = make.specimen(sequence)
    return specimens.write_xml(replace(one, seller=(seller, one.seller[1])))


def learn(wei, work, seller: str, sequence: int = 71):
    copy = intake.hand_in(BytesIO(named(seller, sequence)), f"{seller}.xml"[:80], by=wei)
    work()
    return copy, invoices.of_document(copy.document)


@SQLITE_FIRST
def test_odd_words_are_kept_exactly_and_shown_as_words(browser, wei, work):
    browser.sign_in(wei)
    for place, words in enumerate(ODD):
        copy, (invoice,) = learn(wei, work, words, 71 + place)
        assert invoice.seller_name == words and copy.document.state is State.READ
        page = browser.see(f"/invoices/{invoice.id}")
        assert words in page.words()
        assert "<script>alert" not in page.text and "49示例" not in page.text
    for path in ("/", "/invoices", f"/documents/{copy.document_id}"):
        page = browser.see(path)
        assert "<script>alert" not in page.text and "49示例" not in page.text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_signs_that_nobody_sees_turn_nothing_around(wei, work):
    for place, words in enumerate(LEADING):
        _, (invoice,) = learn(wei, work, words, 71 + place)
        assert invoice.seller_name == LEADING[words]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_of_a_name_of_a_megabyte_the_beginning_is_kept(browser, wei, work):
    _, (invoice,) = learn(wei, work, "长" * 350_000)
    assert invoice.seller_name == "长" * 500 and invoice.total == make.specimen(71).total
    assert len(browser.sign_in(wei).see("/invoices").text) < 200_000


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("words", ["\x00", "&#0;", "\x08"])
def test_xml_with_signs_that_it_may_not_hold_is_refused(app, wei, words):
    data = specimens.write_xml(make.specimen(71)).replace("示例".encode(), words.encode())
    with pytest.raises(Refused):
        intake.hand_in(BytesIO(data), "a.xml", by=wei)


@SQLITE_FIRST
def test_odd_words_are_looked_for_as_words(browser, wei, work):
    learn(wei, work, "百分%之_示例")
    learn(wei, work, "另一家示例店", 72)
    browser.sign_in(wei)
    found = browser.see("/invoices?q=%25%E4%B9%8B_").words()
    assert "百分%之_示例" in found and "另一家" not in found
    assert search.clean("\x00<b>") == "<b>"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("mode", "size"), [("CMYK", (300, 200)), ("L", (1, 1)), ("RGBA", (2, 2)),
                                            ("I;16", (40, 40)), ("1", (9, 9))])  # fmt: skip
def test_odd_pictures_are_an_attachment_and_say_so(app, wei, work, mode, size):
    drawn = BytesIO()
    Image.new(mode, size).save(drawn, "JPEG" if mode == "CMYK" else "PNG")
    drawn.seek(0)
    copy = intake.hand_in(drawn, "odd", by=wei)
    work()
    assert (copy.document.state, copy.document.reason) == (State.NOTHING, "no_code")


@SQLITE_FIRST
def test_a_drawing_that_calls_itself_a_picture_is_never_shown_as_one(browser, wei, work):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    with pytest.raises(Refused):
        intake.hand_in(BytesIO(b"\x89PNG\r\n\x1a\n" + svg), "b.png", by=wei)
    copy = intake.hand_in(BytesIO(svg), "a.png", by=wei)
    work()
    document = copy.document
    assert (document.kind, document.reason, document.has_preview) == ("xml", "other_xml", False)
    page = browser.sign_in(wei).see(f"/documents/{document.id}/original")
    page.answer.close()
    assert page.headers["Content-Type"].startswith("application/xml")
    assert page.headers["Content-Disposition"].startswith("attachment")
