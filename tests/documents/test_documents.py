"""Files of a company: taken or refused in words, once, and given back as they came."""

import hashlib
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app.documents import documents, specimens
from app.documents.documents import OtherFile, Refused
from app.documents.models import Copy, Document, State
from app.intake import intake
from app.journal.models import Entry
from app.plumbing import storage
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST
from tests.browser_like import Browser
from tests.seals import packed


def locked_pdf() -> bytes:
    """A drawn page whose trailer asks for a password that nobody knows."""
    crypt = (b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (" + b"o" * 32 + b") /U ("
             + b"u" * 32 + b") >> /ID [<aa><aa>]")  # fmt: skip
    return (b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
            b"2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
            b"trailer\n<< /Root 1 0 R " + crypt + b" >>\n%%EOF\n")  # fmt: skip


XML = specimens.write_xml(make.specimen())
REFUSED = {
    "empty": (b"", "photo.png", "This file is empty. Please choose it again."),
    "program": (b"MZ" + b"\0" * 500, "发票.pdf", "This kind of file is not read here."),
    "page": (b"<!DOCTYPE html><script>alert(1)</script>", "a.xml", "This kind of file is not"),
    "text": ("发票号码".encode(), "a.pdf", "This kind of file is not read here."),
    "archive": (packed({"a.pdf": b"x"}), "a.zip", "handed in by themselves, at “Many at once”"),
    "ledger": (make.export([]).getvalue(), "a.xlsx", "handed in by themselves, at “Many at once”"),
    "locked": (locked_pdf(), "a.pdf", "The file is encrypted; please send it without a password."),
    "bomb": (packed({"OFD.xml": b"0" * (40 << 20)}), "a.ofd", "unpacks to far more than it should"),
    "torn": (make.picture().getvalue()[:200], "a.png", "The file is damaged or incomplete."),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 500, "IMG_1.HEIC", "The file is damaged"),
}


@pytest.fixture
def phone(app, wei) -> Browser:
    return Browser(app).sign_in(wei)


def send(phone: Browser, data: bytes, name: str, **headers: str):
    files = [(BytesIO(data), name)]
    return phone.post("/files", files=files, htmx=True, headers=headers)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_not_taken_is_refused_in_words_and_nowhere_kept(phone, wei, settings):
    for case, (data, name, sentence) in REFUSED.items():
        row = send(phone, data, name)
        assert 400 <= row.status < 500, case
        assert name in row.words() and sentence in row.words(), (case, row.words())
        with pytest.raises((Refused, storage.Empty)):
            documents.take(BytesIO(data), name, by=wei)
    assert db.session.scalars(select(Document)).all() == []
    assert not list((settings.var / "files").rglob("*")) or not [
        place for place in (settings.var / "files").rglob("*") if place.is_file()
    ]
    phone.speak("zh")
    chinese = phone.client.post(
        "/files", data={"file": (BytesIO(REFUSED["heic"][0]), "a.heic")},
        headers={"Origin": "http://yanpiao.test", "HX-Request": "true"},
        base_url="http://yanpiao.test")  # fmt: skip
    assert "文件" in chinese.text and "damaged" not in chinese.text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_that_is_too_large_is_refused(wei):
    with pytest.raises(Refused, match="too large"):
        documents.take(BytesIO(XML + b" " * (3 << 20)), "large.xml", by=wei)


@SQLITE_FIRST
def test_the_same_bytes_of_two_members_are_one_document(app, wei, fang, stranger):
    copies = [documents.take(BytesIO(XML), f"{who.name}.xml", by=who)
              for who in (wei, fang, wei, stranger)]  # fmt: skip
    assert copies[0].id == copies[2].id != copies[1].id
    assert copies[0].document_id == copies[1].document_id != copies[3].document_id
    document = copies[0].document
    assert [copy.member.name for copy in document.copies] == [wei.name, fang.name]
    assert (document.name, document.kind, document.state) == ("魏员工.xml", "xml", State.WAITING)
    assert document.digest == hashlib.sha256(XML).hexdigest() == copies[3].document.digest
    told = db.session.scalars(
        select(Entry).where(Entry.action == "document-handed-in").order_by(Entry.seq)
    ).all()
    assert [entry.facts["digest"] for entry in told] == [document.digest] * 3
    seen = db.session.scalars(documents.copies_of(document, wei)).all()
    assert seen == [copies[0]] and len(db.session.scalars(
        documents.copies_of(document, fang)).all()) == 2  # fmt: skip


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_same_key_is_the_same_upload(phone, wei, fang):
    first = send(phone, XML, "a.xml", **{"Idempotency-Key": "k1"})
    again = send(phone, XML, "renamed.xml", **{"Idempotency-Key": "k1"})
    other = send(phone, XML, "b.xml", **{"Idempotency-Key": "k2"})
    assert (first.status, again.status, other.status) == (200, 200, 200)
    assert first.all("li")[0].get("id") == again.all("li")[0].get("id")
    assert first.all("li")[0].get("id") != other.all("li")[0].get("id")

    mixed = send(phone, specimens.write_xml(make.specimen(2)), "c.xml", **{"Idempotency-Key": "k1"})
    assert mixed.status == 422 and "mixed up" in mixed.words()
    assert len(db.session.scalars(select(Document)).all()) == 1
    with pytest.raises(OtherFile):
        documents.take(make.picture(), "p.png", by=wei, key="k2")
    assert documents.take(make.picture(), "p.png", by=fang, key="k2"), "a key is one member's own"


@pytest.mark.parametrize(("data", "name", "kind"), [
    (XML, "数电 发票;\"1\".xml", "application/xml"),
    (specimens.write_ofd(make.specimen()), "a.ofd", "application/ofd"),
    (make.picture().getvalue(), "说谎.pdf", "image/png"),
])  # fmt: skip
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_original_comes_back_byte_for_byte_and_harmless(phone, wei, data, name, kind):
    document = documents.take(BytesIO(data), name, by=wei).document
    page = phone.see(f"/documents/{document.id}")
    assert document.digest in page.words()
    path = f"/documents/{document.id}/original"
    with phone.client.get(path, base_url="http://yanpiao.test") as answer:
        assert answer.data == data
    way, _, given = answer.headers["Content-Disposition"].partition("; ")
    assert (way, unquote(given)) == ("attachment", f"filename*=UTF-8''{name}")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == (kind, "nosniff")
    assert answer.headers["Cache-Control"] == "no-store"

    preview = phone.client.get(f"/documents/{document.id}/preview", base_url="http://yanpiao.test")
    if kind != "application/xml":
        assert preview.mimetype == "image/webp" and preview.data[:4] == b"RIFF"
        assert preview.headers["Content-Security-Policy"].startswith("sandbox")
    else:
        assert preview.status_code == 404


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_one_file_becomes_a_row_that_changes_until_it_was_read(phone, work):
    row = send(phone, make.picture().getvalue(), "photo.png")
    (item,) = row.all("li")
    assert item.get("hx-get") and "Reading" in row.words()
    assert "Reading" in phone.see(item.get("hx-get"), htmx=True).words()
    work()
    read = phone.see(item.get("hx-get"), htmx=True)
    assert "hx-get" not in read.all("li")[0].attrib and "¥106.00" in read.words()
    assert phone.see(item.get("hx-get"), status=303).headers["Location"].startswith("/#copy-")
    assert "photo.png" in phone.see("/").words()


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_a_plain_form_keeps_what_it_can_and_lists_what_not(phone, wei):
    sent = [(make.picture(1), "a.png"), (BytesIO(b"MZ"), "evil.exe"), (BytesIO(b""), ""),
            (BytesIO(XML), "b.xml"), (BytesIO(b""), "nothing.png")]  # fmt: skip
    page = phone.post("/files", files=sent, _key="form-1")
    assert page.status == 422
    words = page.words()
    for shown in ("a.png", "b.xml", "evil.exe", "nothing.png", "This file is empty",
                  "This kind of file is not read here."):  # fmt: skip
        assert shown in words
    assert len(db.session.scalars(select(Copy)).all()) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_input_that_was_left_empty_is_skipped(phone):
    sent = [(BytesIO(b""), ""), (make.picture(1), "a.png"), (BytesIO(b""), "")]
    assert phone.post("/files", files=sent, _key="form-1").status == 303
    again = [(BytesIO(b""), ""), (make.picture(1), "a.png"), (BytesIO(b""), "")]
    assert phone.post("/files", files=again, _key="form-1").status == 303
    assert len(db.session.scalars(select(Copy)).all()) == 1
    nothing = phone.post("/files", files=[(BytesIO(b""), ""), (BytesIO(b""), "")])
    assert nothing.status == 422 and "This file is empty" in nothing.words()


ODD = {
    "a\0b\x1b[31m\n.xml": "ab[31m.xml", "../../etc/passwd": "passwd", "x" * 500: "x" * 200,
    "C:\\发票\\a.xml": "a.xml", "": "", "\ud800.xml": ".xml",
}  # fmt: skip


@SQLITE_FIRST
def test_an_odd_name_does_no_harm(phone, wei, settings):
    for name, shown in ODD.items():
        copy = intake.hand_in(BytesIO(XML), name, by=wei, key=f"key-{shown}")
        assert copy.name == shown
    phone.see("/")
    phone.see(f"/documents/{copy.document_id}")
    places = Path(settings.var).rglob("*")
    kept = [place for place in places if place.name == copy.document.digest]
    assert len(kept) == 1 and kept[0].is_relative_to(settings.files)
