"""Accounting data of the Ministry of Finance: ``inv``, ``rai`` and ``atr`` (FORMATS §5 B, §7)."""

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
_LEGS = "DetailInformationOfAirTicketTuple"
_ATR = {
    "number": "ElectronicInvoiceAirTransportReceiptNumber",
    "issued": "IssueDate",
    "tax": "VatTaxAmount",
    "total": "TotalAmount",
    "fare": "Fare",
    "fuel": "FuelSurcharge",
    "fund": "CivilAviationDevelopmentFund",
    "buyer_name": "NameOfPurchaser",
    "buyer_tax_id": "UnifiedSocialCreditCodeOfPurchaser",
    "seller_name": "NameOfSeller",
    "check_code": "VerificationCode",
    "blue_number": "OriginalElectronicInvoiceAirTransportReceiptNumber",
    "passenger": "PassengerName",
    "passenger_id": "ValidIdNumber",
    "ticket": "ETicketNumber",
}
_LEG = {
    "departure": "DepartureStation",
    "flight": "Flight",
    "seat_class": "Class",
    "travelled": "CarrierDate",
    "departs": "DepartureTime",
}
_LINES = "InformationOfTaxableGoodsOrServicesDetailItemsTuple"
_LINE = {
    "name": "NameOfTaxableGoodsOrServices", "spec": "Specification",
    "unit": "UnitOfGoodsOrServices", "quantity": "QuantityOfGoodsOrServices",
    "price": "UnitPriceOfGoodsOrServices", "amount": "AmountExcludingTax",
    "rate": "TaxRate", "tax": "TaxAmount",
}  # fmt: skip
_FAMILIES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "NumberOfInvoice": (_INV, ""),
    "ElectronicInvoiceRailwayETicketNumber": (_RAI, "rail"),
    "ElectronicInvoiceAirTransportReceiptNumber": (_ATR, "air"),
}
"""By what marks each: where its fields stand, and its kind where no title says it."""


def read(root: Element, part: str = "") -> list[Found]:
    """One invoice, if its family is known here; the year of the taxonomy does not count."""
    known = {name(child) for child in children(root)}
    mark = next((mark for mark in _FAMILIES if mark in known), None)
    if mark is None:
        return []
    paths, usual = _FAMILIES[mark]
    found = Found("xml")
    for field, element in paths.items():
        found.note(field, text(root, element), {"path": f"{ROOT}/{element}", "part": part})
    kind = kind_of_title(found.values.pop("title", ""))
    found.note("kind_word", kind.word if kind else usual)
    _note_legs(root, found, part)
    for row in children(root, _LINES):
        found.add_line({field: text(row, path) for field, path in _LINE.items()})
    return [found]


def _note_legs(root: Element, found: Found, part: str) -> None:
    """A flight is that of the first leg; it ends where the last leg does."""
    legs = [leg for leg in children(root, _LEGS) if text(leg, _LEG["departure"])]
    for field, element in _LEG.items() if legs else ():
        found.note(
            field, text(legs[0], element), {"path": f"{ROOT}/{_LEGS}/{element}", "part": part}
        )
    stops = [stop for leg in children(root, _LEGS) if (stop := text(leg, "DestinationStation"))]
    if stops:
        place = {"path": f"{ROOT}/{_LEGS}/DestinationStation", "part": part}
        found.note("destination", stops[-1], place)
