"""Documents of our own making for the specimen company and for tests, every one marked 样票.

Their numbers begin with the impossible year 99, and no seal and no signature is ever drawn.
"""

from app.documents.specimens.files import write_xml
from app.documents.specimens.invoice import (
    MARK,
    Line,
    NotASpecimen,
    Specimen,
    number,
    qr_text,
    tax_id,
)
from app.documents.specimens.itinerary import Ride, draw_folio, draw_rides
from app.documents.specimens.ofd import write_ofd
from app.documents.specimens.older import pack_ofd, write_original, write_rail, write_xbrl
from app.documents.specimens.page import MissingLibrary, draw_pdf, draw_picture

__all__ = [
    "MARK",
    "Line",
    "MissingLibrary",
    "NotASpecimen",
    "Ride",
    "Specimen",
    "draw_folio",
    "draw_pdf",
    "draw_picture",
    "draw_rides",
    "number",
    "pack_ofd",
    "qr_text",
    "tax_id",
    "write_ofd",
    "write_original",
    "write_rail",
    "write_xbrl",
    "write_xml",
]
