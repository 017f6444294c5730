"""The code of a specimen as a picture."""

from __future__ import annotations

from io import BytesIO

import qrcode


def draw_code(text: str) -> bytes:
    """A PNG of version 5, as the codes of 数电票 are."""
    code = qrcode.QRCode(
        version=5, error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=6, border=2
    )
    code.add_data(text)
    drawn = BytesIO()
    code.make_image().save(drawn, "PNG")
    return drawn.getvalue()
