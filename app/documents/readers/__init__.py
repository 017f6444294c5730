"""Windows on documents: values in, values out; no database, no web, no network.

The three tools below are what the sandbox calls: a file in, parts of an answer out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from app.documents.readers.limits import Refused

Answer = tuple[dict[str, Any], bytes]


def inspect(file: BinaryIO, *, name: str = "") -> Iterator[Answer]:
    """The report of ``kind.inspect``; a file that it refuses raises Refused with the word."""
    from app.documents.readers import kind

    report = kind.inspect(file.read(), name)
    if report["refusal"]:
        raise Refused(str(report["refusal"]))
    yield report, b""


def codes_of(file: BinaryIO, *, media_type: str) -> Iterator[Answer]:
    """What ``codes.read`` sees."""
    from app.documents.readers import codes

    yield codes.read(file.read(), media_type), b""


def preview_of(
    file: BinaryIO, *, media_type: str, page: int = 1, width: int = 1200
) -> Iterator[Answer]:
    """What ``preview.render`` draws: its measures, and the WebP as bytes."""
    from app.documents.readers import preview

    picture, meta = preview.render(file.read(), media_type, page, width)
    yield meta, picture
