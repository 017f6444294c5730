"""Files that lead round in circles or lie about their size: refused or read, never for ever."""

from contextlib import suppress

import pytest

from app.documents.readers import kind, preview, reading
from app.documents.readers.limits import MEDIA_TYPES, REFUSALS, Refused
from tests.documents.test_kind import pdf
from tests.make import accounted

PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 90 60]"
DRAWN = PAGE + b"/Contents %s 0 R/Length %s>>stream\nq\nendstream"
HOSTILE = {
    "a page that is a tree": (PAGE + b">>", b"<</Type/Pages/Kids[2 0 R]/Count 9>>"),
    "a million pages that are not there": (b"/Count 1>>", b"/Count 1000000>>"),
    "a tree without an end": (b"/Kids[3 0 R]", b"/Kids[2 0 R]"),
    "a stream of four gigabytes": (PAGE + b">>", DRAWN % (b"9", b"4294967296")),
    "a length that is itself": (PAGE + b">>", DRAWN % (b"3", b"3 0 R")),
    "an object in which it stands itself": (b"/Pages", b"/Names 1 0 R/Dests 1 0 R/Pages"),
    "a table that goes back to itself": (b"/Root", b"/Prev 9/Root"),
    "a page as large as a country": (b"[0 0 90 60]", b"[0 0 99999999 99999999]"),
    "a page without an extent": (b"[0 0 90 60]", b"[0 0 0 0]"),
    "a page that is HTML too": (b"%PDF-1.7", b"<script>alert(1)</script>%PDF-1.7"),
}


@pytest.mark.parametrize(("honest", "hostile"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_pdf_that_leads_in_circles_ends(honest, hostile):
    assert honest in pdf()
    data = pdf().replace(honest, hostile, 1)
    looked = kind.inspect(data, "a.pdf")
    assert looked["refusal"] is None or looked["refusal"] in REFUSALS
    with suppress(Refused):
        assert reading.read(data, "pdf")["found"] == []
    with suppress(Refused):
        picture, _ = preview.render(data, MEDIA_TYPES["pdf"], 1)
        assert len(picture) < 1_000_000
    assert accounted("a.pdf", data)["invoices"] == []
