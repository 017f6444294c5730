"""How large and how odd a file may be, and the word for each refusal (TRUST §2.7, DESIGN §9)."""

from __future__ import annotations

from app.core.errors import N_, NotAValue

KIB, MIB, GIB = 2**10, 2**20, 2**30

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "xml": "application/xml",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "heic": "image/heic",
    "csv": "text/csv",
}
LARGEST = {
    "pdf": 20 * MIB,
    "ofd": 20 * MIB,
    "xml": 2 * MIB,
    # 64 MP at half a byte a pixel; TRUST says 15 MiB for its 40 MP.
    "jpeg": 32 * MIB,
    "png": 32 * MIB,
    "webp": 32 * MIB,
    "heic": 32 * MIB,
    # A ledger of 1,048,576 rows × 20 columns at 22 MB for 100,000 (SPIKE §6).
    "xlsx": 256 * MIB,
    "zip": 200 * MIB,
    "csv": 32 * MIB,
}
UNPACKED = {"ofd": 100 * MIB, "xlsx": 2 * GIB, "zip": 400 * MIB}
MOST_ENTRIES = 2_000
LONGEST_DIRECTORY = MOST_ENTRIES * KIB
MOST_RATIO = 100
RATIO_COUNTS_FROM = MIB
# Entries each too small to count by themselves are counted together.
WHOLE_COUNTS_FROM = 16 * MIB

MOST_PAGES = 200
MOST_FRAMES = 4
MOST_ATTACHED = 100
MOST_PIXELS = 64 * MIB
LONGEST_SIDE = 12_000
DEEPEST_XML = 64
EYES_THREADS = 2
MOST_NODES = 50_000

REFUSALS = {
    "empty": N_("The file is empty."),
    "too_large": N_("The file is too large."),
    "too_many": N_("The file has too many pages or parts."),
    "encrypted": N_("The file is encrypted; please send it without a password."),
    "bomb": N_("The file unpacks to far more than it should."),
    "broken": N_("The file is damaged or incomplete."),
    "wrong_kind": N_(
        "This kind of file is not read here. Invoices come as PDF, OFD, XML or photo, "
        "lists as Excel or CSV."
    ),
    "many": N_("Lists and archives are handed in by themselves, at “Many at once”."),
    "unsafe": N_("The file has parts with unsafe names."),
    "nested": N_("The file has an archive inside an archive."),
    "doctype": N_("The XML file declares a document type, which invoices never do."),
    "active": N_("The file has scripts or macros in it."),
    "animated": N_("The picture moves; please send a still one."),
}


class Refused(NotAValue):
    """A file that is not opened any further; ``word`` is one of ``REFUSALS`` and never changes."""

    def __init__(self, word: str) -> None:
        """Take the sentence for ``word``."""
        super().__init__(REFUSALS[word])
        self.word = word
