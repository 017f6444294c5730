"""价税合计（大写）: an amount in the capital numerals of the 1997 rule (FORMATS §10)."""

from __future__ import annotations

from app.core.money import Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def spell(amount: Money) -> str:
    """``1234.05`` as 壹仟贰佰叁拾肆圆零伍分; the optional 零 is written, 整 only without 分."""
    yuan, rest = divmod(abs(amount.fen), 100)
    jiao, fen = divmod(rest, 10)
    words = "（负数）" if amount.fen < 0 else ""
    words += f"{_spell_whole(yuan)}圆" if yuan or not rest else ""
    words += f"{_DIGITS[jiao]}角" if jiao else "零" if fen and yuan else ""
    return words + (f"{_DIGITS[fen]}分" if fen else "整")


def _spell_whole(yuan: int) -> str:
    if not yuan:
        return _DIGITS[0]
    words, skipped, group_says = "", False, False
    digits = str(yuan)
    for place, digit in zip(range(len(digits) - 1, -1, -1), digits, strict=True):
        if digit == "0":
            skipped = True
        else:
            words += ("零" if skipped else "") + _DIGITS[int(digit)] + _PLACES[place % 4]
            skipped, group_says = False, True
        if place % 4 == 0:
            words += _GROUPS[place // 4] if group_says else ""
            group_says = False
    return words
