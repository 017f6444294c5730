"""What each family of files says, and what is done with files that are not as they should be."""

from __future__ import annotations

import csv
import os
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from app.core.invoice import kind as kind_of
from app.core.money import Money
from app.documents import specimens
from app.documents.readers import kind, qr, reading, slips
from app.documents.readers.found import Found, group
from app.documents.readers.limits import Refused
from app.documents.specimens import older
from app.documents.specimens.invoice import MARK, Line, Specimen
from tests.make import accounted

SAMPLES = os.environ.get("YANPIAO_SAMPLES", "")
FIELDS = {
    "type": "type", "code": "code", "number": "number", "date": "date", "tax": "tax",
    "amount_ex_tax": "amount_ex_tax", "total": "total", "check_code": "check_code",
    "buyer_name": "buyer_name", "buyer_taxid": "buyer_tax_id",
    "seller_name": "seller_name", "seller_taxid": "seller_tax_id",
}  # fmt: skip


def make(**changes: object) -> Specimen:
    """Two lines, one of them free of tax."""
    lines = (
        Line("*样票*咨询", Money.parse("100.00"), Money.parse("6.00"), "6%", "次", "1", "100"),
        Line("*样票*图书", Money.parse("50.00"), Money.parse("0"), "免税"),
    )
    facts = {
        "number": specimens.number(7),
        "issued": date(2026, 3, 5),
        "seller": (f"{MARK}餐饮有限公司", specimens.tax_id(1)),
        "buyer": (f"{MARK}科技有限公司", specimens.tax_id(2)),
        "lines": lines,
    }
    return Specimen(**{**facts, **changes})  # type: ignore[arg-type]


def told(data: bytes) -> dict[str, object]:
    """The one invoice of a file, as the command line gives it."""
    (found,) = accounted("x", data)["invoices"]
    return dict(found)


PARTIES = {
    "buyer_name": f"{MARK}科技有限公司", "buyer_tax_id": specimens.tax_id(2),
    "seller_name": f"{MARK}餐饮有限公司", "seller_tax_id": specimens.tax_id(1),
}  # fmt: skip
MONEY = {"amount_ex_tax": "150.00", "tax": "6.00", "total": "156.00", "date": "2026-03-05"}
NEW = {"code": None, "number": specimens.number(7), "type": "32", "check_code": None}
OLD = {"code": older.OLD_CODE, "number": "00000007", "type": "10", "check_code": "99" * 10}


@pytest.mark.parametrize(
    ("write", "facts", "source"),
    [
        (specimens.write_xml, NEW, "xml"),
        (specimens.write_ofd, NEW, "ofd"),
        (specimens.write_original, OLD, "xml"),
        (specimens.write_xbrl, OLD, "xml"),
        (lambda one: specimens.pack_ofd({"original_invoice.xml": older.write_original(one)}),
         OLD, "xml"),
        (lambda one: specimens.pack_ofd({"inv_ord_issuer_1.xml": older.write_xbrl(one)}),
         OLD, "xml"),
    ],
)  # fmt: skip
def test_each_family_tells_every_field_and_who_said_it(write, facts, source) -> None:
    found = told(write(make()))
    for name, value in {**facts, **PARTIES, **MONEY}.items():
        assert found[name] == value, name
    sources = found["sources"]
    assert set(sources.values()) == {source}
    assert found["contradictions"] == []
    if write is not specimens.write_xbrl and facts is NEW:
        first, second = found["lines"]
        assert (first["name"], first["rate"], first["tax"]) == ("*样票*咨询", "6%", "6.00")
        assert (second["rate"], second["amount"]) == ("免税", "50.00")


def test_a_rail_ticket_is_read_from_the_xml_in_its_pdf() -> None:
    rail = make(lines=(Line("票款", Money.parse("91.74"), Money.parse("8.26"), "9%"),))
    pdf = specimens.draw_pdf(
        rail, {f"rai_issuer_20260305_{rail.number}.xml": older.write_rail(rail)}
    )
    found = told(pdf)
    assert (found["number"], found["total"], found["tax"]) == (rail.number, "100.00", "8.26")
    assert found["buyer_tax_id"] == specimens.tax_id(2)
    assert found["sources"]["total"] == "xml"
    facts = reading.read(pdf, "pdf")["found"]
    assert [one["source"] for one in facts] == ["xml", "pdf", "qr"]
    assert facts[0]["values"]["kind_word"] == "rail"
    assert "seller_name" not in facts[0]["values"]
    assert facts[2]["places"]["number"]["page"] == 1


def test_sources_that_differ_inside_one_file_are_both_kept() -> None:
    honest, forged = make(), make(number=specimens.number(8))
    pdf = specimens.draw_pdf(forged, {"rai_issuer_1.xml": older.write_rail(honest)})
    found = told(pdf)
    assert found["number"] == honest.number
    named = {one["field"]: [v["value"] for v in one["values"]] for one in found["contradictions"]}
    assert named == {"number": [honest.number, forged.number]}


def test_spaces_and_width_are_no_contradiction() -> None:
    spaced = specimens.write_ofd(make(buyer=(f"{MARK}科技（北京） 有限公司", specimens.tax_id(2))))
    again = Found("xml", {"number": specimens.number(7), "buyer_name": f"{MARK}科技(北京)有限公司"})
    said = [Found(**one) for one in reading.read(spaced, "ofd")["found"]]
    (grouped,) = group([*said, again])
    assert grouped.contradictions() == []


def test_several_invoices_of_one_file_stay_apart() -> None:
    said = [Found("qr", {"number": specimens.number(n), "total": f"{n}.00"}) for n in (1, 2)]
    assert [one.key.number for one in group(said)] == [specimens.number(1), specimens.number(2)]


def repacked(data: bytes, **changed: str) -> bytes:
    """The same OFD with some entries written anew; None leaves one out."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            text = changed.get(Path(name).stem, old.read(name))
            new.writestr(name, text)
    return packed.getvalue()


def test_broken_tags_leave_what_the_other_parts_say() -> None:
    """The data in OFD.xml, and the text of the page."""
    data = repacked(
        specimens.write_ofd(make()), CustomTag='<?xml version="1.0"?><:eInvoice xmlns:="">'
    )
    found = told(data)
    assert (found["number"], found["amount_ex_tax"]) == (specimens.number(7), "150.00")
    assert found["buyer_name"] == make().buyer[0] and found["total"] == "156.00"
    assert found["contradictions"] == []


def test_a_tag_that_points_at_the_currency_sign_only_says_nothing() -> None:
    ofd = specimens.write_ofd(make())
    with zipfile.ZipFile(BytesIO(ofd)) as package:
        content = package.read("Doc_0/Pages/Page_0/Content.xml").decode()
    changed = repacked(ofd, Content=content.replace("156.00", ""))
    tagged = reading.read(changed, "ofd")["found"][0]
    assert tagged["values"]["number"] == make().number and "total" not in tagged["values"]
    assert told(changed)["contradictions"] == []


def test_a_red_invoice_says_which_blue_one_it_takes_back() -> None:
    xml = specimens.write_xml(make()).decode()
    blue = specimens.number(3)
    red = xml.replace("<LabelCode>Y</LabelCode>", "<LabelCode>N</LabelCode>")
    red = red.replace(
        "<Remark>", f"<Remark>被红冲蓝字数电发票号码：{blue} 红字发票信息确认单编号：1"
    )
    for amount in ("150.00", "6.00", "156.00"):
        red = red.replace(f">{amount}<", f">-{amount}<")
    (found,) = reading.read(red.encode(), "xml")["found"]
    assert found["values"]["blue_number"] == blue and found["values"]["is_red"] == "Y"
    assert (found["values"]["total"], found["values"]["tax"]) == ("-156.00", "-6.00")


def test_empty_labels_missing_elements_and_odd_figures_are_borne() -> None:
    xml = specimens.write_xml(make()).decode()
    odd = (
        xml.replace("<LabelCode>02</LabelCode><LabelName>普通发票</LabelName>", "")
        .replace("<SpecificInformation></SpecificInformation>",
                 "<SpecificInformation><Toll><PlateNumber>京A00000</PlateNumber></Toll>"
                 "</SpecificInformation>")
        .replace("<TaxRate>6%</TaxRate>", "<TaxRate>0.060000</TaxRate>")
        .replace("<ComTaxAm>6.00</ComTaxAm>", "<ComTaxAm>6.000000</ComTaxAm>")
        .replace("<IssueTime>2026-03-05</IssueTime>", "<IssueTime>2026-03-05 10:08:05</IssueTime>")
    )  # fmt: skip
    found = told(odd.encode())
    assert (found["type"], found["date"]) == ("32", "2026-03-05")
    assert (found["lines"][0]["rate"], found["lines"][0]["tax"]) == ("6%", "6.00")
    assert found["number"] == specimens.number(7), "a plate number is no invoice number"


def test_another_encoding_and_a_byte_order_mark_are_read() -> None:
    text = specimens.write_xml(make()).decode()
    for data in (
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("UTF-8", "GBK").encode("gbk"),
    ):
        assert told(data)["buyer_name"] == f"{MARK}科技有限公司"


BAD = {
    "empty": (b"", "empty"),
    "truncated xml": (specimens.write_xml(make())[:400], "broken"),
    "truncated ofd": (specimens.write_ofd(make())[:400], "broken"),
    "a document type": (b'<!DOCTYPE x [<!ENTITY a "b">]><EInvoice>&a;</EInvoice>', "doctype"),
    "another xml": (b"<note>hello</note>", "no_invoice"),
    "an accounting schema": (b"<xbrl><x/></xbrl>", "no_invoice"),
    "an ofd without a word": (older.pack_ofd({"a.xml": b"<note/>"}), "no_invoice"),
    "a text": (b"hello", "wrong_kind"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD.keys())
def test_what_is_no_invoice_says_why(data: bytes, reason: str) -> None:
    found = accounted("x", data)
    assert (found["invoices"], found["unreadable_reason"]) == ([], reason)


def test_an_attachment_with_a_document_type_is_not_opened() -> None:
    evil = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><eInvoice><InvoiceNo>&a;</InvoiceNo></eInvoice>'
    with pytest.raises(Refused, match="document type"):
        reading.read(evil, "xml")
    assert accounted("x.ofd", older.pack_ofd({"original_invoice.xml": evil}))["invoices"] == []


@pytest.mark.parametrize(
    ("text", "key", "facts"),
    [
        ("http://einvoice.jsczt.cn/page/32010124/0012345678/a1B2c3", "fiscal:32010124-0012345678",
         {"kind_word": "fiscal", "check_code": "a1B2c3"}),
        ("132052300111,03223884,28.00,2025-10-24,苏州示例公司", "local:132052300111-03223884",
         {"total": "28.00", "issued": "2025-10-24", "buyer_name": "苏州示例公司"}),
        ("西安国税票通（2017）8号*发票印数1*发票代码161001718100*发票号码52410626*西安第一印刷厂",
         "local:161001718100-52410626", {"kind_word": "general"}),
        ("https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=" + "a" * 66
         + "&bill_num=01234567&total_amount=12345", None,
         {"number": "01234567", "total": "123.45"}),
        ("145011622518" + "123456789012", None, {"code": "145011622518"}),
    ],
)  # fmt: skip
def test_other_codes_say_what_they_hold_and_no_more(text, key, facts) -> None:
    (found,) = qr.found([text])
    assert (str(found.key) if found.key else None) == key
    assert facts.items() <= found.values.items()
    assert found.values["qr"] == text


@pytest.mark.parametrize(
    "text",
    ["https://u.wechat.com/abc", "123456", "", "https://evil.example/verify/scan?bill_num=1"],
)
def test_codes_of_anything_else_say_nothing(text) -> None:
    assert slips.read(text) is None and qr.found([text]) == []


def originals() -> list[dict[str, str]]:
    """Every OFD, XML and PDF of the samples."""
    if not SAMPLES:
        return []
    with (Path(SAMPLES) / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in rows if Path(row["file"]).suffix in (".ofd", ".xml", ".pdf")]


@pytest.mark.skipif(not SAMPLES, reason="YANPIAO_SAMPLES is not set")
@pytest.mark.parametrize("row", originals(), ids=lambda row: row["file"])
def test_real_documents_say_what_is_true_of_them(row: dict[str, str]) -> None:
    found = accounted(row["file"], (Path(SAMPLES) / row["file"]).read_bytes())
    if row["type"] in ("not-invoice", "schema"):
        assert (found["invoices"], found["unreadable_reason"]) == ([], "no_invoice")
        return
    (one,) = found["invoices"]
    assert one["contradictions"] == []
    told = {name: one[ours] for name, ours in FIELDS.items() if one[ours] is not None}
    true = {name: row[name].partition(" (")[0] for name in told if row[name] != "?"}
    true["type"] = row["type"][:2]
    if true.get("tax") == "***":
        true["tax"] = "0.00"
    assert {name: value for name, value in told.items() if name in true} == true
    assert {"number", "date"} <= told.keys()
    if Path(row["file"]).suffix in (".xml", ".pdf"):
        given = {n for n in FIELDS if row[n] not in ("", "?")}
        assert given <= told.keys()


def test_a_heic_photo_is_read_like_any_other() -> None:
    photo = (Path(__file__).parent / "specimen.heic").read_bytes()
    looked = kind.inspect(photo, "IMG_0001.HEIC")
    assert (looked["kind"], looked["refusal"], looked["width"]) == ("heic", None, 900)
    assert told(photo)["number"] == specimens.number(41)
    for cut in range(0, len(photo), 499):
        assert accounted("x", photo[:cut])["invoices"] == []


def test_every_kind_that_is_named_is_one_that_is_known() -> None:
    for data in (specimens.write_xml(make()), older.write_original(make())):
        for one in reading.read(data, kind.sniff(data))["found"]:
            if word := one["values"].get("kind_word"):
                assert kind_of(word).word == word
