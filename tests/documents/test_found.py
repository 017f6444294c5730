"""What belongs together of the things that are found in one picture."""

import pytest

from app.documents.readers.found import Found, join

ONE, TWO = [(1, (0, 0, 1, 1))], [(1, (0, 0, 1, 0.4)), (1, (0, 0.5, 1, 1))]
BENT = [[0.1, 0.1], [0.2, 0.12], [0.2, 0.2], [0.1, 0.2]]


@pytest.mark.parametrize(("place", "parts", "body"), [
    ({"part": "Doc_0/Res/code.png"}, ONE, 0),
    ({"part": "Doc_0/Res/code.png"}, TWO, 2),
    ({"page": 1, "box": [0.1, 0.6, 0.2, 0.7]}, TWO, 1),
    ({"page": 1, "box": BENT}, TWO, 0),
    ({"page": 2, "box": [0.1, 0.6, 0.2, 0.7]}, ONE, 1),
    ({"page": 2}, ONE, 1),
])  # fmt: skip
def test_a_code_is_of_the_part_it_stands_on_or_of_the_only_one(place, parts, body):
    code = Found("qr", {"number": "25312000000361691112"}, {"number": place})
    seen = {"parts": [{"page": page, "box": list(box)} for page, box in parts], "found": []}
    (one,) = join([code], seen)
    assert one.body == body


def test_a_file_that_needs_no_looking_keeps_its_bodies():
    code = Found("qr", {"number": "25312000000361691112"}, body=3)
    assert [one.body for one in join([code], {})] == [3]
