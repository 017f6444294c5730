"""Files that would make a reader say what they do not say, or cry where nothing is wrong."""

from __future__ import annotations

import time
import zipfile
from io import BytesIO

import pytest
from pypdfium2 import PdfDocument

from app.documents import specimens
from app.documents.readers import kind, qr, reading
from app.documents.readers.found import Found, group
from app.documents.readers.limits import Refused
from app.documents.specimens import older
from tests.make import accounted, specimen

A, B = specimen(1), specimen(2, total="212.00")


def repacked(data: bytes, **changed: bytes) -> bytes:
    """The same OFD with some entries, named with ``__`` for a slash, added or written anew."""
    entries = {}
    with zipfile.ZipFile(BytesIO(data)) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    entries |= {name.replace("__", "/") + ".xml": text for name, text in changed.items()}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in entries.items():
            new.writestr(name, text)
    return packed.getvalue()


def part(data: bytes, name: str) -> str:
    """One entry of an OFD."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name).decode()


def grouped(data: bytes, sort: str) -> list:
    return group(Found(**one) for one in reading.read(data, sort)["found"])


def named(told) -> dict[str, list[str]]:
    """By field: the values that differ."""
    return {one.name: [said.value for said in one.values] for one in told.contradictions()}


def test_a_number_spelled_in_two_parts_agrees_with_the_whole():
    whole = specimens.number(5)
    split = Found("qr", {"code": "263123456789", "number": "01234567"})
    one = Found("xml", {"number": "26312345678901234567", "issued": "2026-11-10"})
    (told,) = group([one, split])
    assert named(told) == {} and told.best()["number"][0] == "26312345678901234567"
    assert "code" not in told.best() and whole != told.key.number


@pytest.mark.parametrize(
    "text",
    [f"01,10,,{A.number},100.00,20261110,,", "01,32,000009900111,00000007,100.00,20261110,,"],
)
def test_an_amount_of_unknown_basis_is_neither_with_nor_without_tax(text):
    (found,) = qr.found([text])
    assert found.values["qr_amount"] == "100.00"
    assert not {"amount", "total"} & found.values.keys()


def test_a_code_without_a_number_never_joins_the_code_beside_it():
    link = (
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=a&bill_num=01234567&total_amount=1"
    )
    (told,) = group(qr.found([specimens.qr_text(A), link]))
    assert named(told) == {} and told.best()["total"][0] == "106.00"


def test_the_code_of_a_later_page_is_an_invoice_of_its_own():
    said = [
        Found("xml", {"number": A.number}),
        Found("qr", {"number": B.number}, {"number": {"page": 2}}),
    ]
    assert [told.key.number for told in group(said)] == [A.number, B.number]


def test_tags_and_the_attached_original_of_one_ofd_speak_of_one_invoice():
    forged = repacked(
        specimens.write_ofd(B), Doc_0__Attachs__original_invoice=older.write_original(A)
    )
    (told,) = grouped(forged, "ofd")
    assert told.key.number == older.old_number(A)
    assert {"number", "total"} <= named(told).keys()


def test_the_data_and_the_tags_of_one_ofd_speak_of_one_invoice():
    honest = specimens.write_ofd(A)
    forged = part(honest, "OFD.xml").replace(A.number, B.number)
    (told,) = grouped(repacked(honest, OFD=forged.encode()), "ofd")
    assert set(named(told)) == {"number"}


def two_bodies(first: str = "Doc_0", second: str = "Doc_1") -> bytes:
    """An OFD of two invoices, a document each."""
    one, other = specimens.write_ofd(A), specimens.write_ofd(B)
    body = part(other, "OFD.xml").partition("<ofd:DocBody>")[2].replace("Doc_0", second)
    root = part(one, "OFD.xml").replace("</ofd:OFD>", f"<ofd:DocBody>{body}")
    with zipfile.ZipFile(BytesIO(other)) as archive:
        moved = {
            name.replace("Doc_0/", "Doc_1__").replace("/", "__").removesuffix(".xml"):
            archive.read(name) for name in archive.namelist() if name.startswith("Doc_0")
        }  # fmt: skip
    return repacked(one, OFD=root.replace("Doc_0", first).encode(), **moved)


def test_the_documents_of_one_ofd_stay_apart():
    first, second = grouped(two_bodies(), "ofd")
    assert (first.key.number, second.key.number) == (A.number, B.number)
    assert (first.best()["total"][0], second.best()["total"][0]) == ("106.00", "212.00")
    assert named(first) == named(second) == {}


def test_a_document_named_a_thousand_times_is_read_once():
    data = two_bodies()
    root = part(data, "OFD.xml")
    body = root.partition("<ofd:DocBody>")[2].partition("</ofd:DocBody>")[0]
    many = root.replace("</ofd:OFD>", f"<ofd:DocBody>{body}</ofd:DocBody>" * 1000 + "</ofd:OFD>")
    assert len(grouped(repacked(data, OFD=many.encode()), "ofd")) == 2


def test_objects_with_the_same_id_are_told_apart_by_their_page():
    data = specimens.write_ofd(A)
    page = part(data, "Doc_0/Pages/Page_0/Content.xml").replace("106.00", "999.00")
    document = part(data, "Doc_0/Document.xml").replace(
        "<ofd:Pages>", '<ofd:Pages><ofd:Page ID="77" BaseLoc="Pages/Page_9/Content.xml"/>'
    )
    (told,) = grouped(
        repacked(data, Doc_0__Pages__Page_9__Content=page.encode(),
                 Doc_0__Document=document.encode()), "ofd",
    )  # fmt: skip
    assert told.best()["total"][0] == "106.00"


def test_pages_named_from_the_root_are_found():
    data = specimens.write_ofd(A)
    document = part(data, "Doc_0/Document.xml").replace("Pages/Page_0", "/Doc_0/Pages/Page_0")
    (told,) = grouped(repacked(data, Doc_0__Document=document.encode()), "ofd")
    assert told.best()["total"][0] == "106.00"


@pytest.mark.parametrize("box", ["", "1", "a b c d", "nan nan nan nan", "1 2 3", "inf 1 1 1"])
def test_a_text_without_a_place_is_read_and_has_none(box):
    data = specimens.write_ofd(A)
    page = part(data, "Doc_0/Pages/Page_0/Content.xml").replace('"170 10', f'"{box}" x="170 10')
    page = page.replace('Boundary="170.0 10', f'Boundary="{box}" Old="170.0 10')
    found = reading.read(repacked(data, Doc_0__Pages__Page_0__Content=page.encode()), "ofd")
    assert any(one["values"].get("number") == A.number for one in found["found"])
    assert "NaN" not in str(found) and "nan" not in str(found)


def test_an_element_that_is_there_twice_says_nothing():
    xml = specimens.write_xml(A).decode()
    end = "</TaxSupervisionInfo>"
    again = f"<TaxSupervisionInfo><InvoiceNumber>{B.number}</InvoiceNumber>{end}"
    twice = xml.replace(end, end + again)
    assert B.number not in str(reading.read(twice.encode(), "xml")["found"][0]["values"])
    two = xml.replace(
        "<SellerName>", "<SellerName>样票甲</SellerName><SellerName>样票乙</SellerName><SellerName>"
    )
    assert "seller_name" not in reading.read(two.encode(), "xml")["found"][0]["values"]


def test_two_invoices_in_one_accounting_file_are_not_mixed():
    one, other = older.write_xbrl(A).decode(), older.write_xbrl(B).decode()
    facts = other.partition("xbrl.mof.gov.cn")[2].partition(">")[2].partition("</xbrl>")[0]
    both = one.replace("</xbrl>", facts.replace("c1", "c2") + "</xbrl>")
    (found,) = reading.read(both.encode(), "xml")["found"]
    assert not {"number", "total"} & found["values"].keys()
    assert found["values"]["seller_name"] == A.seller[0]


def test_an_encoding_is_read_as_it_is_and_not_only_as_it_says():
    rare = specimen(1, seller=("镕瑄示例酒店", specimens.tax_id(8)))
    text = specimens.write_xml(rare).decode()
    for data in (
        text.replace("UTF-8", "GB2312").encode("gb18030"),
        text.replace("UTF-8", "GBK").encode("utf-8"),
        b"\xef\xbb\xbf" + text.replace("UTF-8", "GBK").encode(),
    ):
        (one,) = accounted("x.xml", data)["invoices"]
        assert one["seller_name"] == "镕瑄示例酒店"


def attached(count: int, name: str, data: bytes) -> bytes:
    """The drawn specimen with so many files inside."""
    pdf = PdfDocument(specimens.draw_pdf(A, {}))
    for index in range(count):
        pdf.new_attachment(f"{name}{index}").set_data(data)
    made = BytesIO()
    pdf.save(made)
    return made.getvalue()


def test_thousands_of_files_in_a_pdf_are_refused_in_time():
    data = attached(3_000, "a", b"<note/>")
    assert kind.inspect(data)["refusal"] == "too_many"
    assert [one["source"] for one in reading.read(data, "pdf")["found"]] == ["pdf", "qr"]


def test_an_original_with_a_long_name_is_read_with_the_beginning_of_it():
    data = attached(1, "x" * 5000, specimens.write_xml(A))
    first = reading.read(data, "pdf")["found"][0]
    assert first["values"]["number"] == A.number
    assert len(first["places"]["number"]["part"]) <= 200


HOSTILE = {
    "many elements": b"<EInvoice>" + b"<a/>" * 450_000 + b"</EInvoice>",
    "many names": b"<EInvoice>" + b"<b:a xmlns:b='x'/>" * 100_000 + b"</EInvoice>",
    "deep": b"<EInvoice>" * 5_000,
    "a long text": b"<EInvoice><a>" + b"x" * 12_000_000 + b"</a></EInvoice>",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_huge_xml_is_refused_alone_and_silent_inside(data):
    with pytest.raises(Refused):
        reading.read(data, "xml")
    packed = repacked(specimens.write_ofd(A), Doc_0__Attachs__original_invoice=data)
    (told,) = grouped(packed, "ofd")
    assert told.best()["total"] == ("106.00", "ofd")


def test_hundreds_of_large_attachments_take_no_time():
    large = b"<eInvoice>" + b"<a/>" * 45_000 + b"</eInvoice>"
    many = {f"Doc_0__Attachs__a{place}": large for place in range(200)}
    data = repacked(specimens.write_ofd(A), **many)
    begun = time.process_time()
    (told,) = grouped(data, "ofd")
    assert told.key.number == A.number
    assert time.process_time() - begun < 20


def test_a_damaged_or_locked_entry_is_silent():
    data = bytearray(specimens.write_ofd(A))
    at = data.find(b"Doc_0/Tags/CustomTag.xml") + 40
    data[at : at + 20] = b"\xff" * 20
    (told,) = grouped(bytes(data), "ofd")
    assert told.key.number == A.number
    locked = bytearray(specimens.write_ofd(A))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(Refused):
        reading.read(bytes(locked), "ofd")
