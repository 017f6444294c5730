"""税控 e-invoices inside an OFD: ``original_invoice.xml``, root ``eInvoice`` (FORMATS §5 A)."""

from __future__ import annotations

import binascii
from base64 import b64decode

from app.core.invoice import kind_of_code
from app.documents.readers import codes, qr
from app.documents.readers.found import Found
from app.documents.readers.limits import Refused
from app.documents.readers.markup import Element, children, find, text

ROOT = "eInvoice"
PATHS = {
    "code": "InvoiceCode",
    "number": "InvoiceNo",
    "issued": "IssueDate",
    "check_code": "InvoiceCheckCode",
    "buyer_name": "Buyer/BuyerName",
    "buyer_tax_id": "Buyer/BuyerTaxID",
    "seller_name": "Seller/SellerName",
    "seller_tax_id": "Seller/SellerTaxID",
    "amount": "TaxExclusiveTotalAmount",
    "tax": "TaxTotalAmount",
    "total": "TaxInclusiveTotalAmount",
    "total_words": "TaxInclusiveTotalAmountWithWords",
    "drawer": "InvoiceClerk",
    "machine": "MachineNo",
    "remark": "Note",
}
LINE = {
    "name": "Item", "spec": "Specification", "unit": "MeasurementDimension", "price": "Price",
    "quantity": "Quantity", "amount": "Amount", "rate": "TaxScheme", "tax": "TaxAmount",
}  # fmt: skip


def read(root: Element, part: str = "") -> list[Found]:
    """The invoice, and the QR code it carries as text or as a picture in base64."""
    found = Found("xml")
    for field, path in PATHS.items():
        found.note(field, text(root, path), {"path": f"{ROOT}/{path}", "part": part})
    kind = kind_of_code(found.values.get("code", ""))
    found.note("kind_word", kind.word if kind else "")
    for item in children(find(root, "GoodsInfos"), "GoodsInfo"):
        found.add_line({field: text(item, path) for field, path in LINE.items()})
    drawn = {"path": f"{ROOT}/GraphCode", "part": part}
    return [found, *qr.found(_graph(text(root, "GraphCode")), drawn)]


def _graph(code: str) -> list[str]:
    if code.startswith("01,"):
        return [code]
    try:
        picture = b64decode("".join(code.split()), validate=True)
        return [one.text for one in codes.drawn(picture)] if picture else []
    except (binascii.Error, ValueError, Refused):
        return []
