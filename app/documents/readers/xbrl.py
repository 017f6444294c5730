"""电子凭证会计数据标准 of the Ministry of Finance: ``inv`` and ``rai`` (FORMATS §5 B, §7)."""

from __future__ import annotations

from collections.abc import Mapping

from app.core.invoice import kind_of_title
from app.documents.readers.found import Found
from app.documents.readers.markup import Element, children, name, text

ROOT = "xbrl"
_TAX_ID = "TaxpayerIdentificationNumberUnifiedSocialCreditCodeOf"
_INV = {
    "code": "CodeOfInvoice",
    "number": "NumberOfInvoice",
    "issued": "DateOfIssue",
    "check_code": "IdentifyingCode",
    "buyer_name": "NameOfPurchaser",
    "buyer_tax_id": f"{_TAX_ID}Purchaser",
    "seller_name": "NameOfSeller",
    "seller_tax_id": f"{_TAX_ID}Seller",
    "amount": "TotalAmountExcludingTax",
    "tax": "TotalTaxAmount",
    "total": "TaxIncludedAmountInFigures",
    "total_words": "TaxIncludedAmountInWords",
    "drawer": "Issuer",
    "machine": "NumberOfInvoiceMachine",
    "remark": "Remarks",
    "title": "TypeOfInvoice",
}
_RAI = {
    "number": "ElectronicInvoiceRailwayETicketNumber",
    "issued": "DateOfIssue",
    "amount": "TotalAmountExcludingTax",
    "tax": "TaxAmount",
    "total": "Fare",
    "buyer_name": "NameOfPurchaser",
    "buyer_tax_id": "UnifiedSocialCreditCodeOfPurchaser",
    "blue_number": "NumberOfOriginalInvoice",
    "business": "TypeOfBusiness",
    "departure": "DepartureStation",
    "destination": "DestinationStation",
    "train": "TrainNumber",
    "travelled": "TravelDate",
    "departs": "DepartureTime",
    "seat_class": "SeatLevel",
    "carriage": "Carriage",
    "seat": "Seat",
    "passenger": "Name",
    "passenger_id": "IdNumber",
    "remark": "Remarks",
    "title": "TypeOfVoucher",
}
_LINES = "InformationOfTaxableGoodsOrServicesDetailItemsTuple"
_LINE = {
    "name": "NameOfTaxableGoodsOrServices", "spec": "Specification",
    "unit": "UnitOfGoodsOrServices", "quantity": "QuantityOfGoodsOrServices",
    "price": "UnitPriceOfGoodsOrServices", "amount": "AmountExcludingTax",
    "rate": "TaxRate", "tax": "TaxAmount",
}  # fmt: skip
_FAMILIES: Mapping[str, Mapping[str, str]] = {
    "NumberOfInvoice": _INV,
    "ElectronicInvoiceRailwayETicketNumber": _RAI,
}


def read(root: Element, part: str = "") -> list[Found]:
    """One invoice, if its family is known here; the year of the taxonomy does not count."""
    known = {name(child) for child in children(root)}
    paths = next((paths for mark, paths in _FAMILIES.items() if mark in known), None)
    if paths is None:
        return []
    found = Found("xml")
    for field, element in paths.items():
        found.note(field, text(root, element), {"path": f"{ROOT}/{element}", "part": part})
    _name_kind(found, paths is _RAI)
    for row in children(root, _LINES):
        found.add_line({field: text(row, path) for field, path in _LINE.items()})
    return [found]


def _name_kind(found: Found, is_rail: bool) -> None:
    kind = kind_of_title(found.values.pop("title", ""))
    found.note("kind_word", kind.word if kind else "rail" if is_rail else "")
