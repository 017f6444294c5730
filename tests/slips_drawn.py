"""Slips of our own as machines print them: rolls, fixed amounts, tolls, general ones, receipts.

What stands on a roll is fixed by 国家税务总局公告2016年第82号; the other labels are those that
descriptions of such slips name. Every code is of the region 0000 and the year 99, which are none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.core.capitals import spell
from app.core.money import Money
from app.documents import specimens
from tests.drawn import Text

ROLL_CODE, USED_CODE, MOTOR_CODE = "000009900007", "000009900017", "100009920001"
LOCAL_CODE, QUOTA_CODE = "100009900001", "100009900901"
_COMPANIES = (
    "样票茶叶（北京）有限公司", "北京示例酒店有限公司", "样票市示例餐饮管理有限公司",
    "示例出版社", "样票石油销售有限公司第二加油站", "北京样票科技股份有限公司",
)  # fmt: skip
_STATIONS = ("样票北", "样票西", "示例东", "样山", "示例新城", "样河口", "例溪")
_GIVEN = ("一鸣", "文", "晓东", "立", "国庆", "雨")
_FACES = (1, 2, 5, 10, 20, 50, 100)
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_LETTERS = {
    **{str(one): one for one in range(10)},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
}
_LETTERS |= dict(zip("JKLMN", range(1, 6), strict=True)) | {"P": 7, "R": 9}
_LETTERS |= dict(zip("STUVWXYZ", range(2, 10), strict=True))


@dataclass(frozen=True)
class Facts:
    """What somebody bought from whom, another with each seed."""

    seed: int = 0
    chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chance", random.Random(self.seed))

    def digits(self, count: int) -> str:
        """So many figures that do not begin with 0."""
        first = self.chance.randint(1, 9)
        return f"{first}{''.join(str(self.chance.randint(0, 9)) for _ in range(count - 1))}"

    def day(self) -> date:
        """A day of 2018 to 2025."""
        return date(2018, 1, 1) + timedelta(days=self.chance.randrange(2800))

    def hour(self) -> str:
        """``08:05``."""
        return f"{self.chance.randint(0, 23):02d}:{self.chance.randint(0, 59):02d}"

    def money(self, least: int, most: int) -> Money:
        """Whole fen between so many yuan."""
        return Money(self.chance.randint(100 * least, 100 * most))

    def parties(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """Buyer and seller, each with its tax id."""
        names = self.chance.sample(_COMPANIES, 2)
        ids = [specimens.tax_id(self.chance.randrange(10**6)) for _ in names]
        return (names[0], ids[0]), (names[1], ids[1])

    def stations(self) -> list[str]:
        """Two different ones."""
        return self.chance.sample(_STATIONS, 2)

    def person(self) -> tuple[str, str]:
        """A name, and the number of an id card of no region, masked."""
        name = f"样{self.chance.choice(_GIVEN)}"
        return name, f"990000{self.digits(4)}****{self.digits(4)}"

    def vin(self) -> str:
        """17 signs whose ninth is their check digit (GB 16735)."""
        signs = [self.chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(17)]
        signs[0], signs[8] = "L", "0"
        total = sum(_LETTERS[one] * weight for one, weight in zip(signs, _WEIGHTS, strict=True))
        signs[8] = "X" if total % 11 == 10 else str(total % 11)
        return "".join(signs)


@dataclass(frozen=True)
class Drawn:
    """A page: its texts, its size in points, what it truly says, and where its stamp is."""

    texts: list[Text]
    size: tuple[float, float]
    true: dict[str, str]
    stamp: tuple[float, float] | None = None
    is_dotted: bool = False


def rows(
    pairs: list[tuple[str, str]], left: float, top: float, pitch: float = 14.0, size: float = 8.0
) -> Iterator[Text]:
    """Labels with their values behind them, one below the other."""
    for place, (label, value) in enumerate(pairs):
        yield Text(left, top + pitch * place, f"{label}{value}", size)


def roll(facts: Facts) -> Drawn:
    """增值税普通发票（卷票）, 57 mm wide: long names are folded."""
    buyer, seller = facts.parties()
    number, day, total = facts.digits(8), facts.day(), facts.money(10, 900)
    check = facts.digits(20)
    head = [
        ("发票代码 ", ROLL_CODE), ("发票号码 ", number), ("机打号码 ", number),
        ("机器编号 ", f"99{facts.digits(10)}"),
        *_folded("销售方名称 ", seller[0]), ("纳税人识别号 ", seller[1]),
        ("开票日期 ", f"{day}  收款员 样某"),
        *_folded("购买方名称 ", buyer[0]), ("纳税人识别号 ", buyer[1]),
    ]  # fmt: skip
    foot = 78 + 14 * len(head)
    cells = (("项目", "*样票*餐饮服务"), ("单价", total.yuan), ("数量", "1"), ("金额", total.yuan))
    across = (8, 75, 110, 128)
    goods = [Text(x, foot, head, 7) for x, (head, _) in zip(across, cells, strict=True)]
    goods += [Text(x, foot + 13, cell, 6.5) for x, (_, cell) in zip(across, cells, strict=True)]
    end = [("合计金额（小写） ", f"¥{total.yuan}"), ("合计金额（大写） ", spell(total))]
    return Drawn(
        [
            Text(18, 28, "样票增值税普通发票（卷票）", 10), Text(62, 44, "发 票 联", 9),
            *rows(head, 8, 66), *goods, *rows(end, 8, foot + 36),
            Text(8, foot + 64, f"校验码 {check}", 8),
        ],
        (162, foot + 120),
        {
            "kind_word": "vat_roll", "code": ROLL_CODE, "number": number, "issued": f"{day}",
            "check_code": check, "total": total.yuan, "seller_name": seller[0],
            "seller_tax_id": seller[1], "buyer_name": buyer[0], "buyer_tax_id": buyer[1],
        },
        (100, foot + 4),
        is_dotted=True,
    )  # fmt: skip


def quota(facts: Facts) -> Drawn:
    """通用定额发票: its amount is part of the form, in capitals, on some also in figures."""
    number, face = facts.digits(8), Money(100 * facts.chance.choice(_FACES))
    figures = [Text(190, 108, f"￥{face.yuan}", 14)] if facts.seed % 2 else []
    return Drawn(
        [
            Text(95, 28, "样票市通用定额发票", 15), Text(140, 46, "发  票  联", 11),
            Text(20, 66, f"发票代码  {QUOTA_CODE}", 10), Text(20, 82, f"发票号码  {number}", 10),
            Text(60, 108, spell(face).replace("圆", "元"), 16), *figures,
            Text(20, 132, "收款单位（盖章有效）", 8),
            Text(190, 132, "开票日期：   年   月   日", 8),
            Text(20, 148, "密码  刮开有奖", 7), Text(150, 148, "样票市印务有限公司2018年5月印", 6),
        ],
        (330, 160),
        {"kind_word": "quota", "code": QUOTA_CODE, "number": number, "total": face.yuan},
        (260, 100),
    )  # fmt: skip


def toll(facts: Facts) -> Drawn:
    """A slip of a toll gate, printed on a general form."""
    number, day, total = facts.digits(8), facts.day(), facts.money(5, 300)
    total = Money(total.fen // 100 * 100)
    entry, exit_ = facts.stations()
    classed = facts.chance.choice(("客1", "一型客车", "货2"))
    body = [
        ("发票代码 ", LOCAL_CODE), ("发票号码 ", number), ("入口：", f"{entry}站"),
        ("出口：", f"{exit_}站"), ("车型：", classed), ("金额：", f"{total.yuan}元"),
        ("日期：", f"{day}"), ("时间：", f"{facts.hour()}:09"), ("收费员：", facts.digits(6)),
    ]  # fmt: skip
    return Drawn(
        [
            Text(20, 28, "样票省通用机打发票", 12), Text(42, 46, "（车辆通行费）", 9),
            *rows(body, 18, 68, 17, 9.5), Text(18, 226, "手开无效", 7),
        ],
        (170, 240),
        {
            "kind_word": "general", "code": LOCAL_CODE, "number": number, "issued": f"{day}",
            "total": total.yuan, "departure": entry, "destination": exit_, "vehicle": classed,
        },
        (85, 36),
        is_dotted=True,
    )  # fmt: skip


def general(facts: Facts) -> Drawn:
    """通用机打发票: code and number are on the form and once more from the machine."""
    buyer, seller = facts.parties()
    number, day, total = facts.digits(8), facts.day(), facts.money(20, 3000)
    body = [
        ("机打代码：", LOCAL_CODE), ("机打号码：", number), ("机器编号：", f"99{facts.digits(10)}"),
        ("收款单位：", seller[0]), ("税号：", seller[1]), ("付款单位：", buyer[0]),
    ]  # fmt: skip
    return Drawn(
        [
            Text(140, 30, "样票省通用机打发票", 15), Text(180, 50, "发 票 联", 11),
            Text(250, 68, f"发票代码 {LOCAL_CODE}", 9), Text(250, 82, f"发票号码 {number}", 9),
            Text(24, 68, f"开票日期：{day}", 9), Text(24, 82, "行业分类：餐饮业", 9),
            *rows(body, 24, 104, 15, 9),
            Text(24, 200, "项目", 9), Text(180, 200, "数量", 9), Text(260, 200, "单价", 9),
            Text(330, 200, "金额", 9), Text(24, 216, "餐费", 9), Text(185, 216, "1", 9),
            Text(255, 216, total.yuan, 9), Text(325, 216, total.yuan, 9),
            Text(24, 244, f"合计（大写）：{spell(total)}", 9),
            Text(250, 244, f"合计（小写）：￥{total.yuan}", 9),
            Text(24, 264, "开票人：样某", 9), Text(250, 264, "收款单位（盖章有效）", 9),
        ],
        (420, 284),
        {
            "kind_word": "general", "code": LOCAL_CODE, "number": number, "issued": f"{day}",
            "total": total.yuan, "seller_name": seller[0], "seller_tax_id": seller[1],
            "buyer_name": buyer[0],
        },
        (330, 250),
    )  # fmt: skip


def fiscal(facts: Facts) -> Drawn:
    """A print of 财政电子票据, with the signs of its check code as the treasury prints them."""
    buyer, seller = facts.parties()
    code, number, day = f"99{facts.digits(6)}", f"99{facts.digits(8)}", facts.day()
    total, check = facts.money(1, 5000), f"{facts.chance.randrange(16**6):06x}"
    heads = (
        (40, "项目编码"), (110, "项目名称"), (260, "单位"), (310, "数量"), (370, "标准"),
        (440, "金额（元）"), (520, "备注"),
    )  # fmt: skip
    return Drawn(
        [
            Text(170, 36, "样票省非税收入统一票据（电子）", 16),
            Text(30, 70, f"票据代码：{code}"), Text(360, 70, f"票据号码：{number}"),
            Text(30, 86, f"交款人统一社会信用代码：{buyer[1]}"), Text(360, 86, f"校验码：{check}"),
            Text(30, 102, f"交款人：{buyer[0]}"), Text(360, 102, f"开票日期：{day}"),
            *(Text(x, 126, word) for x, word in heads),
            Text(40, 142, "103999"), Text(110, 142, "样票考试费"), Text(265, 142, "元"),
            Text(315, 142, "1"), Text(370, 142, total.yuan), Text(445, 142, total.yuan),
            Text(30, 240, f"金额合计（大写）{spell(total)}"),
            Text(340, 240, f"（小写）{total.yuan}"),
            Text(30, 262, "其他信息"),
            Text(30, 300, f"收款单位（章）：{seller[0]}"), Text(340, 300, "复核人：样某"),
            Text(450, 300, "收款人：样某某"),
        ],
        (595, 330),
        {
            "kind_word": "fiscal", "code": code, "number": number, "check_code": check,
            "issued": f"{day}", "total": total.yuan, "buyer_name": buyer[0],
            "buyer_tax_id": buyer[1], "seller_name": seller[0],
        },
        (300, 278),
    )  # fmt: skip


def _folded(label: str, name: str, room: int = 12) -> list[tuple[str, str]]:
    return [(label, name[:room]), *([("", name[room:])] if name[room:] else [])]


SLIPS: tuple[Callable[[Facts], Drawn], ...] = (roll, quota, toll, general, fiscal)
