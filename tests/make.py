"""Builders: rows that are right in every way a test does not name."""

from datetime import date
from io import BytesIO
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.models import Company, Member, Person
from app.bureau import imports
from app.bureau import specimens as ledgers
from app.bureau.models import Direction, Import
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.core.period import Period
from app.documents import specimens
from app.documents.readers import account
from app.invoices import parties
from app.invoices.models import Holding, Invoice
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id

PASSWORD = "three quiet teapots sing"
_hashes: list[str] = []


def accounted(path: str, data: bytes) -> dict[str, Any]:
    """What the command line says of a file that nobody has to look at."""
    return account.tell(path, account.facts(data, path), {})


def company(name: str, sequence: int, **facts: Any) -> Company:
    """A legal entity with an impossible but well-formed tax id."""
    made = Company(id=new_id(), name=name, tax_id=specimens.tax_id(sequence), **facts)
    with transaction():
        db.session.add(made)
    return made


def member(name: str, where: Company, *roles: str) -> Member:
    """A person of that company, with a phone number and an e-mail address of their own."""
    if not _hashes:
        _hashes.append(passwords.make(PASSWORD, about=[]))
    with transaction():
        count = len(db.session.scalars(select(Person.id)).all())
        person = Person(
            id=new_id(),
            name=name,
            email=f"person{count}@example.com",
            phone=f"1380000{count:04d}",
            password_hash=_hashes[0],
        )
        made = Member(
            id=new_id(), company_id=where.id, person_id=person.id, role_words=sorted(roles)
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(made)
    return made


def seat(person: Person, where: Company, *roles: str) -> Member:
    """One more company for somebody."""
    made = Member(id=new_id(), company_id=where.id, person_id=person.id, role_words=sorted(roles))
    with transaction():
        db.session.add(made)
    return made


def specimen(
    sequence: int = 1, *, total: str = "106.00", issued: date = date(2026, 11, 10), **facts: Any
) -> specimens.Specimen:
    """A specimen invoice; its total includes 6 % tax."""
    money = Money.parse(total)
    net = Money(round(money.fen / 1.06))
    line = specimens.Line("*样票*示例服务", net, money - net, "6%")
    usual: dict[str, Any] = {
        "lines": (line,),
        "seller": ("北京示例酒店有限公司", specimens.tax_id(8)),
        "buyer": ("北京示例茶叶有限公司", specimens.tax_id(1)),
    }
    return specimens.Specimen(
        number=specimens.number(sequence), issued=issued, **{**usual, **facts}
    )


def invoice(holder: Member, sequence: int = 1, **facts: Any) -> Invoice:
    """An invoice that a member holds, without a document; its total is known."""
    known = {
        "key": InvoiceKey("digital", specimens.number(sequence)),
        "kind_word": "digital_ordinary",
        "issued": date(2026, 11, 10),
        "total": Money(10600),
        "seller_name": "北京示例印务有限公司",
    }
    made = Invoice(id=new_id(), company_id=holder.company_id, **{**known, **facts})
    with transaction():
        db.session.add(made)
        db.session.flush()
        (made.parties_id,) = parties.note([parties.of(made)])
        db.session.add(Holding(id=new_id(), invoice_id=made.id, member_id=holder.id))
    return made


def picture(sequence: int = 1, **facts: Any) -> BytesIO:
    """A picture of a specimen's QR code, which is all that is read of it so far."""
    import qrcode

    drawn = BytesIO()
    qrcode.make(specimens.qr_text(specimen(sequence, **facts))).save(drawn, "PNG")
    drawn.seek(0)
    return drawn


def frame(*texts: str, box: int = 6, width: int = 900) -> bytes:
    """A frame as the camera sends it: a JPEG with the codes side by side, or with none."""
    import qrcode
    from PIL import Image

    seen, left = Image.new("L", (width, 640), 200), 20
    for text in texts:
        code = qrcode.QRCode(box_size=box, border=4)
        code.add_data(text)
        drawn = code.make_image().get_image().convert("L")
        seen.paste(drawn, (left, 120))
        left += drawn.width + 20
    sent = BytesIO()
    seen.save(sent, "JPEG", quality=70)
    return sent.getvalue()


HEADER = (
    "序号",
    "发票代码",
    "发票号码",
    "数电发票号码",
    "销方识别号",
    "销方名称",
    "购方识别号",
    "购买方名称",
    "开票日期",
    "金额",
    "税额",
    "价税合计",
    "发票来源",
    "发票票种",
    "发票状态",
    "是否正数发票",
    "发票风险等级",
    "开票人",
    "备注",
)


def export(
    rows: list[dict[str, Any]], header: tuple[str, ...] = HEADER, sheet: str = "发票基础信息"
) -> BytesIO:
    """A workbook as the bureau writes it, from rows of header name → value."""
    return BytesIO(ledgers.export(header, rows, sheet))


def export_row(one: ledgers.Facts, **changed: Any) -> dict[str, Any]:
    """The bureau's row of a specimen."""
    return ledgers.row(one, **changed)


def ledger(
    by: Member,
    rows: list[dict[str, Any]],
    *,
    starts: date = date(2026, 11, 1),
    ends: date = date(2026, 11, 19),
    exported_on: date = date(2026, 11, 20),
) -> Import:
    """An import that finance asked for; a worker has still to carry it out."""
    asked = imports.Export(Direction.RECEIVED, Period(starts, ends), exported_on)
    return imports.request(export(rows), "全量发票查询导出结果.xlsx", asked, by=by)


def close(app: Flask) -> None:
    """Let go of the database, so that it can be dropped."""
    db.session.remove()
    db.engine.dispose()
    app.extensions["redis"].close()
