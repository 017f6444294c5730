"""Documents that we make ourselves, with what is written in them, family by family.

Many families have no real file that may be had: for them this is all there is.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from io import BytesIO

from PIL import Image

from app.core.money import Money
from app.documents import specimens
from app.documents.specimens import Line, Specimen, older
from bench.judged import FIELDS, Row
from tests import drawn, fixed, forms_drawn, make, sheets, slips_drawn
from tests.photographed import by_chance, printed

COUNT, PHOTOS = 12, 3
Built = tuple[Row, bytes, list[dict[str, str]]]
_NAMES = ("样票茶叶（北京）有限公司", "示例印务有限公司", "北京市海淀区示例餐厅（样票店）")
_GOODS = ("*样票*印刷品", "*样票*咨询服务", "*样票*住宿服务", "*样票*餐饮服务")
_UNKNOWN = dict.fromkeys(("type", "code", "check_code"), "?")


def documents(sort: str) -> Iterator[tuple[str, Built]]:
    """Each family with its documents; ``sort`` is xml, ofd, pdf or photo."""
    for family, build in FAMILIES[sort].items():
        for seed in range(PHOTOS if sort == "photo" else COUNT):
            yield family, build(seed)


def specimen(seed: int) -> Specimen:
    """Other parties, day, goods and sums for each seed; some lines are discounts or free of tax."""
    chance = random.Random(seed)
    lines = [_line(chance) for _ in range(chance.randint(1, 4))]
    if seed % 3 == 1:
        first = lines[0]
        lines.insert(1, Line(first.name, Money(-first.amount.fen // 10), Money(0), first.rate))
        lines[1] = Line(first.name, lines[1].amount, _tax(lines[1].amount, first.rate), first.rate)
    names = chance.sample(_NAMES, 2)
    return make.specimen(
        97531000 + seed,
        issued=date(2026, 1, 5) + timedelta(days=chance.randint(0, 300)),
        lines=tuple(lines),
        buyer=(names[0], specimens.tax_id(chance.randint(1, 99999))),
        seller=(names[1], specimens.tax_id(chance.randint(1, 99999))),
    )


def _line(chance: random.Random) -> Line:
    rate = chance.choice(("6%", "13%", "1%", "免税"))
    count, price = chance.randint(1, 9), Money(chance.randint(500, 90000))
    amount = Money(count * price.fen)
    return Line(
        chance.choice(_GOODS), amount, _tax(amount, rate), rate, "次", str(count), price.yuan
    )


def _tax(amount: Money, rate: str) -> Money:
    return Money(0) if rate == "免税" else Money(round(amount.fen * int(rate[:-1]) / 100))


def _row(one: Specimen, **changed: str) -> Row:
    (buyer, buyer_id), (seller, seller_id) = one.buyer, one.seller
    usual = {
        "type": "32", "code": "", "number": one.number, "date": one.issued.isoformat(),
        "amount_ex_tax": one.amount.yuan, "tax": one.tax.yuan, "total": one.total.yuan,
        "buyer_name": buyer, "buyer_taxid": buyer_id, "seller_name": seller,
        "seller_taxid": seller_id, "check_code": "", "file": f"built {one.number}",
    }  # fmt: skip
    return usual | changed


def _old(one: Specimen, **changed: str) -> Row:
    old = {"type": "10", "code": older.OLD_CODE, "number": older.old_number(one)}
    return _row(one, **{**old, "check_code": older.CHECK_CODE, **changed})


def _lines(one: Specimen, free: str = "") -> list[dict[str, str]]:
    """As they are told; ``free`` is what stands for a tax that is none: a star is no figure.

    Discount lines have neither unit nor quantity.
    """
    return [
        {
            name: text
            for name, text in (
                ("name", line.name),
                ("unit", line.unit),
                ("quantity", line.quantity),
                ("price", line.price),
                ("amount", line.amount.yuan),
                ("rate", line.rate),
                ("tax", free if line.rate == "免税" else line.tax.yuan),
            )
            if text
        }
        for line in one.lines
    ]


def _sheet(
    layout: Callable[[Specimen], list[drawn.Text]],
    row: Callable[[Specimen], Row],
    *,
    has_lines: bool = False,
) -> Callable[[int], Built]:
    def build(seed: int) -> Built:
        one = specimen(seed)
        return row(one), drawn.pdf(layout(one)), _lines(one) if has_lines else []

    return build


def _file(
    write: Callable[[Specimen], bytes], row: Callable[[Specimen], Row], *, has_lines: bool = False
) -> Callable[[int], Built]:
    def build(seed: int) -> Built:
        one = specimen(seed)
        return row(one), write(one), _lines(one) if has_lines else []

    return build


def _einvoice(seed: int) -> Built:
    one = specimen(seed)
    return _row(one), specimens.write_xml(one), _lines(one, "0.00")


def _photo(
    layout: Callable[[Specimen], list[drawn.Text]], row: Callable[[Specimen], Row]
) -> Callable[[int], Built]:
    def build(seed: int) -> Built:
        one, taken = specimen(seed), BytesIO()
        photo: Image.Image = by_chance(printed(layout(one)), seed)
        photo.save(taken, "JPEG", quality=88)
        return row(one), taken.getvalue(), []

    return build


def _form(maker: Callable[[slips_drawn.Facts], slips_drawn.Drawn], seed: int) -> Built:
    """A slip or a form; what it does not print is not asked for."""
    made, taken = maker(slips_drawn.Facts(seed)), BytesIO()
    page = printed(made.texts, made.size)
    by_chance(page, seed).save(taken, "JPEG", quality=88)
    told = {theirs: made.true.get(ours, "?") for theirs, ours in FIELDS.items()}
    return {"type": "?", "file": f"built {maker.__name__} {seed}", **told}, taken.getvalue(), []


def _toll(one: Specimen) -> Row:
    return _old(one, type="?", code="000009900112", check_code="?")


def _rail(one: Specimen) -> Row:
    return _row(one, **{**_UNKNOWN, "amount_ex_tax": "?", "tax": "?"},
                seller_name="", seller_taxid="")  # fmt: skip


def _air(one: Specimen) -> Row:
    sums = {"amount_ex_tax": "?", "tax": "39.60", "total": "529.60"}
    return _row(one, **{**_UNKNOWN, **sums},
                seller_name="样票航空股份有限公司", seller_taxid="")  # fmt: skip


def _flight(one: Specimen) -> Row:
    total = (one.total + Money(5000)).yuan
    return _row(one, **{**_UNKNOWN, "amount_ex_tax": "?", "total": total, "check_code": "9999"},
                seller_taxid="")  # fmt: skip


def _fiscal(one: Specimen) -> Row:
    told = {"type": "?", "code": "99000099", "number": "9900000001", "check_code": "99a9b9"}
    return _row(one, **told, amount_ex_tax="?", tax="?", seller_taxid="?")


def _paper(one: Specimen) -> Row:
    return _old(one, type="04", code=sheets.PAPER_CODE)


FAMILIES: dict[str, dict[str, Callable[[int], Built]]] = {
    "xml": {
        "digital, EInvoice": _einvoice,
        "tax control, original_invoice": _file(older.write_original, _old, has_lines=True),
        "tax control, XBRL": _file(older.write_xbrl, _old),
        "air, XBRL": _file(older.write_flight, _flight),
        "rail, XBRL": _file(older.write_rail, lambda one: _rail(one) | {"tax": one.tax.yuan}),
    },
    "ofd": {
        "digital, tags (D)": _file(specimens.write_ofd, _row),
        "digital, text alone": _file(lambda one: fixed.ofd(sheets.bureau(one)), _row),
        "tax control, attached XML (A)": _file(
            lambda one: older.pack_ofd({"original_invoice.xml": older.write_original(one)}), _old
        ),
        "tax control, XBRL (B)": _file(
            lambda one: older.pack_ofd({"inv_ord_issuer.xml": older.write_xbrl(one)}), _old
        ),
    },
    "pdf": {
        "digital, bureau": _sheet(sheets.bureau, _row, has_lines=True),
        "digital, gp-template": _sheet(sheets.gp_template, _row, has_lines=True),
        "digital, openhtmltopdf": _sheet(sheets.flowing, _row, has_lines=True),
        "digital, Quartz reprint": _sheet(sheets.reprint, _row, has_lines=True),
        "tax control": _sheet(sheets.tax_control, _old, has_lines=True),
        "toll": _sheet(sheets.toll, _toll),
        "rail": _sheet(sheets.rail, _rail),
        "air": _sheet(sheets.air, _air),
        "fiscal": _sheet(sheets.fiscal, _fiscal),
    },
    "photo": {
        "paper": _photo(sheets.paper, _paper),
        "digital, printed": _photo(sheets.bureau, _row),
        **{maker.__name__: partial(_form, maker) for maker in forms_drawn.KINDS},
    },
}
