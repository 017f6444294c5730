"""数电票 as the bureau writes it: ``EInvoice``, versions 0.2 to 0.33 (FORMATS §4)."""

from __future__ import annotations

import re

from app.documents.readers.found import Found
from app.documents.readers.markup import Element, children, find, name, text

ROOT = "EInvoice"
_DATA = "EInvoiceData"
PATHS = {
    "number": "TaxSupervisionInfo/InvoiceNumber",
    "issued": "TaxSupervisionInfo/IssueTime",
    "seller_tax_id": f"{_DATA}/SellerInformation/SellerIdNum",
    "seller_name": f"{_DATA}/SellerInformation/SellerName",
    "buyer_tax_id": f"{_DATA}/BuyerInformation/BuyerIdNum",
    "buyer_name": f"{_DATA}/BuyerInformation/BuyerName",
    "amount": f"{_DATA}/BasicInformation/TotalAmWithoutTax",
    "tax": f"{_DATA}/BasicInformation/TotalTaxAm",
    "total": f"{_DATA}/BasicInformation/TotalTax-includedAmount",
    "total_words": f"{_DATA}/BasicInformation/TotalTax-includedAmountInChinese",
    "drawer": f"{_DATA}/BasicInformation/Drawer",
    "remark": f"{_DATA}/AdditionalInformation/Remark",
    "bureau": "TaxSupervisionInfo/TaxBureauName",
    "plate": f"{_DATA}/SpecificInformation/Toll/PlateNumber",
}
_LINE = {
    "name": "ItemName", "spec": "SpecMod", "unit": "MeaUnits", "quantity": "Quantity",
    "price": "UnPrice", "amount": "Amount", "rate": "TaxRate", "tax": "ComTaxAm",
}  # fmt: skip
_LABEL = "Header/InherentLabel"
_KINDS = {"01": "digital_special", "02": "digital_ordinary"}
_BLUE = re.compile(r"被红冲蓝字(?:数电)?发票号码[:：]\s*([0-9]{20})")


def read(root: Element, part: str = "") -> Found:
    """Every field by its whole path: a plate number is no invoice number."""
    found = Found("xml")
    for field, path in PATHS.items():
        found.note(field, text(root, path), _place(path, part))
    found.note("number", text(root, "Header/EIid"), _place("Header/EIid", part))
    found.note("issued", text(root, f"{_DATA}/BasicInformation/RequestTime"))
    found.note("kind_word", _kind(root), _place(f"{_LABEL}/GeneralOrSpecialVAT", part))
    _red(root, found)
    for item in children(find(root, _DATA), "IssuItemInformation"):
        found.add_line({field: text(item, path) for field, path in _LINE.items()})
    return found


def _kind(root: Element) -> str:
    """By the label; where makers leave it empty, a toll invoice is an ordinary one."""
    label = find(root, f"{_LABEL}/GeneralOrSpecialVAT")
    known = _KINDS.get(text(label, "LabelCode"), "")
    special = [name(one) for one in children(find(root, f"{_DATA}/SpecificInformation"))]
    return known or ("digital_ordinary" if "Toll" in special else "")


def _red(root: Element, found: Found) -> None:
    """A red invoice says so in its label, and names the blue one in its remark."""
    if text(root, f"{_LABEL}/InIssuType/LabelCode") == "N":
        found.note("is_red", "Y")
    if named := _BLUE.search(found.values.get("remark", "")):
        found.note("blue_number", named[1])


def _place(path: str, part: str) -> dict[str, str]:
    return {"path": f"{ROOT}/{path}", "part": part}
