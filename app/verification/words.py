"""What to do next for every verdict, and what fields, evidence and sources are called."""

from app.core.errors import N_
from app.core.verdict import Authenticity, Lifecycle
from app.invoices.words import NAMES

Step = tuple[str, str]

AUTHENTICITY: dict[Authenticity, str] = {
    Authenticity.GENUINE: N_("Genuine"),
    Authenticity.MISMATCH: N_("Does not match"),
    Authenticity.NOT_FOUND: N_("Not found"),
    Authenticity.INCOMPLETE: N_("Incomplete"),
    Authenticity.LIMIT_EXCEEDED: N_("Daily limit reached"),
    Authenticity.UNAVAILABLE: N_("Cannot be checked now"),
    Authenticity.NOT_CHECKED: N_("Not checked"),
}

LIFECYCLE: dict[Lifecycle, str] = {
    Lifecycle.UNKNOWN: N_("State not known"),
    Lifecycle.NORMAL: N_("Valid"),
    Lifecycle.RED_PARTIAL: N_("Partly red-flushed"),
    Lifecycle.IS_RED: N_("Red-letter invoice"),
    Lifecycle.RED_UNKNOWN: N_("Red-flushed"),
    Lifecycle.RED_FULL: N_("Red-flushed"),
    Lifecycle.VOIDED: N_("Voided"),
}
"""The same words as templates/shared/show.html has, for what is no page."""

NEXT: dict[Authenticity, Step] = {
    Authenticity.GENUINE: (
        N_("Nothing left to ask the tax bureau"),
        N_(
            "Keep the original file: a printout alone is not enough for the books. The seller can "
            "still void or red-flush the invoice; a newer ledger will show it here."
        ),
    ),
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
    Authenticity.INCOMPLETE: (
        N_("Something is missing to ask the tax bureau"),
        N_("Add the fields named below, or hand in the original file (XML, OFD or PDF)."),
    ),
    Authenticity.LIMIT_EXCEEDED: (
        N_("The tax bureau answers again tomorrow"),
        N_(
            "An invoice can be looked up only a few times a day. Nothing is wrong with it; ask "
            "again tomorrow, or let finance import a fresh ledger."
        ),
    ),
    Authenticity.UNAVAILABLE: (
        N_("The tax bureau could not be reached"),
        N_(
            "This says nothing about the invoice. Ask again later; if it is urgent, look it up at "
            "the official site."
        ),
    ),
}

AFTER: dict[Lifecycle, Step] = {
    Lifecycle.VOIDED: (
        N_("Do not use this invoice"),
        N_(
            "The seller has voided it. Ask the seller for a new one; if the seller says it is "
            "valid, call 12366 or the seller's tax bureau."
        ),
    ),
    Lifecycle.RED_FULL: (
        N_("Do not use this invoice"),
        N_(
            "The seller has taken it back in full by a red-letter invoice. Ask for a new one. If "
            "it was already booked or deducted, tell finance today."
        ),
    ),
    Lifecycle.RED_PARTIAL: (
        N_("Only a part of this invoice still counts"),
        N_(
            "The seller has taken back a part of it. Ask the seller for the red-letter invoice and "
            "hand it in; finance works out the rest."
        ),
    ),
    Lifecycle.RED_UNKNOWN: (
        N_("Wait with this invoice"),
        N_(
            "It was red-flushed, in full or in part: the tax bureau does not say. Finance asks the "
            "seller; until that is clear it counts as taken back in full."
        ),
    ),
    Lifecycle.IS_RED: (
        N_("This is a red-letter invoice"),
        N_("It takes back another invoice and is no expense. Give it to finance."),
    ),
}

HELD: Step = (
    N_("Wait until finance has looked at the files"),
    N_(
        "Ask the seller to send the original once more and hand it in as it is, without opening "
        "and saving it. If you suspect a forgery, call 12366."
    ),
)


def next_step(authenticity: Authenticity, lifecycle: Lifecycle, *, is_held: bool) -> Step:
    """The one thing to do: what became of it since outweighs a hold, a hold the answer."""
    return AFTER.get(lifecycle) or (HELD if is_held else NEXT[authenticity])


OTHER_ORIGINAL: Step = (
    N_("The original says something else than the tax bureau"),
    N_(
        "A file that was read without guessing does not match. Do not reimburse it: ask the seller "
        "for the original again, and let finance look it up at the official site. Everything is "
        "kept as evidence."
    ),
)
"""A mismatch that no typing or misreading explains."""


EVIDENCE: dict[str, str] = {
    **NAMES,
    "said": N_("Capitals as a figure"),
    "rest": N_("Fund and fees"),
    "line_amounts": N_("Amounts of the lines"),
    "line_taxes": N_("Taxes of the lines"),
    "expected": N_("Kind by the code"),
    "found": N_("Kind as stated"),
    "kind": N_("Kind of invoice"),
    "since": N_("First day"),
    "until": N_("Last day"),
    "covered_to": N_("Ledger covered to"),
    "count": N_("People who have it"),
    "variant": N_("Variant of the checksum"),
    "law": N_("Source of the rule"),
    "signer": N_("Signed by"),
    "issuer": N_("Certificate issued by"),
    "signed_on": N_("Signed on"),
    "valid_from": N_("Certificate valid from"),
    "valid_to": N_("Certificate valid to"),
    "maker": N_("Made with"),
    "stamp_maker": N_("Stamp made by"),
    "form": N_("Form of the signature"),
    "parts": N_("Changed or missing"),
    "uncovered": N_("Not covered"),
    "certificate": N_("Certificate (SHA-256)"),
}
"""The evidence that has a line of its own, in this order."""

MONEY = frozenset({"total", "amount", "tax", "said", "rest", "line_amounts", "line_taxes"})
"""Evidence that is an amount in yuan."""

TAGS: dict[str, str] = {
    "xml": "XML",
    "ofd": "OFD",
    "pdf": "PDF",
    "qr": "QR",
    "ocr": "OCR",
    "typed": N_("Typed"),
    "scanned": N_("Scanned"),
    "corrected": N_("Corrected by hand"),
}
"""What the sources of a field are called beside its value."""

SOURCES: dict[str, str] = {
    "ledger": N_("Export of the tax bureau's digital account"),
    "person": N_("A colleague's decision"),
    "rule": N_("A rule of this system; it proves no origin"),
    "originals": N_("The files that were handed in, side by side"),
    "seal": N_("The seal in the file, checked on this machine; it proves no origin"),
}
