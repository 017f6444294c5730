"""The specimen as EInvoice XML and as OFD, with the same values and without seal or signature."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import NamedTuple
from xml.sax.saxutils import escape

from app.documents.specimens.invoice import MARK, Line, Specimen
from app.documents.specimens.words import spell

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PAGE_ID, _FONT_ID, _LAYER_ID, _FIRST_ID = 2, 3, 4, 10
_LABELS = {"special": ("01", "增值税专用发票"), "ordinary": ("02", "普通发票")}

Tree = str | list[tuple[str, "Tree"]]


class Text(NamedTuple):
    """One piece of text on the page in millimetres; ``tag`` is its path in CustomTag, or empty."""

    tag: str
    x: float
    y: float
    size: float
    text: str


def write_xml(specimen: Specimen) -> bytes:
    """The EInvoice tree of FORMATS §4, without TaxBureauSignature."""
    return (_HEAD + _element("EInvoice", _einvoice(specimen))).encode()


def write_ofd(specimen: Specimen) -> bytes:
    """An OFD of family C (FORMATS §5): CustomData in OFD.xml, tags that point at the text."""
    texts = _texts(specimen)
    entries = {
        "OFD.xml": _root(specimen),
        "Doc_0/Document.xml": _DOCUMENT,
        "Doc_0/PublicRes.xml": _FONTS,
        "Doc_0/Pages/Page_0/Content.xml": _content(texts),
        "Doc_0/Tags/CustomTags.xml": _TAG_FILES,
        "Doc_0/Tags/CustomTag.xml": _tags(texts),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in entries.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            archive.writestr(entry, _HEAD + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _element(tag: str, content: Tree) -> str:
    inner = escape(content) if isinstance(content, str) else "".join(_element(*e) for e in content)
    return f"<{tag}>{inner}</{tag}>"


def _einvoice(specimen: Specimen) -> Tree:
    return [
        ("Header", _header(specimen)),
        ("EInvoiceData", _data(specimen)),
        ("SellerAuthentication", [("AuthenticationMethods", "01")]),
        (
            "TaxSupervisionInfo",
            [
                ("InvoiceNumber", specimen.number),
                ("IssueTime", specimen.issued.isoformat()),
                ("TaxBureauCode", "10000000000"),
                ("TaxBureauName", MARK),
            ],
        ),
    ]


def _header(specimen: Specimen) -> Tree:
    labels: Tree = [
        ("InIssuType", _label("Y", "是否蓝字发票标志")),
        ("EInvoiceType", _label("01", "电子发票")),
        ("GeneralOrSpecialVAT", _label(*_LABELS[specimen.sort])),
        ("TaxpayerType", _label("1", "一般纳税人")),
    ]
    return [
        ("EIid", specimen.number),
        ("EInvoiceTag", "SWEI0000"),
        ("Version", "0.33"),
        ("InherentLabel", labels),
    ]


def _label(code: str, name: str) -> Tree:
    return [("LabelCode", code), ("LabelName", name)]


def _data(specimen: Specimen) -> Tree:
    basic: Tree = [
        ("TotalAmWithoutTax", specimen.amount.yuan),
        ("TotalTaxAm", specimen.tax.yuan),
        ("TotalTax-includedAmount", specimen.total.yuan),
        ("TotalTax-includedAmountInChinese", spell(specimen.total)),
        ("Drawer", specimen.drawer),
        ("RequestTime", specimen.issued.isoformat()),
    ]
    return [
        ("SellerInformation", _party("Seller", specimen.seller)),
        ("BuyerInformation", _party("Buyer", specimen.buyer)),
        ("BasicInformation", basic),
        *(("IssuItemInformation", _item(line)) for line in specimen.lines),
        ("SpecificInformation", ""),
        ("AdditionalInformation", [("Remark", specimen.remark)]),
    ]


def _party(side: str, party: tuple[str, str]) -> Tree:
    return [(f"{side}IdNum", party[1]), (f"{side}Name", party[0])]


def _item(line: Line) -> Tree:
    fields = [
        ("ItemName", line.name),
        ("MeaUnits", line.unit),
        ("Quantity", line.quantity),
        ("UnPrice", line.price),
        ("Amount", line.amount.yuan),
        ("TaxRate", line.rate),
        ("ComTaxAm", line.tax.yuan),
        ("TotaltaxIncludedAmount", (line.amount + line.tax).yuan),
    ]
    return [(tag, text) for tag, text in fields if text]


def _texts(specimen: Specimen) -> list[Text]:
    """Labels, values, lines; ¥ and its number are two pieces, as the bureau writes them."""
    heads = [
        Text("", 68, 8, 6.4, specimen.title),
        Text("", 84, 56, 24, MARK),
        Text("", 152, 10, 3.2, "发票号码："),
        Text("", 152, 16, 3.2, "开票日期："),
        Text("InvoiceNo", 170, 10, 3.2, specimen.number),
        Text("IssueDate", 170, 16, 3.2, specimen.day),
        Text("Buyer/BuyerName", 20, 34, 3.2, specimen.buyer[0]),
        Text("Buyer/BuyerTaxID", 54, 43, 3.2, specimen.buyer[1]),
        Text("Seller/SellerName", 120, 34, 3.2, specimen.seller[0]),
        Text("Seller/SellerTaxID", 154, 43, 3.2, specimen.seller[1]),
        Text("Note", 12, 112, 3.2, specimen.remark),
        Text("InvoiceClerk", 30, 130, 3.2, specimen.drawer),
        Text("", 60, 97, 3.2, spell(specimen.total)),
    ]
    totals = {
        "TaxExclusiveTotalAmount": (141.0, 90.0, specimen.amount),
        "TaxTotalAmount": (193.0, 90.0, specimen.tax),
        "TaxInclusiveTotalAmount": (160.0, 97.0, specimen.total),
    }
    for tag, (x, y, amount) in totals.items():
        heads += [Text(tag, x, y, 3.2, "¥"), Text(tag, x + 3, y, 3.2, amount.yuan)]
    return heads + [text for row, line in enumerate(specimen.lines) for text in _row(row, line)]


def _row(row: int, line: Line) -> list[Text]:
    cells = [
        ("Item", 5, line.name),
        ("MeasurementDimension", 68, line.unit),
        ("Quantity", 92, line.quantity),
        ("Price", 116, line.price),
        ("Amount", 140, line.amount.yuan),
        ("TaxScheme", 164, line.rate),
        ("TaxAmount", 194, line.tax.yuan),
    ]
    return [Text(tag, x, 56 + 4 * row, 3.2, text) for tag, x, text in cells if text]


def _root(specimen: Specimen) -> str:
    data = {
        "发票号码": specimen.number,
        "销售方纳税人识别号": specimen.seller[1],
        "购买方纳税人识别号": specimen.buyer[1],
        "合计金额": specimen.amount.yuan,
        "合计税额": specimen.tax.yuan,
        "开票日期": specimen.day,
        "备注": MARK,
    }
    customs = "".join(
        f'<ofd:CustomData Name="{name}">{escape(text)}</ofd:CustomData>'
        for name, text in data.items()
    )
    return (
        f'<ofd:OFD {_OFD} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{specimen.number.zfill(32)}</ofd:DocID><ofd:Title>{MARK}</ofd:Title>"
        f"<ofd:Creator>Yanpiao</ofd:Creator><ofd:CustomDatas>{customs}</ofd:CustomDatas>"
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _content(texts: list[Text]) -> str:
    objects = "".join(
        f'<ofd:TextObject ID="{_FIRST_ID + index}" Font="{_FONT_ID}" Size="{text.size}" '
        f'Boundary="{text.x} {text.y} {len(text.text) * text.size:.2f} {text.size * 1.5:.2f}">'
        f'<ofd:TextCode X="0" Y="{text.size:.2f}">{escape(text.text)}</ofd:TextCode>'
        "</ofd:TextObject>"
        for index, text in enumerate(texts)
    )
    return (
        f"<ofd:Page {_OFD}><ofd:Area><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="{_LAYER_ID}">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _tags(texts: list[Text]) -> str:
    """Each path once, with a reference to every piece of its text in reading order."""
    references: dict[str, str] = {}
    for index, text in enumerate(texts):
        reference = f'<ofd:ObjectRef PageRef="{_PAGE_ID}">{_FIRST_ID + index}</ofd:ObjectRef>'
        references[text.tag] = references.get(text.tag, "") + reference
    wrapped = ""
    for path, inner in references.items():
        for tag in reversed(path.split("/")) if path else ():
            inner = f"<ofd:{tag}>{inner}</ofd:{tag}>"
        wrapped += inner if path else ""
    return f'<ofd:root {_OFD} version="1.0">{wrapped}</ofd:root>'


_DOCUMENT = (
    f"<ofd:Document {_OFD}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID>"
    "<ofd:PageArea><ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox></ofd:PageArea>"
    "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
    f'<ofd:Pages><ofd:Page ID="{_PAGE_ID}" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
    "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>"
)
_FONTS = (
    f'<ofd:Res {_OFD} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="{_FONT_ID}" FontName="宋体" '
    'FamilyName="SimSun"/></ofd:Fonts></ofd:Res>'
)
_TAG_FILES = (
    f'<ofd:CustomTags {_OFD}><ofd:CustomTag TypeID="root">'
    "<ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
)
