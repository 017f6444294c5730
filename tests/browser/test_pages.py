"""Every page: no axe violation, nothing sideways on the narrowest phone, no complaint."""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from io import BytesIO
from itertools import cycle, product

import pytest
from sqlalchemy import select

from app.accounts import companies, members
from app.accounts.models import Member
from app.core.money import Money
from app.documents import specimens
from app.intake import batches, intake, piles
from app.invoices import cleaning, invoices, quality
from app.invoices.cleaning_models import Group, Sort
from app.papers import papers
from app.papers.models import Kind
from app.plumbing.db import db
from app.plumbing.queue import Effect
from app.verification import trust
from tests import make
from tests.house.test_pages import PAGES
from tests.installation import until
from tests.intake.lists_made import HEAD, numbers, workbook
from tests.signers import by_rsa

pytestmark = pytest.mark.xdist_group("browser")
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
RUN = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]})
  const places = (one) => one.nodes.map((node) => node.target).join(" , ")
  return found.violations.map((one) => `${one.id}: ${places(one)}`)
}"""
SIGNED_OUT = ("/sign-in", "/register", "/forgotten", "/join", "/offline", "/outbox", "/nowhere")
LOOKS = list(product(("zh", "en"), ("light", "dark"), (360, 768, 1280)))
ROTATED = [LOOKS[place] for place in (0, 10, 5, 7, 2, 9, 4, 6, 1, 11, 3, 8)]


DAY = date(2026, 3, 9)


@pytest.fixture(scope="module")
def inside(house):
    """Pages of a company in which everything has happened, and who may see them all."""
    phone = house.person("王总", "administrator", "finance")
    with house.installation.inside():
        boss = db.session.scalars(select(Member).join(Member.person).filter_by(phone=phone)).one()
        own = (*pages_of_the_company(boss), *pages_of_lists(boss), *pages_of_invoices(boss))
        own += (*pages_of_cleaning(boss),)
        return phone, [*PAGES, *own]


def pages_of_the_company(boss):
    companies.renew_join_code(boss.company, by=boss)
    companies.add_unit(name="销售部", cost_centre="S01", parent=None, manager=boss, by=boss)
    companies.add_grade(name="经理", by=boss)
    members.invite([], email="new@example.com", unit=None, by=boss)
    trust.pin(BytesIO(by_rsa("示例电子认证有限公司").certificate), by=boss)
    return [f"/company/members/{boss.id}", f"/join/{boss.company.join_code}"]


def pages_of_lists(boss):
    """One whose columns are to be chosen, one with rows that cannot be read, a refused file."""
    asked = batches.begin(workbook([HEAD, *numbers(905, 906)]), "清单.xlsx", by=boss)
    mixed = batches.begin_text(f"{make.specimen(907).number} 样票\n123\n456", by=boss)
    pile = piles.begin("照片", 1, by=boss)
    refused = piles.add(pile, piles.Brought("坏.heic", BytesIO(), "unopened"), 1, key="", then="")
    lists = [f"/batches/{one.id}" for one in (asked, mixed, pile)]
    return [*lists, f"{lists[1]}?only=problem", f"{lists[2]}?edit={refused.id}"]


def pages_of_invoices(boss):
    """One red-flushed, one that differs, one not found; two imports, one with a refused row."""
    photos = [
        make.picture(901 + place, issued=DAY, total=f"{place + 1}06.00") for place in range(3)
    ]
    copies = [intake.hand_in(photo, "发票.png", by=boss) for photo in photos]
    told = [make.specimen(901, issued=DAY), make.specimen(902, issued=DAY, total="628.00")]
    rows = [*map(make.export_row, told), {"数电发票号码": "x"}]
    days = {"starts": date(2026, 3, 1), "ends": date(2026, 3, 30)}
    found = make.ledger(boss, rows, **days, exported_on=date(2026, 4, 1))
    held = altered(make.member("同事", boss.company, "employee"))
    red = make.export_row(told[0], 发票状态="已红冲-全额")
    make.ledger(boss, [red], **days, exported_on=date(2026, 4, 2))
    papers.request(Kind.CSV, {"state": {}}, by=boss, language="zh")
    until(lambda: not waiting())
    seen = [one for copy in copies for one in invoices.of_document(copy.document)]
    assert {one.authenticity for one in seen} >= {"genuine", "mismatch", "not_found"}
    return [
        *(f"/invoices/{one.id}" for one in seen),
        f"/invoices/{seen[0].id}/originals/{copies[0].document_id}",
        f"/documents/{copies[0].document_id}",
        f"/bureau/imports/{found.id}",
        *(f"/invoices/{one.id}{page}" for one in held() for page in ("", "/decision")),
    ]


def pages_of_cleaning(boss):
    """A pair of files of which one is altered, with the groups that others are by now."""
    line = specimens.Line("*样票*示例服务", Money(100000), Money(6000), "6%")
    for number, more in ((44285249, 0), (44785249, 100)):
        lines = (replace(line, amount=line.amount + Money(more)),)
        file = specimens.draw_pdf(make.specimen(number, lines=lines, drawer="样某"))
        intake.hand_in(BytesIO(file), "发票.pdf", by=boss)
    until(lambda: not waiting())
    cleaning.catch_up()
    quality.count()
    mine = select(Group).where(Group.company_id == boss.company_id, Group.sort == Sort.ALTERED)
    return [f"/cleaning/{db.session.scalars(mine).first().id}"]


def altered(holder):
    """The invoice of a file whose page and data differ, as soon as it has been read."""
    page, data = (make.specimen(904, issued=DAY, total=total) for total in ("318.00", "378.00"))
    file = specimens.draw_pdf(page, {"data.xml": specimens.write_xml(data)})
    copy = intake.hand_in(BytesIO(file), "改过的.pdf", by=holder)
    return lambda: invoices.of_document(copy.document)


def waiting():
    db.session.rollback()
    return db.session.scalar(select(Effect.id).where(Effect.state != "done").limit(1))


@pytest.fixture
def inspect(look):
    """Look at pages, each in the next of the looks given; gives what is wrong."""

    def at(url, paths, looks, phone=None):
        one = look(url, service_workers="block")
        one.expected.add(404)
        if phone:
            one.sign_in(phone)
        return [
            fault for path, how in zip(paths, looks, strict=False) for fault in see(one, path, *how)
        ]

    return at


def see(one, path, language, scheme, width):
    if one.language != language:
        one.speak(language)
    one.page.set_viewport_size({"width": width, "height": 800})
    one.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    one.go(path)
    one.page.evaluate(AXE)
    for fault in one.page.evaluate(RUN):
        yield f"{path} {language} {scheme} {width}: {fault}"
    one.page.set_viewport_size({"width": 320, "height": 640})
    if one.overflows():
        yield f"{path} {language}: must be moved sideways at 320 px"


def test_every_page_of_a_member(house, inside, inspect):
    phone, paths = inside
    faults = inspect(house.url, paths, cycle(ROTATED), phone)
    assert not faults, "\n".join(faults)


def test_every_page_of_a_stranger(house, inside, inspect):
    faults = inspect(house.url, SIGNED_OUT, cycle(ROTATED))
    assert not faults, "\n".join(faults)


@pytest.mark.full
@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_every_page_in_every_look(house, inside, inspect, language, scheme, width):
    phone, paths = inside
    how = cycle([(language, scheme, width)])
    faults = inspect(house.url, paths, how, phone) + inspect(house.url, SIGNED_OUT, how)
    assert not faults, "\n".join(faults)
