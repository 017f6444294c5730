"""Every document of our own says 样票 and says the same as its siblings."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pypdfium2 as pdfium
import pytest

from app.core.capitals import spell
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.party import TaxId
from app.documents import specimens
from app.documents.readers import codes, kind, qr
from app.documents.readers.page import open_pdf
from app.documents.specimens import MARK, Line, MissingLibrary, NotASpecimen, Specimen


def make(sequence: int = 1, **changes: object) -> Specimen:
    """A meal and a fee, right in every unnamed way."""
    values: dict[str, object] = {
        "number": specimens.number(sequence),
        "issued": date(2026, 3, 5),
        "seller": (f"{MARK}餐饮服务有限公司", specimens.tax_id(1)),
        "buyer": (f"{MARK}科技 <&> 有限公司", specimens.tax_id(2)),
        "lines": (
            Line("*餐饮服务*餐费", Money(29703), Money(297), "1%", "次", "1", "297.03"),
            Line("*技术服务*服务费", Money(100000), Money(6000), "6%"),
        ),
    }
    return Specimen(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    """The page of ``make()``."""
    try:
        return specimens.draw_pdf(make())
    except MissingLibrary as missing:
        pytest.skip(str(missing))


def test_no_specimen_has_a_number_that_could_be_real() -> None:
    for wrong in ("26112000000000000001", "9900200000000000000", "99002000000000000001x"):
        with pytest.raises(NotASpecimen):
            make(number=wrong)
    assert InvoiceKey.of("", specimens.number(7)).scheme == "digital"
    assert specimens.tax_id(1)[2:8] == "000000"
    assert TaxId.parse(specimens.tax_id(1)).warning is None


def test_the_code_says_number_total_and_day() -> None:
    for sort, kind_code in (("ordinary", "32"), ("special", "31")):
        found = qr.read(specimens.qr_text(make(sort=sort)))
        assert (found.kind_code, found.crc) == (kind_code, "A")
        assert found.key.number == make().number
        assert (found.amount, found.issued) == (make().total, make().issued)


def test_the_page_can_be_read_by_machine_and_says_what_it_is(pdf: bytes) -> None:
    assert kind.inspect(pdf, "specimen.pdf")["refusal"] is None
    with open_pdf(pdf) as opened:
        seen = codes.in_pdf(opened)
    assert [code.text for code in seen] == [specimens.qr_text(make())]
    with pdfium.PdfDocument(pdf) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    for piece in (MARK, make().number, "2026年03月05日", "¥1360.00", "壹仟叁佰陆拾圆整", "<&>"):
        assert piece in text
    assert text.count(MARK) >= 4


def test_the_page_is_marked_in_red(pdf: bytes) -> None:
    with pdfium.PdfDocument(pdf) as document:
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    colours = picture.getcolors(1 << 20)
    red = sum(count for count, (r, g, b) in colours if r > 200 and g < 170 and b < 170)
    assert red > picture.width * picture.height / 100


def test_the_same_values_give_the_same_bytes(pdf: bytes) -> None:
    assert specimens.draw_pdf(make()) == pdf
    assert specimens.draw_pdf(make(2)) != pdf
    assert specimens.write_ofd(make()) == specimens.write_ofd(make())


@pytest.mark.full
def test_a_photo_of_it_is_read_though_it_is_tilted_and_grainy(pdf: bytes) -> None:
    for form, media_type in (("JPEG", "image/jpeg"), ("PNG", "image/png")):
        photo = specimens.draw_picture(make(), form=form, tilt=4, noise=0.2)  # type: ignore[arg-type]
        assert kind.inspect(photo)["media_type"] == media_type
        assert [code.text for code in codes.in_picture(photo)] == [specimens.qr_text(make())]


def test_the_xml_is_the_tree_of_the_bureau_without_its_signature() -> None:
    text = specimens.write_xml(make())
    assert kind.inspect(text, "a.xml") | {"size": 0, "nodes": 0} == {
        "kind": "xml",
        "media_type": "application/xml",
        "size": 0,
        "refusal": None,
        "root": "EInvoice",
        "nodes": 0,
    }
    root = ElementTree.fromstring(text)
    said = {
        path: root.findtext(path)
        for path in (
            "TaxSupervisionInfo/InvoiceNumber",
            "EInvoiceData/BasicInformation/TotalTax-includedAmount",
            "EInvoiceData/BuyerInformation/BuyerName",
            "EInvoiceData/IssuItemInformation/TotaltaxIncludedAmount",
        )
    }
    assert list(said.values()) == [make().number, "1360.00", make().buyer[0], "300.00"]
    assert MARK in (root.findtext("EInvoiceData/AdditionalInformation/Remark") or "")
    assert root.find("TaxBureauSignature") is None


def test_every_tag_of_the_ofd_points_at_its_text() -> None:
    packed = specimens.write_ofd(make())
    assert kind.inspect(packed)["kind"] == "ofd"
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xml")]
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in names}
    page = parts["Doc_0/Pages/Page_0/Content.xml"]
    texts = {item.get("ID"): "".join(item.itertext()) for item in page.iter() if "Text" in item.tag}
    said: dict[str, str] = {}
    for tag in parts["Doc_0/Tags/CustomTag.xml"].iter():
        references = [child.text for child in tag if child.tag.endswith("ObjectRef")]
        if references:
            said[tag.tag.split("}")[1]] = "".join(texts[one] for one in references)
    assert said["InvoiceNo"] == make().number
    assert said["BuyerName"] == make().buyer[0]
    assert said["TaxInclusiveTotalAmount"] == "¥1360.00"
    assert said["Amount"] == "297.031000.00"
    assert MARK in texts.values()
    customs = {item.get("Name"): item.text for item in parts["OFD.xml"].iter() if item.get("Name")}
    assert customs["合计金额"] == "1297.03"
    assert not any("Signs" in name for name in parts)


def test_a_missing_system_library_is_named() -> None:
    program = """
import sys
class Lost:
    def find_spec(self, name, *_):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0': no such file")
sys.meta_path.insert(0, Lost())
from datetime import date
from app.documents import specimens
try:
    nobody = ("", "")
    one = specimens.Specimen(specimens.number(1), date(2026, 3, 5), nobody, nobody, ())
    specimens.draw_pdf(one)
except specimens.MissingLibrary as missing:
    print(missing.name, "|", missing)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split(" | ")[0] == "libpango-1.0-0"
    assert "libpango-1.0-0 is missing" in ran.stdout


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零圆整"),
        (5, "伍分"),
        (50, "伍角整"),
        (30000, "叁佰圆整"),
        (19019, "壹佰玖拾圆壹角玖分"),
        (701883, "柒仟零壹拾捌圆捌角叁分"),
        (123405, "壹仟贰佰叁拾肆圆零伍分"),
        (1000000000, "壹仟万圆整"),
        (10001000000, "壹亿零壹万圆整"),
        (1000000001000, "壹佰亿零壹拾圆整"),
        (-1600000, "（负数）壹万陆仟圆整"),
    ],
)
def test_amounts_are_spelled_in_capital_numerals(fen: int, words: str) -> None:
    assert spell(Money(fen)) == words
