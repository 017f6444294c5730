"""The region that issued an invoice, by its code or its number (FORMATS §2.3, §2.4)."""

from __future__ import annotations

from app.core.dated import table

_REGIONS = table("regions")["region"]
_BY_CODE = {entry["code"]: entry["zh"] for entry in _REGIONS}
_BY_DIGITAL = {entry["digital"]: entry["zh"] for entry in _REGIONS}


def of_code(code: str) -> str | None:
    """The Chinese name for a code of 10 or 12 digits; a county counts as its province."""
    digits = code[1:5] if len(code) == 12 else code[:4]
    return _BY_CODE.get(digits) or _BY_CODE.get(f"{digits[:2]}00")


def of_number(number: str) -> str | None:
    """The Chinese name for a 20-digit number, or for its first twelve digits."""
    return _BY_DIGITAL.get(number[2:4])
