"""The specimen company: people of every role and documents of our own making, all marked 样票."""

import os
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

from sqlalchemy import select

from app.accounts import people
from app.accounts.models import Company, Member, Person, Unit
from app.accounts.people import Newcomer
from app.accounts.roles import ROLE_NAMES, Role
from app.bureau import imports
from app.bureau import specimens as ledgers
from app.bureau.models import Direction
from app.core.money import Money
from app.core.period import Period, today
from app.documents import specimens
from app.documents.specimens import Line, Specimen
from app.intake import intake
from app.journal import journal
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.ids import new_id
from app.plumbing.settings import settings

NAME = "北京示例科技有限公司"
TAX_ID = specimens.tax_id(1)
PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("魏小雨", "wei@demo.invalid", (Role.EMPLOYEE,)),
    ("方敏", "fang@demo.invalid", (Role.FINANCE, Role.EMPLOYEE)),
    ("林涛", "lin@demo.invalid", (Role.ADMINISTRATOR, Role.EMPLOYEE)),
    ("赵经理", "zhao@demo.invalid", (Role.APPROVER, Role.EMPLOYEE)),
    ("钱多", "qian@demo.invalid", (Role.CASHIER,)),
    ("周案", "zhou@demo.invalid", (Role.ARCHIVIST,)),
    ("沈明", "shen@demo.invalid", (Role.AUDITOR,)),
    ("何助", "he@demo.invalid", (Role.SUPPORT,)),
    ("访客", "guest@demo.invalid", ()),
)
SHOPS = (
    ("北京示例酒店有限公司", "*样票*住宿费"),
    ("示例出行科技有限公司", "*样票*客运服务费"),
    ("北京示例印务有限公司", "*样票*示例服务"),
    ("海淀区示例餐厅", "*样票*餐费"),
    ("北京示例酒店有限公司", "*样票*住宿费"),
    ("示例出行科技有限公司", "*样票*客运服务费"),
    ("示例铁路有限公司", "*样票*票款"),
)
"""Who sells what, in the order of the specimens; the last of them is a rail ticket."""


def seed() -> Iterator[str]:
    """Make the company once; says how to sign in, every time."""
    password = _password()
    company = db.session.scalar(select(Company).where(Company.tax_id == TAX_ID))
    if company is None:
        company = _open_company(password)
        yield from _hand_in(company)
    yield f"The specimen company {NAME} is here. Sign in at {settings().url}/sign-in with"
    for name, email, roles in PEOPLE:
        words = ", ".join(ROLE_NAMES[role] for role in roles) or "may only query"
        yield f"  {email:20} {name} ({words})"
    yield f"  password: {password}"


def _password() -> str:
    """Made once per installation and kept where only its owner can read."""
    path = settings().var / "demo-password"
    if not path.exists():
        words = " ".join(secrets.token_hex(3) for _ in range(4))
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(words)
    return path.read_text()


def _open_company(password: str) -> Company:
    company = Company(id=new_id(), name=NAME, tax_id=TAX_ID, is_specimen=True)
    with transaction():
        db.session.add(company)
        unit = Unit(id=new_id(), company_id=company.id, name="销售部", cost_centre="S01")
        db.session.add(unit)
        db.session.flush()
        for name, email, roles in PEOPLE:
            new = Newcomer(name=name, email=email, phone="", password=password)
            person = people.add(new, privileged=True)
            person.language = "zh"
            words = sorted(role.value for role in roles)
            member = Member(
                id=new_id(),
                company_id=company.id,
                person_id=person.id,
                role_words=words,
                unit_id=unit.id,
            )
            db.session.add(member)
            journal.write(company.id, "member-joined", member.id, by=person, roles=words)
    return company


def _hand_in(company: Company) -> Iterator[str]:
    """Invoices with every verdict: genuine, other amount, red, not found, not covered.

    The last two are a ride that was forgotten for weeks and a rail ticket.
    """
    day = today(now())
    days = [day - timedelta(days=back) for back in (9, 8, 7, 6, 0, 38, 3)]
    amounts = ("628.00", "682.00", "42.35", "526.00", "1160.00", "86.50", "662.00")
    facts = enumerate(zip(amounts, days, strict=True), start=1)
    made = [_specimen(sequence, amount, issued) for sequence, (amount, issued) in facts]
    wei, fang = _member(company, "wei@demo.invalid"), _member(company, "fang@demo.invalid")
    try:
        pictures = [(_draw(one), f"样票{one.number[-4:]}.pdf") for one in made]
    except specimens.MissingLibrary as missing:
        yield f"No PDF specimens: {missing}"
        pictures = []
    files = [
        *pictures,
        (specimens.write_xml(made[0]), "样票.xml"),
        (specimens.write_ofd(made[1]), "样票.ofd"),
        (specimens.write_xml(made[3]), "样票餐费.xml"),
    ]
    if pictures:
        files.append((_list_rides(made[5]), "样票行程单.pdf"))
    for place, (data, name) in enumerate(files):
        intake.hand_in(BytesIO(data), name, by=wei, key=f"demo-{place}")
    mark = {"发票来源": specimens.MARK, "备注": specimens.MARK}
    rows = [
        ledgers.row(made[0], **mark),
        ledgers.row(_specimen(2, "628.00", days[1]), **mark),
        ledgers.row(made[2], **mark, 发票状态="已红冲-全额"),
        ledgers.row(made[5], **mark),
        ledgers.row(made[6], **mark, 发票票种="数电发票（铁路电子客票）"),
    ]
    exported = ledgers.export(rows[0], rows)
    asked = imports.Export(Direction.RECEIVED, Period(day.replace(month=1, day=1), day), day)
    imports.request(BytesIO(exported), "样票 全量发票查询导出结果.xlsx", asked, by=fang)


def _list_rides(invoice: Specimen) -> bytes:
    """The 行程单 of the ride that was forgotten."""
    first, last = (invoice.issued - timedelta(days=back) for back in (3, 1))
    short = Money(1760)
    rides = [
        specimens.Ride(first, "示例大厦东门", "示例火车站南广场", short),
        specimens.Ride(last, "示例机场到达层", "示例酒店", invoice.total - short),
    ]
    return specimens.draw_rides(rides, title="示例出行-行程单")


def _member(company: Company, email: str) -> Member:
    query = select(Member).join(Person).where(Member.company_id == company.id)
    return db.session.scalars(query.where(Person.email == email)).one()


def _specimen(sequence: int, total: str, issued: date) -> Specimen:
    money = Money.parse(total)
    net = Money(round(money.fen / 1.06))
    name, goods = SHOPS[sequence - 1]
    line = Line(goods, net, money - net, "6%", "次", "1", net.yuan)
    seller = (name, specimens.tax_id(10 + sequence))
    return Specimen(specimens.number(sequence), issued, seller, (NAME, TAX_ID), (line,))


def _draw(specimen: Specimen) -> bytes:
    """The last of them carries what a rail ticket carries."""
    is_ticket = specimen.number == specimens.number(len(SHOPS))
    attached = {"rai_issuer.xml": specimens.write_rail(specimen)} if is_ticket else {}
    return specimens.draw_pdf(specimen, attached)
