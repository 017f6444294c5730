"""What can be read, from what, and on how many real documents that was tried."""

from dataclasses import dataclass

from app.core.errors import N_
from app.core.invoice import Kind, kind

WHOLE, CODE = "whole", "code"


@dataclass(frozen=True, slots=True)
class Row:
    """Kinds that are read alike: how from files and from photos, and on how many real ones.

    ``files`` are those kinds of file of which real ones were read; others were made by ourselves.
    """

    words: tuple[str, ...]
    files: str
    photo: str
    tried: int
    note: str = ""

    @property
    def kinds(self) -> list[Kind]:
        """With their official titles."""
        return [kind(word) for word in self.words]


ROWS = (
    Row(("digital_ordinary", "digital_special"), "XML · OFD · PDF", WHOLE, 12),
    Row(("vat_e_ordinary", "vat_e_special"), "XML · OFD · PDF", WHOLE, 22),
    Row(("vat_ordinary", "vat_special"), "", WHOLE, 32),
    Row(("toll_e_ordinary", "digital_toll"), "XML · PDF", WHOLE, 5),
    Row(("rail",), "XML", WHOLE, 1, N_("PDF, OFD and photos: pages of our own only.")),
    Row(
        ("air",), "PDF", WHOLE, 1, N_("A specimen of the bureau's; photos: pages of our own only.")
    ),
    Row(
        ("train_ticket", "air_itinerary"),
        "",
        WHOLE,
        0,
        N_("Known by its file until its number is typed."),
    ),
    Row(("taxi",), "", WHOLE, 4),
    Row(("general", "quota", "vat_roll"), "", WHOLE, 0),
    Row(("motor_vehicle", "used_vehicle"), "", WHOLE, 0),
    Row(("fiscal",), "", WHOLE, 0),
    Row(
        ("digital_motor_vehicle", "digital_used_vehicle"),
        "",
        CODE,
        0,
        N_("The code only; type the rest."),
    ),
)
"""Real documents as of 2026-11-22, counted by ``bench/reading.py``."""
