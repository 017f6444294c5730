"""What each answer says: a title and a line of detail, for every rule and every word."""

from app.core.errors import N_
from app.core.verdict import Authenticity

TITLES: dict[str, tuple[str, str]] = {
    "ledger.agrees": (
        N_("Matches the tax-bureau ledger"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.differs": (
        N_("Differs from the tax-bureau ledger"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.voided": (
        N_("The tax bureau says: voided"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.red": (
        N_("The tax bureau says: red-flushed"),
        N_("Exported %(exported_on)s · line %(line)s · imported by %(uploader)s"),
    ),
    "ledger.red_derived": (
        N_("A red-letter invoice takes it back"),
        N_("The ledger still calls it valid; exported %(exported_on)s · line %(line)s"),
    ),
    "ledger.red_alone": (
        N_("A red-letter invoice takes it back"),
        N_("The ledger has only the red-letter invoice that names this one"),
    ),
    "ledger.absent": (
        N_("Not in the tax-bureau ledger"),
        N_("The ledger covers this day (up to %(covered_to)s), but this number is not in it"),
    ),
    "ledger.uncovered": (
        N_("Not compared with the tax-bureau ledger"),
        N_("The imported ledger does not cover the day of this invoice (it ends %(covered_to)s)"),
    ),
    "ledger.none": (
        N_("Not compared with the tax-bureau ledger"),
        N_("No ledger has been imported for your company yet"),
    ),
    "buyer.ours": (N_("Made out to your company"), N_("%(buyer_name)s · %(buyer_tax_id)s")),
    "buyer.other": (N_("Made out to somebody else"), N_("%(buyer_name)s · %(buyer_tax_id)s")),
    "buyer.unknown": (
        N_("Buyer not known yet"),
        N_("A QR code names no parties; the ledger or the original will"),
    ),
    "form.fits": (N_("Number, date and kind fit together"), N_("By the rules of numbering")),
    "form.specimen": (
        N_("The number of a specimen"),
        N_("Numbers that begin with 99 are never assigned"),
    ),
    "form.future": (N_("Dated in the future"), N_("The invoice says %(issued)s")),
    "form.year": (
        N_("Number and date do not fit"),
        N_("The number belongs to another year than %(issued)s"),
    ),
    "form.kind": (
        N_("Number and kind do not fit"),
        N_("The code is of %(expected)s, the invoice says %(found)s"),
    ),
    "crc.fits": (
        N_("The code was read without error"),
        N_("Its checksum fits; no proof of origin"),
    ),
    "crc.unmatched": (
        N_("The code's checksum does not fit"),
        N_("Some real invoices have this too; compare the number with the paper"),
    ),
    "crc.absent": (N_("The code has no checksum"), N_("Compare the number with the paper")),
    "holders.one": (N_("Handed in once"), N_("Nobody else in your company has this invoice")),
    "holders.several": (
        N_("Handed in more than once"),
        N_("%(count)s people in your company have this invoice"),
    ),
    "provider.none": (N_("Third-party service"), N_("Not set up; the verdict stands without it")),
}

NEXT: dict[Authenticity, tuple[str, str]] = {
    Authenticity.MISMATCH: (
        N_("Most likely a typing or reading error"),
        N_(
            "Compare the invoice with the columns above. If the paper really says so, ask the "
            "seller, or let finance check it at the official site. Your invoice and your data "
            "are kept."
        ),
    ),
    Authenticity.NOT_FOUND: (
        N_("The tax bureau's list does not have it"),
        N_(
            "Check the number against the original. An invoice of the last days may still be "
            "missing: ask finance to import a fresh ledger, or call 12366 about it."
        ),
    ),
    Authenticity.NOT_CHECKED: (
        N_("Nobody has asked the tax bureau yet"),
        N_(
            "As soon as finance imports a ledger that covers this day, the answer appears here "
            "by itself."
        ),
    ),
}

FIELDS: dict[str, str] = {
    "number": N_("Number"),
    "code": N_("Code"),
    "issued": N_("Date of issue"),
    "total": N_("Total"),
    "amount": N_("Amount"),
    "tax": N_("Tax"),
    "seller_name": N_("Seller"),
    "seller_tax_id": N_("Seller's tax id"),
    "buyer_name": N_("Buyer"),
    "buyer_tax_id": N_("Buyer's tax id"),
    "check_code": N_("Check code"),
}

SOURCES: dict[str, str] = {
    "ledger": N_("Export of the tax bureau's digital account"),
    "rule": N_("A rule of this system; it proves no origin"),
}
