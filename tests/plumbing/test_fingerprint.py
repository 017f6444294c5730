"""Two requests are the same when route, fields and bytes are."""

from io import BytesIO

from app.plumbing import once


def test_the_fingerprint_is_of_route_fields_and_bytes():
    def of(route="POST /a?", fields=(("n", "1"),), files=(("file", b"bytes"),)):
        return once.fingerprint(route, fields, [(name, BytesIO(data)) for name, data in files])

    alike = [
        of(),
        of(route="POST /b?"),
        of(fields=[("n", "2")]),
        of(fields=[("n1", "")]),
        of(fields=[]),
        of(files=[("file", b"other")]),
        of(files=[("file", b""), ("file", b"bytes")]),
    ]
    assert len(set(alike)) == len(alike)
    file = BytesIO(b"x" * (3 << 20))
    assert of(files=[("f", file.getvalue())]) == once.fingerprint(
        "POST /a?", [("n", "1")], [("f", file)]
    )
    assert file.tell() == 0
