"""价税合计（大写）: an amount in the capital numerals of the 1997 rule (FORMATS §10)."""

from __future__ import annotations

import re
import unicodedata

from app.core.errors import N_, NotAValue
from app.core.money import MOST_FEN, Money

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_SAME = str.maketrans("〇貳弍參肆陸圓元拾十百千萬億負正", "零贰贰叁肆陆圆圆拾拾佰仟万亿负整")
_ASIDE = re.compile(r"[\s()⊗⊕×x¥:：,，.。]|人民币")
_GROUP = (
    rf"零*(?:([{_DIGITS}])仟)?零*(?:([{_DIGITS}])佰)?零*(?:([{_DIGITS}])?(拾))?([{_DIGITS}])?零*"
)
_AMOUNT = re.compile(
    rf"(负数?)?(?:([{_DIGITS}拾佰仟万亿]+)圆)?零?(?:([{_DIGITS}])角)?零?(?:([{_DIGITS}])分)?整?"
)
_LONGEST = 64
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


class NotCapitals(NotAValue):
    """A text that is not an amount in capital numerals."""

    message = N_("“%(text)s” is not an amount in capitals.")


def spell(amount: Money) -> str:
    """``1234.05`` as 壹仟贰佰叁拾肆圆零伍分; the optional 零 is written, 整 only without 分."""
    yuan, rest = divmod(abs(amount.fen), 100)
    jiao, fen = divmod(rest, 10)
    words = "（负数）" if amount.fen < 0 else ""
    words += f"{_spell_whole(yuan)}圆" if yuan or not rest else ""
    words += f"{_DIGITS[jiao]}角" if jiao else "零" if fen and yuan else ""
    return words + (f"{_DIGITS[fen]}分" if fen else "整")


def read(text: str) -> Money:
    """Read ``⊗壹佰元零贰角伍分`` as 100.25: compare the values, never the strings.

    圆, 元 and 圓, 整, 正 and neither, with and without the optional 零, 负 and （负数） before it
    (a red invoice), in any width; simple figures (一二三) are not capitals.

    Raises:
        NotCapitals: no amount can be made of it.
    """
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", text[:_LONGEST]).lower().translate(_SAME))
    found = _AMOUNT.fullmatch(plain)
    if len(text) > _LONGEST or not found or not any(found.groups()[1:]):
        raise NotCapitals(text=text[:_LONGEST])
    minus, yuan, jiao, fen = found.groups()
    whole = _whole(yuan) if yuan else 0
    total = (whole or 0) * 100 + _figure(jiao) * 10 + _figure(fen)
    if whole is None or total > MOST_FEN:
        raise NotCapitals(text=text)
    return Money(-total if minus else total)


def _whole(text: str) -> int | None:
    """Groups of four figures, parted by 亿 and 万; None where one is empty or out of order."""
    total, rest = 0, text
    for mark, weight in (("亿", 10**8), ("万", 10**4), ("", 1)):
        group, parted, after = rest.partition(mark) if mark else (rest, "", "")
        if mark and not parted:
            continue
        value = _group(group)
        if value is None or (mark and not value):
            return None
        total, rest = total + value * weight, after
    return total


def _group(text: str) -> int | None:
    found = re.fullmatch(_GROUP, text)
    if not found:
        return None
    thousands, hundreds, tens, ten, units = found.groups()
    tenfold = _figure(tens) if tens else bool(ten)
    return 1000 * _figure(thousands) + 100 * _figure(hundreds) + 10 * tenfold + _figure(units)


def _figure(digit: str | None) -> int:
    return _DIGITS.index(digit) if digit else 0


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
