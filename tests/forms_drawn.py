"""Forms of our own with many boxes: vehicles, tickets of rail and air.

The labels are those that are printed on them: of the electronic tickets as FORMATS §7 has them, of
the others as public descriptions name them. Numbers are of the year 99, which is none.
"""

from __future__ import annotations

from collections.abc import Callable

from app.core.capitals import spell
from app.core.money import Money
from app.documents import specimens
from tests.drawn import Text
from tests.slips_drawn import MOTOR_CODE, SLIPS, USED_CODE, Drawn, Facts

_CITIES = ("样票甲", "样票乙", "样票丙", "示例丁")


def motor(facts: Facts) -> Drawn:
    """机动车销售统一发票: labels are folded, the values stand in the middle of their boxes."""
    buyer, seller = facts.parties()
    number, day, total = facts.digits(8), facts.day(), facts.money(50_000, 900_000)
    amount = Money(round(total.fen / 1.13))
    tax, vin = total - amount, facts.vin()
    return Drawn(
        [
            Text(200, 34, "机动车销售统一发票", 19), Text(262, 54, "发 票 联", 11),
            Text(30, 66, f"开票日期  {day}", 9),
            Text(430, 52, f"发票代码 {MOTOR_CODE}", 10), Text(430, 66, f"发票号码 {number}", 10),
            Text(30, 88, "机打代码"), Text(84, 88, MOTOR_CODE), Text(200, 95, "税"),
            Text(30, 102, "机打号码"), Text(84, 102, number), Text(200, 107, "控"),
            Text(30, 116, "机器编号"), Text(84, 116, f"99{facts.digits(10)}"), Text(200, 119, "码"),
            *(Text(225, 88 + 14 * row,
            "03*<22>+97122*72>+/-/<5>045776<9/2>08*1") for row in range(3)),
            Text(30, 138, "购买方名称及"), Text(30, 149, "身份证号码/组织机构代码", 7),
            Text(150, 144, buyer[0]), Text(380, 144, "纳税人识别号"), Text(450, 144, buyer[1]),
            Text(30, 168, "车辆类型"), Text(84, 168, "轿车"), Text(200, 168, "厂牌型号"),
            Text(250, 168, "样票牌YP9999"), Text(430, 168, "产地"), Text(470, 168, "样票市"),
            Text(30, 190, "合格证号"), Text(84, 190, f"WYP{facts.digits(11)}"),
            Text(200, 190, "进口证明书号"), Text(430, 190, "商检单号"),
            Text(30, 212, "发动机号码"), Text(90, 212, facts.digits(7)),
            Text(200, 212, "车辆识别代号/车架号码"), Text(330, 212, vin, 10),
            Text(30, 234, "价税合计"), Text(100, 234, f"⊗{spell(total)}", 10),
            Text(400, 234, f"小写  ￥{total.yuan}", 10),
            Text(30, 256, "销货单位名称"), Text(100, 256, seller[0]), Text(400, 256, "电话"),
            Text(440, 256, "000-00000000"),
            Text(30, 278, "纳税人识别号"), Text(100, 278, seller[1], 10), Text(400, 278, "账号"),
            Text(440, 278, f"99{facts.digits(14)}"),
            Text(30, 300, "地  址"), Text(100, 300, "样票市样票路99号"), Text(300, 300, "开户银行"),
            Text(350, 300, "样票银行股份有限公司样票支行"),
            Text(30, 319, "增值税税率"), Text(30, 330, "或征收率"), Text(100, 324, "13%"),
            Text(150, 319, "增值税"), Text(150, 330, "税  额"), Text(190, 324, f"￥{tax.yuan}"),
            Text(300, 319, "主管税务"), Text(300, 330, "机关及代码"),
            Text(360, 324, "样票市税务局第一分局 199000000"),
            Text(30, 351, "不含税价"), Text(84, 351, f"小写 ￥{amount.yuan}"),
            Text(230, 351, "完税凭证号码"), Text(400, 351, "吨位"), Text(480, 351, "限乘人数"),
            Text(530, 351, "5"),
            Text(30, 376, "销货单位盖章"), Text(250, 376, "开票人 样某"),
            Text(430, 376, "备注：一车一票"),
        ],
        (620, 396),
        {
            "kind_word": "motor_vehicle", "code": MOTOR_CODE, "number": number, "issued": f"{day}",
            "total": total.yuan, "amount": amount.yuan, "tax": tax.yuan, "vin": vin,
            "buyer_name": buyer[0], "buyer_tax_id": buyer[1], "seller_name": seller[0],
            "seller_tax_id": seller[1],
        },
        (330, 330),
        is_dotted=True,
    )  # fmt: skip


def used(facts: Facts) -> Drawn:
    """二手车销售统一发票: who sells is no shop, and below stand an auctioneer and a market."""
    buyer, seller = facts.parties()
    number, day, total = facts.digits(8), facts.day(), facts.money(5_000, 300_000)
    vin, market = facts.vin(), specimens.tax_id(facts.chance.randrange(10**6))
    return Drawn(
        [
            Text(200, 34, "二手车销售统一发票", 19), Text(262, 54, "发 票 联", 11),
            Text(30, 66, f"开票日期  {day}"),
            Text(430, 52, f"发票代码 {USED_CODE}", 10), Text(430, 66, f"发票号码 {number}", 10),
            Text(30, 88, "机打代码"), Text(84, 88, USED_CODE), Text(30, 102, "机打号码"),
            Text(84, 102, number), Text(30, 116, "机器编号"),
            Text(84, 116, f"99{facts.digits(10)}"),
            Text(30, 140, "买方单位/个人"), Text(110, 140, buyer[0]),
            Text(340, 140, "单位代码/身份证号码"), Text(440, 140, buyer[1]),
            Text(30, 160, "买方单位/个人住址"), Text(130, 160, "样票市样票路98号"),
            Text(440, 160, "电话"),
            Text(30, 180, "卖方单位/个人"), Text(110, 180, seller[0]),
            Text(340, 180, "单位代码/身份证号码"), Text(440, 180, seller[1]),
            Text(30, 200, "卖方单位/个人住址"), Text(130, 200, "样票市样票路99号"),
            Text(440, 200, "电话"),
            Text(30, 220, "车牌照号"), Text(84, 220, "京A99999"), Text(200, 220, "登记证号"),
            Text(250, 220, f"99{facts.digits(10)}"), Text(440, 220, "车辆类型"),
            Text(490, 220, "小型轿车"),
            Text(30, 240, "车架号/车辆识别代码"), Text(130, 240, vin, 10),
            Text(280, 240, "厂牌型号"),
            Text(330, 240, "样票牌YP9999"), Text(430, 240, "转入地车辆管理所名称", 8),
            Text(30, 262, "车价合计（大写）"), Text(120, 262, spell(total), 10),
            Text(400, 262, f"小写  ￥{total.yuan}", 10),
            Text(30, 284, "经营、拍卖单位"), Text(30, 300, "经营、拍卖单位地址"),
            Text(340, 300, "纳税人识别号"),
            Text(30, 318, "二手车市场"), Text(110, 318, "样票市二手车交易市场有限公司"),
            Text(340, 318, "纳税人识别号"), Text(440, 318, market),
            Text(30, 336, "开户银行、账号"), Text(110, 336, "样票银行样票支行 990000000000"),
            Text(30, 362, "备注"), Text(340, 362, "开票人 样某"), Text(440, 362, "开票单位盖章"),
        ],
        (620, 384),
        {
            "kind_word": "used_vehicle", "code": USED_CODE, "number": number, "issued": f"{day}",
            "total": total.yuan, "vin": vin, "buyer_name": buyer[0], "buyer_tax_id": buyer[1],
            "seller_name": seller[0], "seller_tax_id": seller[1],
        },
        (330, 350),
        is_dotted=True,
    )  # fmt: skip


def rail(facts: Facts) -> Drawn:
    """A print of 电子发票（铁路电子客票）: the day of travel is larger than the day of issue."""
    (buyer, tax_id), _ = facts.parties()
    number, day, travelled = f"99{facts.digits(18)}", facts.day(), facts.day()
    start, end = facts.stations()
    train, fare = f"G{facts.chance.randint(1, 9999)}", facts.money(20, 2000)
    person, card = facts.person()
    hour, car = facts.hour(), f"{facts.chance.randint(1, 16):02d}车"
    seat = f"{facts.chance.randint(1, 20):02d}{facts.chance.choice('ABCDF')}号"
    classed = facts.chance.choice(("二等座", "一等座", "商务座"))
    when = f"{travelled:%Y年%m月%d日}"
    return Drawn(
        [
            Text(190, 40, "电子发票（铁路电子客票）", 18),
            Text(40, 74, f"发票号码:{number}"), Text(420, 74, f"开票日期:{day:%Y年%m月%d日}"),
            Text(60, 120, start, 18), Text(62 + 18 * len(start), 120, "站", 12),
            Text(270, 120, train, 18),
            Text(400, 120, end, 18), Text(402 + 18 * len(end), 120, "站", 12),
            Text(60, 138, "Yangpiao"), Text(400, 138, "Shili"),
            Text(60, 168, f"{when}     {hour}开", 11), Text(300, 168, f"{car}{seat}", 11),
            Text(450, 168, classed, 11),
            Text(60, 198, f"票价:￥{fare.yuan}", 11),
            Text(60, 226, f"{card}     {person}", 11),
            Text(60, 254, f"电子客票号:{facts.digits(25)}"),
            Text(60, 282, f"购买方名称:{buyer}"), Text(330, 282, f"统一社会信用代码:{tax_id}"),
            Text(190, 320, "买票请到12306 发货请到95306"),
        ],
        (595, 340),
        {
            "kind_word": "rail", "number": number, "issued": f"{day}", "total": fare.yuan,
            "buyer_name": buyer, "buyer_tax_id": tax_id, "departure": start, "destination": end,
            "train": train, "travelled": f"{travelled}", "departs": hour, "carriage": car,
            "seat": seat, "seat_class": classed, "passenger": person, "passenger_id": card,
        },
        (300, 60),
    )  # fmt: skip


def air(facts: Facts) -> Drawn:
    """A print of 电子发票（航空运输电子客票行程单): its parts are without tax."""
    buyer, seller = facts.parties()
    number, day, travelled = f"99{facts.digits(18)}", facts.day(), facts.day()
    fare, fuel, fund = facts.money(300, 3000), facts.money(10, 90), Money(5000)
    tax = Money(round(fare.fen * 0.09) + round(fuel.fen * 0.09))
    total = fare + fuel + fund + tax
    start, end = facts.chance.sample(_CITIES, 2)
    person, card = facts.person()
    hour, flight, ticket = facts.hour(), f"YP{facts.digits(4)}", f"999-{facts.digits(10)}"
    check = facts.digits(4)
    heads = ("票价", "燃油附加费", "增值税税率", "增值税税额", "民航发展基金", "其他税费", "合计")
    sums = (fare, fuel, None, tax, fund, Money(0), total)
    cells = ["9%" if one is None else f"CNY {one.yuan}" for one in sums]
    across = (30, 110, 190, 270, 350, 430, 510)
    line = (
        (30, "承运人"), (150, "航班号"), (215, "座位等级"), (285, "日期"), (360, "时间"),
        (410, "客票级别/客票类别"), (510, "免费行李"),
    )  # fmt: skip
    flown = (
        (150, flight), (225, "V"), (272, f"{travelled}"), (358, hour), (420, "V"), (515, "20K"),
    )  # fmt: skip
    return Drawn(
        [
            Text(150, 36, "电子发票（航空运输电子客票行程单）", 16),
            Text(30, 66, "国内国际标识：国内"), Text(350, 66, f"发票号码：{number}"),
            Text(30, 90, "旅客姓名"), Text(150, 90, "有效身份证件号码"), Text(330, 90, "签注"),
            Text(30, 105, person), Text(150, 105, card), Text(330, 105, "不得签转"),
            *(Text(x, 130, word, 8) for x, word in line),
            Text(30, 150, f"自：{start} T3"), *(Text(x, 150, word) for x, word in flown),
            Text(30, 168, f"至：{end} T1"), Text(30, 186, "至：VOID"),
            *(Text(x, 215, word, 8) for x, word in zip(across, heads, strict=True)),
            *(Text(x, 230, word, 8) for x, word in zip(across, cells, strict=True)),
            Text(30, 256, f"电子客票号码：{ticket}"), Text(250, 256, f"验证码：{check}"),
            Text(400, 256, "保险费：XXX"),
            Text(30, 274, "销售单位代号：YPA99099999"), Text(220, 274, f"填开单位：{seller[0]}"),
            Text(450, 274, f"填开日期：{day}"),
            Text(30, 292, f"购买方名称：{buyer[0]}"),
            Text(270, 292, f"统一社会信用代码/纳税人识别号：{buyer[1]}"),
        ],
        (600, 315),
        {
            "kind_word": "air", "number": number, "issued": f"{day}", "total": total.yuan,
            "tax": tax.yuan, "fare": fare.yuan, "fuel": fuel.yuan, "fund": fund.yuan,
            "buyer_name": buyer[0], "buyer_tax_id": buyer[1], "seller_name": seller[0],
            "passenger": person, "passenger_id": card, "travelled": f"{travelled}",
            "departs": hour, "ticket": ticket, "check_code": check,
            "departure": f"{start}T3", "flight": flight,
        },
        (500, 44),
    )  # fmt: skip


def itinerary(facts: Facts) -> Drawn:
    """The old paper 航空运输电子客票行程单, with a line of English below each line of labels."""
    _, seller = facts.parties()
    day, travelled = facts.day(), facts.day()
    fare, fund, fuel = facts.money(300, 3000), Money(5000), facts.money(0, 90)
    fare, fuel = (Money(one.fen // 100 * 100) for one in (fare, fuel))
    total = fare + fund + fuel
    start, end = facts.chance.sample(_CITIES, 2)
    person, card = facts.person()
    hour, flight, ticket = facts.hour(), f"YP{facts.digits(4)}", f"999-{facts.digits(10)}"
    serial, check = facts.digits(11), facts.digits(4)
    heads = (
        (30, "票价", "FARE"), (140, "民航发展基金", "CAAC DEVELOPMENT FUND"),
        (260, "燃油附加费", "FUEL SURCHARGE"), (370, "其他税费", "OTHER TAXES"),
        (480, "合计", "TOTAL"),
    )  # fmt: skip
    sums = (f"CNY {fare.yuan}", f"CN {fund.yuan}", f"YQ {fuel.yuan}", "EXEMPT", f"CNY {total.yuan}")
    columns = (
        (120, "承运人", "CARRIER"), (185, "航班号", "FLIGHT"), (240, "座位等级", "CLASS"),
        (310, "日期", "DATE"), (380, "时间", "TIME"), (440, "客票级别/客票类别", "FARE BASIS"),
        (540, "免费行李", "ALLOW"),
    )  # fmt: skip
    flown = (
        (190, flight),
        (248, "Y"),
        (298, f"{travelled}"),
        (378, hour),
        (445, "Y"),
        (545, "20K"),
    )
    return Drawn(
        [
            Text(150, 34, "航空运输电子客票行程单", 16),
            Text(130, 48, "ITINERARY/RECEIPT OF E-TICKET FOR AIR TRANSPORT", 8),
            Text(430, 34, "印刷序号：", 8), Text(430, 46, "SERIAL NUMBER:", 6),
            Text(490, 40, serial, 11),
            Text(30, 72, "旅客姓名"), Text(30, 81, "NAME OF PASSENGER", 6),
            Text(180, 72, "有效身份证件号码"), Text(180, 81, "ID.NO.", 6),
            Text(380, 72, "签注"), Text(380, 81, "ENDORSEMENTS/RESTRICTIONS(CARBON)", 6),
            Text(30, 97, person, 10), Text(180, 97, card, 10),
            Text(380, 97, "不得签转改期退票", 10),
            *(Text(x, 118, word, 8) for x, word, _ in columns),
            *(Text(x, 127, word, 6) for x, _, word in columns),
            Text(30, 142, f"自FROM {start}", 10), *(Text(x, 142, word, 10) for x, word in flown),
            Text(30, 160, f"至TO {end}", 10), Text(30, 178, "至TO VOID", 10),
            *(Text(x, 204, word, 8) for x, word, _ in heads),
            *(Text(x, 213, word, 6) for x, _, word in heads),
            *(Text(x, 230, word, 10) for (x, _, _), word in zip(heads, sums, strict=True)),
            Text(30, 252, "电子客票号码", 8), Text(30, 261, "E-TICKET NO.", 6),
            Text(90, 257, ticket, 10),
            Text(220, 252, "验证码", 8), Text(220, 261, "CK.", 6), Text(250, 257, check, 10),
            Text(330, 252, "提示信息", 8), Text(330, 261, "INFORMATION", 6),
            Text(470, 252, "保险费", 8), Text(470, 261, "INSURANCE", 6), Text(515, 257, "XXX", 10),
            Text(30, 278, "销售单位代号", 8), Text(30, 287, "AGENT CODE", 6),
            Text(90, 283, "YPA999 99099999", 8),
            Text(220, 278, "填开单位", 8), Text(220, 287, "ISSUED BY", 6),
            Text(262, 283, seller[0], 9),
            Text(450, 278, "填开日期", 8), Text(450, 287, "DATE OF ISSUE", 6),
            Text(505, 283, f"{day}", 10),
            Text(30, 306, "验真网址：www.example.com", 7),
        ],
        (610, 320),
        {
            "kind_word": "air_itinerary", "issued": f"{day}", "total": total.yuan,
            "fare": fare.yuan, "fuel": fuel.yuan, "fund": fund.yuan, "seller_name": seller[0],
            "passenger": person, "passenger_id": card, "travelled": f"{travelled}",
            "departs": hour, "ticket": ticket, "serial": serial, "check_code": check,
            "departure": start, "destination": end, "flight": flight,
        },
        (300, 270),
        is_dotted=True,
    )  # fmt: skip


FORMS: tuple[Callable[[Facts], Drawn], ...] = (motor, used, rail, air, itinerary)
KINDS = SLIPS + FORMS
