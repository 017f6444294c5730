"""Plain text, in whichever writing the program that saved it used."""

from __future__ import annotations

from app.documents.readers.limits import Refused

_CODECS = ("utf-8-sig", "gb18030")


def decode(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or GBK, which Excel and 金税 save (TRUST F53).

    Raises:
        Refused: ``broken`` for what is none of these, or holds a sign that no text has.
    """
    codecs = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _CODECS
    for codec in codecs:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused("broken")
