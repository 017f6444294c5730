"""Accounting data of the Ministry of Finance: what each family says of its invoice."""

from app.documents.readers import reading, xbrl
from app.documents.readers.markup import parse
from app.documents.specimens import older
from tests import make

ONE = make.specimen(31)


def test_an_air_itinerary_says_its_sums_its_rider_and_where_it_leads_in_the_end():
    (found,) = xbrl.read(parse(older.write_flight(ONE)))
    assert found.values == {
        "kind_word": "air", "number": ONE.number, "issued": "2026-11-10",
        "buyer_name": ONE.buyer[0], "buyer_tax_id": ONE.buyer[1], "seller_name": ONE.seller[0],
        "fare": "100.00", "fuel": "0.00", "tax": "6.00", "fund": "50.00", "total": "156.00",
        "check_code": "9999", "ticket": "9999999999999", "passenger": "样票",
        "passenger_id": "990000********9999", "departure": "样票甲", "destination": "样票丙",
        "flight": "XX9999", "seat_class": "V", "travelled": "2026-11-10", "departs": "08:30",
    }  # fmt: skip
    assert found.places["destination"]["path"].endswith("DestinationStation")


def test_data_of_a_family_that_is_not_known_speak_of_no_invoice():
    other = older.write_rail(ONE).replace(b"rai:", b"x:").replace(b"xmlns:rai", b"xmlns:x")
    assert reading.read(other, "xml")["found"]
    nameless = other.replace(b"ElectronicInvoiceRailwayETicketNumber", b"NumberOfSomethingElse")
    assert reading.read(nameless, "xml")["found"] == []
