"""The specimen in the older electronic families, each with the same values (FORMATS §5 A–B, §7)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from io import BytesIO
from xml.sax.saxutils import escape

from app.core.capitals import spell
from app.core.money import Money
from app.documents.specimens.invoice import MARK, Line, Specimen

OLD_CODE = "000009900111"
"""发票代码 of an 电子普票 of the region 0000 and the year 99, neither of which there is."""

CHECK_CODE = "99" * 10
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FP = 'xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019"'
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def old_number(specimen: Specimen) -> str:
    """发票号码 of 8 digits: the end of the specimen's own."""
    return specimen.number[-8:]


def old_qr_text(specimen: Specimen) -> str:
    """The code of an 电子普票: its amount is without tax (FORMATS §0.2)."""
    day = f"{specimen.issued:%Y%m%d}"
    number = old_number(specimen)
    return f"01,10,{OLD_CODE},{number},{specimen.amount.yuan},{day},{CHECK_CODE},"


def write_original(specimen: Specimen) -> bytes:
    """``original_invoice.xml`` of family A."""
    facts = {
        "InvoiceCode": OLD_CODE,
        "InvoiceNo": old_number(specimen),
        "IssueDate": specimen.day,
        "InvoiceCheckCode": CHECK_CODE,
        "TaxInclusiveTotalAmount": specimen.total.yuan,
        "TaxInclusiveTotalAmountWithWords": spell(specimen.total),
        "TaxExclusiveTotalAmount": specimen.amount.yuan,
        "TaxTotalAmount": specimen.tax.yuan,
        "Note": specimen.remark,
        "GraphCode": old_qr_text(specimen),
    }
    parties = "".join(
        _tag(f"fp:{side}", _tag(f"fp:{side}Name", escape(name)) + _tag(f"fp:{side}TaxID", tax_id))
        for side, (name, tax_id) in (("Buyer", specimen.buyer), ("Seller", specimen.seller))
    )
    goods = "".join(_tag("fp:GoodsInfo", _good(line)) for line in specimen.lines)
    body = "".join(_tag(f"fp:{name}", escape(text)) for name, text in facts.items())
    return (
        f'{_HEAD}<eInvoice {_FP} Version="1.0">{body}{parties}'
        f"{_tag('fp:GoodsInfos', goods)}</eInvoice>"
    ).encode()


def write_xbrl(specimen: Specimen) -> bytes:
    """``inv_ord_issuer`` of the accounting data standard, family B."""
    tax_id = "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOf"
    facts = {
        "TypeOfInvoice": "增值税电子普通发票",
        "CodeOfInvoice": OLD_CODE,
        "NumberOfInvoice": old_number(specimen),
        "DateOfIssue": specimen.issued.isoformat(),
        "IdentifyingCode": CHECK_CODE,
        "NameOfPurchaser": specimen.buyer[0],
        f"{tax_id}Purchaser": specimen.buyer[1],
        "NameOfSeller": specimen.seller[0],
        f"{tax_id}Seller": specimen.seller[1],
        "TotalAmountExcludingTax": specimen.amount.yuan,
        "TotalTaxAmount": specimen.tax.yuan,
        "TaxIncludedAmountInWords": spell(specimen.total),
        "TaxIncludedAmountInFigures": specimen.total.yuan,
        "Remarks": specimen.remark,
    }
    return _xbrl("inv", "2021-09-30", facts)


def write_rail(specimen: Specimen, **changed: str) -> bytes:
    """``rai_issuer``: what the PDF of a rail ticket carries; there is no seller in it.

    ``changed`` are elements by name, such as those of a refund.
    """
    facts = {
        "TypeOfVoucher": "电子发票（铁路电子客票）",
        "ElectronicInvoiceRailwayETicketNumber": specimen.number,
        "DateOfIssue": specimen.issued.isoformat(),
        "TypeOfBusiness": "售",
        "DepartureStation": f"{MARK}东",
        "DestinationStation": f"{MARK}北",
        "TrainNumber": "G0",
        "TravelDate": specimen.issued.isoformat(),
        "Fare": specimen.total.yuan,
        "Name": MARK,
        "TotalAmountExcludingTax": specimen.amount.yuan,
        "TaxRate": "0.09",
        "TaxAmount": specimen.tax.yuan,
        "NameOfPurchaser": specimen.buyer[0],
        "UnifiedSocialCreditCodeOfPurchaser": specimen.buyer[1],
    }
    return _xbrl("rai", "2021-11-30", facts | changed)


def write_flight(specimen: Specimen) -> bytes:
    """``atr_issuer``: two legs; its fare is without tax, fund and fuel are apart (FORMATS §7.3)."""
    facts = {
        "ElectronicInvoiceAirTransportReceiptNumber": specimen.number,
        "PassengerName": MARK,
        "ValidIdNumber": "990000********9999",
        "Fare": specimen.amount.yuan,
        "FuelSurcharge": "0.00",
        "VatTaxAmount": specimen.tax.yuan,
        "CivilAviationDevelopmentFund": "50.00",
        "TotalAmount": (specimen.total + Money(5000)).yuan,
        "ETicketNumber": "9999999999999",
        "VerificationCode": "9999",
        "IssueDate": specimen.issued.isoformat(),
        "NameOfSeller": specimen.seller[0],
        "NameOfPurchaser": specimen.buyer[0],
        "UnifiedSocialCreditCodeOfPurchaser": specimen.buyer[1],
    }
    day, times = specimen.issued.isoformat(), ("08:30", "12:05")
    stops = [(f"{MARK}甲", f"{MARK}乙"), (f"{MARK}乙", f"{MARK}丙")]
    legs = [
        {"DepartureStation": start, "DestinationStation": end, "Flight": "XX9999", "Class": "V",
         "CarrierDate": day, "DepartureTime": time}
        for (start, end), time in zip(stops, times, strict=True)
    ]  # fmt: skip
    return _xbrl("atr", "2023-12-31", facts, [("DetailInformationOfAirTicketTuple", legs)])


def pack_ofd(attachments: Mapping[str, bytes]) -> bytes:
    """An OFD without tags or pages that carries these files, as the older makers write it."""
    ofd = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    root = (
        f'<ofd:OFD {ofd} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:Title>{MARK}'
        "</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>"
    )
    document = f"<ofd:Document {ofd}><ofd:Pages/></ofd:Document>"
    entries = {"OFD.xml": (_HEAD + root).encode(), "Doc_0/Document.xml": document.encode()}
    entries |= {f"Doc_0/Attachs/{name}": data for name, data in attachments.items()}
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _good(line: Line) -> str:
    cells = {
        "Item": line.name,
        "MeasurementDimension": line.unit,
        "Quantity": line.quantity,
        "Price": line.price,
        "Amount": line.amount.yuan,
        "TaxScheme": line.rate,
        "TaxAmount": "***" if line.rate == "免税" else line.tax.yuan,
    }
    return "".join(_tag(f"fp:{name}", escape(text)) for name, text in cells.items())


def _xbrl(
    family: str,
    year: str,
    facts: Mapping[str, str],
    tuples: Iterable[tuple[str, Iterable[Mapping[str, str]]]] = (),
) -> bytes:
    space = f'xmlns:{family}="http://xbrl.mof.gov.cn/taxonomy/{year}/{family}"'

    def written(some: Mapping[str, str]) -> str:
        return "".join(
            f'<{family}:{name} contextRef="c1">{escape(text)}</{family}:{name}>'
            for name, text in some.items()
        )

    body = written(facts) + "".join(
        f"<{family}:{name}>{written(one)}</{family}:{name}>"
        for name, some in tuples
        for one in some
    )
    return f'{_HEAD}<xbrl xmlns="http://www.xbrl.org/2003/instance" {space}>{body}</xbrl>'.encode()


def _tag(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name}>"
