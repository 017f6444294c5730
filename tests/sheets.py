"""PDF pages of our own with the text where each family of invoices puts it (FORMATS §6).

Every number is one that no bureau assigns, and each page says 样票. The text stands in the order in
which it is given, sign by sign if asked, so that no reader can lean on the order of a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.core.capitals import spell
from app.core.money import Money
from app.documents.specimens import MARK, Specimen
from app.documents.specimens.older import CHECK_CODE, OLD_CODE, old_number
from tests.drawn import Text, signs, wide

PAPER_CODE, LOCAL_CODE = "0000990320", "100009900001"
CIPHER = "03*<22>+97122*72>+/-/<5>04577"
_RADICALS = str.maketrans("子用方金立长车门", "⼦⽤⽅⾦⽴⻓⻋⻔")


def page(order: Iterable[Iterable[Text]]) -> list[Text]:
    """The parts of a page, one after the other."""
    return [one for part in order for one in part]


def digital(one: Specimen, *, names: float = 0.0) -> dict[str, list[Text]]:
    """The parts of a 数电 page: its labels, values and lines; ``names`` lowers the values."""
    labels = [
        Text(196, 40, one.title, 20),
        Text(439, 40, "发票号码："),
        Text(439, 57, "开票日期："),
        Text(40, 288, "价税合计（大写）"),
        Text(412, 288, "（小写）", 7),
        Text(58, 269, "合"),
        Text(104, 269, "计"),
        Text(17, 317, "备"),
        Text(17, 334, "注"),
        Text(56, 376, "开票人："),
    ]
    values = [
        Text(482, 40 + names, one.number, 8),
        Text(482, 57 + names, one.day, 8),
        Text(400, 268, f"¥{one.amount.yuan}", 8),
        Text(552, 268, f"¥{one.tax.yuan}", 8),
        Text(179, 287, spell(one.total)),
        Text(441, 287, f"¥{one.total.yuan}", 8),
        Text(91, 376, one.drawer),
        Text(34, 320, one.remark),
    ]
    return {
        "labels": labels,
        "buyer": [*_side(17, "购买方信息", 100), *_labels(33, 103, 133)],
        "seller": [*_side(302, "销售方信息", 100), *_labels(318, 103, 133)],
        "values": values,
        "buys": _party(one.buyer, 57, 155, 103 + names),
        "sells": _party(one.seller, 342, 440, 103 + names),
        "head": [
            Text(x, 159, word) for x, word in zip(_COLUMNS, _HEADINGS, strict=True)
        ],
        "lines": _lines(one, _COLUMNS, 168),
    }  # fmt: skip


def bureau(one: Specimen) -> list[Text]:
    """Labels, then values, then lines; the drawer once more below the page."""
    parts = digital(one)
    order = ("labels", "buyer", "seller", "head", "values", "buys", "sells", "lines")
    beside = Text(92, 820, "页外之人")
    return [*page(parts[name] for name in order), beside, *_marked()]


def gp_template(one: Specimen) -> list[Text]:
    """The seller's labels come before the buyer's, the buyer's values before the seller's."""
    parts = digital(one)
    order = ("seller", "buyer", "labels", "buys", "sells", "lines", "values", "head")
    return [*page(parts[name] for name in order), *_marked()]


def flowing(one: Specimen) -> list[Text]:
    """Every sign by itself, values a little lower than their labels: openhtmltopdf."""
    parts = digital(one, names=2.5)
    order = ("sells", "seller", "values", "lines", "head", "buys", "buyer", "labels")
    texts = page(parts[name] for name in order)
    return [*(sign for text in texts for sign in signs(text)), *_marked()]


def reprint(one: Specimen) -> list[Text]:
    """As macOS prints it again: radicals for characters, the currency after the figures."""
    texts = [replace(text, text=text.text.translate(_RADICALS)) for text in bureau(one)]
    money = [text for text in texts if text.text.startswith("¥")]
    rest = [text for text in texts if text not in money]
    figures = [replace(text, x=text.x + 4, text=text.text[1:]) for text in money]
    return rest + figures + [replace(text, text="¥") for text in money]


def tax_control(one: Specimen, *, code: str = OLD_CODE, tax: str = "") -> list[Text]:
    """An 电子普票: the buyer above the seller, cipher and remark to their right."""
    columns = (45, 181, 227, 276, 345, 424, 484, 537)
    return [
        Text(200, 40, "样票增值税电子普通发票", 20),
        *(Text(435, y, word) for y, word in zip((20, 37, 55, 72), _OLD_HEAD, strict=True)),
        *(Text(x, 55, word) for x, word in ((501, "年"), (522, "月"), (544, "日"))),
        Text(31, 72, "机器编号:"),
        *_side(29, "购买方", 102, 16), *_side(29, "销售方", 309, 16),
        *_side(352, "密码区", 98, 20), *_side(352, "备注", 309, 30),
        *_old_labels(94), *_old_labels(303),
        *(Text(x, 156, word) for x, word in zip(columns, _OLD_HEADINGS, strict=True)),
        Text(62, 266, "合"), Text(92, 266, "计"),
        Text(62, 285, "价税合计(大写)"), Text(449, 285, "(小写)"),
        Text(30, 364, "收款人:"), Text(193, 364, "复核:"), Text(315, 364, "开票人:"),
        Text(437, 364, "销售方:(章)"),
        Text(476, 20, code, 8), Text(476, 37, old_number(one), 8),
        Text(478, 55, f"{one.issued.year}", 8), Text(508, 55, f"{one.issued.month:02d}", 8),
        Text(530, 55, f"{one.issued.day:02d}", 8),
        Text(476, 72, " ".join(CHECK_CODE[at : at + 5] for at in range(0, 20, 5)), 8),
        Text(75, 72, "990000000000", 8),
        *(sign for row in range(4) for sign in signs(Text(372, 96 + 15 * row, CIPHER, 12))),
        *_party(one.buyer, 108, 108, 94, 15), *_party(one.seller, 108, 108, 303, 15),
        Text(108, 332, "样票市样票路99号 000-00000000", 8),
        Text(108, 346, "样票银行股份有限公司样票支行 990000000000", 8),
        Text(439, 267, f"¥{one.amount.yuan}", 8), Text(557, 267, tax or f"¥{one.tax.yuan}", 8),
        Text(190, 284, spell(one.total)), Text(474, 284, f"¥{one.total.yuan}", 8),
        Text(370, 303, "订单号:990000000001"), Text(348, 364, one.drawer),
        *_lines(one, columns, 170), *_marked(),
        *(Text(270 + 7 * at, 40, "监", 7, 20.0 * at - 60) for at in range(6)),
    ]  # fmt: skip


def paper(one: Specimen) -> list[Text]:
    """On the bureau's paper: code and number twice, large and small, and neither has a label."""
    number = old_number(one)
    electronic = {"发票代码:", "发票号码:", "样票增值税电子普通发票", OLD_CODE, number}
    texts = tax_control(one, tax="***" if one.tax == Money(0) else "")
    return [
        *(text for text in texts if text.text not in electronic | {"机器编号:", "990000000000"}),
        Text(215, 40, "样票增值税普通发票", 18), Text(70, 38, PAPER_CODE, 15),
        Text(425, 38, f"No {number}", 15), Text(530, 25, PAPER_CODE, 8), Text(530, 36, number, 8),
    ]  # fmt: skip


def taxi(one: Specimen) -> list[Text]:
    """A slip of a taxi, 160 points wide."""
    rows = (
        ("样票出租汽车专用发票", ""), ("发票代码", LOCAL_CODE), ("发票号码", old_number(one)),
        ("监督电话", "00000000"), ("车号", "京A-T9999"), ("日期", f"{one.issued:%Y-%m-%d}"),
        ("上车", "08:10"), ("下车", "08:35"), ("单价", "2.30元"), ("里程", "9.9公里"),
        ("等候", "00:01:19"), ("金额", f"{one.total.yuan}元"),
    )  # fmt: skip
    return [
        Text(14, 30 + 22 * place, f"{label}：{value}" if value else label, 11)
        for place, (label, value) in enumerate(rows)
    ]


def train(fare: str, name: str) -> list[Text]:
    """A paper ticket of the railway, 240 × 150 points."""
    return [
        Text(12, 20, "Z999999", 10), Text(12, 46, "样票北站", 13), Text(100, 46, "G9999", 12),
        Text(165, 46, "样票南站", 13), Text(12, 68, "2026年11月03日08:15开", 10),
        Text(160, 68, "08车15F号", 10), Text(12, 86, f"¥{fare}元", 10), Text(160, 86, "二等座", 10),
        Text(12, 104, "限乘当日当次车", 9), Text(12, 122, f"1101011990****0000{name}", 9),
        Text(12, 140, "99999999999999Z999999样票售", 8),
    ]  # fmt: skip


def toll(one: Specimen) -> list[Text]:
    """A toll e-invoice: plate and days instead of quantity and price, every sign by itself."""
    columns = (67, 182, 251, 282, 338, 417, 480, 531)
    heads = ("项目名称", "车牌号", "类型", "通行日期起", "通行日期止", "金　额", "税率", "税　额")
    old = set(_OLD_HEADINGS)
    texts = [text for text in tax_control(one, code="000009900112") if text.text not in old]
    texts = [text for text in texts if not 160 < text.y < 250 or text.angle]
    line = one.lines[0]
    cells = ("*经营租赁*通行费", "京A99999", "货车", "20260301", "20260302")
    row = zip((25, 150, 250, 285, 342), cells, strict=True)
    figures = zip((443, 490, 572), (line.amount.yuan, line.rate, line.tax.yuan), strict=True)
    rows = [Text(x, 169, cell, 8) for x, cell in (*row, *figures)]
    made = [Text(x, 156, word) for x, word in zip(columns, heads, strict=True)]
    return [sign for text in [*made, *rows, *texts] for sign in signs(text)]


def rail(one: Specimen, *, price: str = "票价", travelled: str = "2026年03月01日") -> list[Text]:
    """A rail ticket: 站 is smaller and lower than the names, the seal's words are on a line."""
    return [
        Text(200, 40, "电子发票（铁路电子客票）", 20),
        Text(40, 70, f"发票号码:{one.number}"),
        Text(260, 70, "样票市税务局", 7),
        Text(420, 70, f"开票日期:{one.day}"),
        Text(60, 120, "样票东", 18), Text(118, 124, "站", 12),
        Text(260, 120, "G99", 18),
        Text(400, 120, "样票北", 18), Text(458, 124, "站", 12),
        Text(60, 138, "Yangpiaodong"), Text(400, 138, "Yangpiaobei"),
        Text(60, 165, f"{travelled}  09:30开"), Text(300, 165, "05车10F号"),
        Text(430, 165, "二等座"),
        Text(60, 195, f"{price}:￥{one.total.yuan}"),
        Text(60, 225, "9900001999****9999   样某某"),
        Text(60, 250, "电子客票号:9999999999999999999999999"),
        Text(60, 280, f"购买方名称:{one.buyer[0]}"),
        Text(300, 280, f"统一社会信用代码:{one.buyer[1]}"),
        Text(200, 340, "买票请到12306 发货请到95306"),
        *_marked(),
    ]  # fmt: skip


def air(one: Specimen, *, fund: str = "50.00") -> list[Text]:
    """An itinerary of two flights: its parts without tax, then the tax, then the whole."""
    parts = ("CNY 400.00", "CNY 40.00", "9%", "CNY 39.60", f"CNY {fund}", "CNY 0.00", "CNY 529.60")
    heads = (
        "票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计",
    )  # fmt: skip
    across = (30, 100, 190, 250, 320, 410, 480)
    flights = [
        (150, "自:样票甲 AAA", "至:样票乙 BBB", "2026-03-01", "08:30"),
        (180, "自:样票乙 BBB", "至:样票丙 CCC", "2026-03-02", "21:10"),
    ]
    return [
        Text(150, 40, "电子发票（航空运输电子客票行程单）", 16),
        Text(400, 70, "发票号码：", 8), Text(440, 70, one.number, 8),
        Text(30, 90, "旅客姓名"), Text(150, 90, "有效身份证件号码"),
        Text(30, 105, "样某某"), Text(150, 105, "990000********9999", 8),
        Text(200, 130, "座位等级"), Text(270, 130, "日期"), Text(340, 130, "时间"),
        *(Text(30, y - 7, start) for y, start, *_ in flights),
        *(Text(30, y + 7, end) for y, _, end, *_ in flights),
        *(Text(210, y, "V", 8) for y, *_ in flights),
        *(Text(262, y, day, 8) for y, *_, day, _ in flights),
        *(Text(340, y, hour, 8) for y, *_, hour in flights),
        *(Text(x, 240, word, 8) for x, word in zip(across, heads, strict=True)),
        *(Text(x, 255, word, 8) for x, word in zip(across, parts, strict=True)),
        Text(230, 280, "验证码：", 8), Text(280, 280, "9999", 8),
        Text(200, 300, "填开单位：", 8), Text(245, 300, "样票航空股份有限公司", 8),
        Text(430, 300, "填开日期：", 8), Text(475, 300, f"{one.issued}", 8),
        Text(30, 320, "购买方名称：", 8), Text(85, 320, one.buyer[0], 8),
        Text(280, 320, "统一社会信用代码/纳税人识别号：", 8), Text(420, 320, one.buyer[1], 8),
        *_marked(),
    ]  # fmt: skip


def fiscal(one: Specimen) -> list[Text]:
    """A fiscal e-receipt: code of 8 digits, number of 10, check code of 6."""
    return [
        Text(180, 40, "样票市非税收入统一票据（电子）", 16),
        Text(30, 70, "票据代码：99000099"), Text(330, 70, "票据号码：9900000001"),
        Text(30, 85, f"交款人统一社会信用代码：{one.buyer[1]}"), Text(330, 85, "校验码：99a9b9"),
        Text(30, 100, f"交款人：{one.buyer[0]}"), Text(330, 100, f"开票日期：{one.issued}"),
        Text(30, 250, f"金额合计（大写）{spell(one.total)}"),
        Text(330, 250, "（小写）"), Text(370, 250, one.total.yuan, 8),
        Text(30, 300, f"收款单位（章）：{one.seller[0]}"), Text(330, 300, "复核人："),
        Text(430, 300, "收款人：样某某"),
        *_marked(),
    ]  # fmt: skip


_COLUMNS = (46, 120, 191, 264, 335, 407, 447, 551)
_HEADINGS = ("项目名称", "规格型号", "单 位", "数 量", "单 价", "金 额", "税率/征收率", "税 额")
_OLD_HEADINGS = (
    "货物或应税劳务、服务名称", "规格型号", "单位", "数 量", "单 价", "金 额", "税率", "税 额",
)  # fmt: skip
_OLD_HEAD = ("发票代码:", "发票号码:", "开票日期:", "校 验 码:")


def _marked() -> list[Text]:
    return [Text(220, 240, MARK, 60, 14.0)]


def _side(x: float, words: str, y: float, step: float = 10) -> list[Text]:
    return [Text(x, y + step * place, sign, 8) for place, sign in enumerate(words)]


def _labels(x: float, name: float, tax_id: float) -> list[Text]:
    return [Text(x, name, "名称："), Text(x, tax_id, "统一社会信用代码/纳税人识别号：", 8)]


def _old_labels(y: float) -> list[Text]:
    words = ("名　　　　称:", "纳税人识别号:", "地 址、电 话:", "开户行及账号:")
    return [Text(49, y + 15 * place, word) for place, word in enumerate(words)]


def _party(
    party: tuple[str, str], name: float, tax_id: float, y: float, step: float = 30
) -> list[Text]:
    return [
        Text(name, y, party[0]),
        Text(tax_id + (10 if step == 30 else 0), y + step, party[1], 8),
    ]


def _lines(one: Specimen, columns: Sequence[float], y: float) -> list[Text]:
    """Names begin at the left of the table; figures end where their headings end, or beyond."""
    texts = []
    for row, line in enumerate(one.lines):
        at = y + 12 * row
        texts.append(Text(13 if columns is _COLUMNS else 27, at, line.name))
        tax = "***" if line.rate in ("免税", "不征税") else line.tax.yuan
        cells = ("", line.unit, line.quantity, line.price, line.amount.yuan, line.rate, tax)
        for x, cell in zip(columns[1:], cells, strict=True):
            end = x + (10 if cell == line.unit else 32)
            texts.append(Text(end - sum(map(wide, cell)) * 0.008, at, cell, 8))
    return [text for text in texts if text.text]
