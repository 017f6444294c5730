"""The specimen as EInvoice XML, without seal or signature."""

from __future__ import annotations

from xml.sax.saxutils import escape

from app.core.capitals import spell
from app.documents.specimens.invoice import MARK, Line, Specimen

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LABELS = {"special": ("01", "增值税专用发票"), "ordinary": ("02", "普通发票")}

Tree = str | list[tuple[str, "Tree"]]


def write_xml(specimen: Specimen) -> bytes:
    """The EInvoice tree of FORMATS §4, without TaxBureauSignature."""
    return (_HEAD + _element("EInvoice", _einvoice(specimen))).encode()


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
