"""Which column of a list holds what: by its heading, else by what stands below."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.documents.readers.tidy import tidy

FIELDS = (
    "number", "code", "issued", "total", "amount", "tax", "check_code", "seller_name",
    "seller_tax_id", "buyer_name", "buyer_tax_id",
)  # fmt: skip
TEXT = "text"
"""The place of ``TEXT`` is the one column of lines in which everything stands in running text."""

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("数电发票号码", "数电票号码", "全电发票号码", "发票号码", "发票号", "票号", "号码",
               "invoicenumber", "invoiceno", "number", "no"),
    "code": ("发票代码", "票据代码", "代码", "invoicecode", "code"),
    "issued": ("开票日期", "发票日期", "日期", "开票时间", "invoicedate", "issuedate",
               "dateofissue", "date"),
    "total": ("价税合计", "含税金额", "价税合计金额", "发票总额", "总金额", "总额", "合计",
              "totalamount", "total", "grossamount"),
    "amount": ("不含税金额", "合计金额", "金额", "netamount", "amountextax", "amountwithouttax",
               "amount"),
    "tax": ("税额", "合计税额", "taxamount", "tax", "vat"),
    "check_code": ("校验码", "校验码后六位", "校验码后6位", "checkcode"),
    "seller_name": ("销方名称", "销售方名称", "销售方", "销方", "卖方", "供应商名称", "供应商",
                    "商户", "seller", "sellername", "supplier", "vendor"),
    "seller_tax_id": ("销方识别号", "销售方税号", "销方税号", "销售方纳税人识别号", "销售方识别号",
                      "供应商税号", "sellertaxid"),
    "buyer_name": ("购方名称", "购买方名称", "购买方", "购方", "买方", "抬头", "发票抬头", "buyer",
                   "buyername"),
    "buyer_tax_id": ("购方识别号", "购买方税号", "购方税号", "购买方纳税人识别号", "购买方识别号",
                     "buyertaxid"),
}  # fmt: skip
"""Headings as people write them, the surest first, without spaces, brackets and capitals."""

_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_LOOSE = re.compile(r"[\s*:：/_.\-·]+")
_NUMBER = re.compile(r"[0-9]{8}|[0-9]{20}")
_CODE = re.compile(r"[0-9]{10}|[0-9]{12}")
_WHOLE = re.compile(r"[0-9]{4}(?: ?[0-9]{4}){4}")
_SOMEWHERE = re.compile(rf"(?<![0-9])(?:{_WHOLE.pattern}|[0-9]{{8}})(?![0-9])")
_MOST = 0.6
_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Columns:
    """``places`` of the fields by name, counted from 0; ``header`` is its line, 0 without one."""

    places: Mapping[str, int]
    header: int = 0
    titles: tuple[str, ...] = field(default=())

    @property
    def mark(self) -> str:
        """The same for lists whose columns are headed alike, so that a choice is remembered."""
        return hashlib.sha256("\n".join(self.titles).encode()).hexdigest()[:32]


def propose(lines: Sequence[tuple[int, Sequence[str]]]) -> Columns:
    """Find the columns in the first lines of a list; without a number there are no places.

    Running text, as pasted from a chat, has the one place ``TEXT``, and so have bare numbers.
    """
    for line, cells in lines[:_WITHIN]:
        titles = tuple(map(_title, cells))
        places = _by_heading(titles)
        if "number" in places and len(places) > 1 or places.keys() == {"number"}:
            return Columns(places, line, titles)
    widest = max((len(cells) for _, cells in lines), default=0)
    places = _by_content([cells for _, cells in lines], widest)
    titles = (f"{widest} columns",)
    is_lone = widest == 1 or not places
    if is_lone and any(_holds_number(cells) for _, cells in lines) or _has_several(lines):
        places = {TEXT: 0}
    return Columns(places, 0, titles)


def values(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The texts of one line by field, blank ones left out."""
    told = {name: cells[place].strip() for name, place in places.items() if place < len(cells)}
    return {name: text for name, text in told.items() if text}


def _title(cell: str) -> str:
    plain = unicodedata.normalize("NFKC", cell).lower()
    return _LOOSE.sub("", _BRACKETS.sub("", plain))


def _by_heading(titles: Sequence[str]) -> dict[str, int]:
    """The surest heading of each field; a lone 金额 is what was paid."""
    found: dict[str, int] = {}
    for name, words in HEADINGS.items():
        here = next((titles.index(word) for word in words if word in titles), None)
        if here is not None and here not in found.values():
            found[name] = here
    if "amount" in found and not {"total", "tax"} & found.keys():
        found["total"] = found.pop("amount")
    return found


def _by_content(lines: Sequence[Sequence[str]], width: int) -> dict[str, int]:
    """Columns that mostly hold one sort of value; of sums the last is the total."""
    found: dict[str, int] = {}
    for place in range(width):
        told = [cells[place] for cells in lines if place < len(cells) and cells[place]]
        sort = _sort(told)
        if sort and (sort not in found or sort == "total"):
            found[sort] = place
    return found if "number" in found else {}


def _sort(told: Sequence[str]) -> str:
    plain = ["".join(unicodedata.normalize("NFKC", text).split()) for text in told]
    sorts = {
        "number": [bool(_NUMBER.fullmatch(text)) or "e+" in text for text in plain],
        "issued": [bool(tidy("issued", text)) for text in told],
        "total": ["." in text and bool(tidy("total", text)) for text in told],
    }
    if _are_codes(plain):
        return "code"
    fitting = (name for name, hits in sorts.items() if sum(hits) > _MOST * len(told))
    return next(fitting, "") if told else ""


def _are_codes(plain: Sequence[str]) -> bool:
    fitting = [text for text in plain if _CODE.fullmatch(text)]
    return bool(plain) and len(fitting) > _MOST * len(plain)


def _holds_number(cells: Sequence[str]) -> bool:
    return any(map(_SOMEWHERE.search, cells))


def _has_several(lines: Sequence[tuple[int, Sequence[str]]]) -> bool:
    """Whether there are lines of nothing but numbers, several beside each other."""
    told = [[cell for cell in cells if cell] for _, cells in lines]
    return any(len(cells) > 1 and all(map(_WHOLE.fullmatch, cells)) for cells in told)
