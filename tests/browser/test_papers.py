"""From picked rows to a file on the disk, in a real browser; the bar fits a phone in English."""

import zipfile
from io import BytesIO

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.accounts.models import Member
from app.documents import specimens
from app.intake import intake
from app.invoices import invoices
from app.plumbing.db import db
from tests import make
from tests.installation import until

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def holder(house):
    """Somebody with two invoices and their files."""
    phone = house.person("魏出")
    with house.installation.inside():
        wei = db.session.scalars(select(Member).join(Member.person).filter_by(phone=phone)).one()
        newest = {"issued": make.date(2026, 11, 22)}
        made = [
            make.specimen(number, total=total, **newest)
            for number, total in ((8851, "106.00"), (8852, "212.00"))
        ]
        copies = [
            intake.hand_in(BytesIO(specimens.write_xml(one)), f"{one.number}.xml", by=wei)
            for one in made
        ]
        until(
            lambda: db.session.rollback() or all(invoices.of_document(c.document) for c in copies)
        )
    return phone


@pytest.mark.full
def test_picked_rows_become_an_archive_whose_names_are_seen_before(house, look, holder):
    one = look(house.url, "pixel", viewport={"width": 320, "height": 640})
    one.sign_in(holder).go("/invoices")
    one.press("Select")
    for row in one.page.locator("li.row").all()[:2]:
        row.get_by_role("link").tap()
    assert not one.overflows()
    one.press("Export selection")
    expect(one.page.locator("main")).to_contain_text("2 chosen invoices")
    names = one.page.locator("[name=names]")
    expect(names).to_be_hidden()
    one.page.get_by_label("Original files (ZIP)").check()
    names.fill("{who} {total}")
    expect(one.page.locator(".names li").first).to_have_text("魏出 212.00.xml")
    names.fill("{wo}")
    expect(one.page.locator("#names-shown .error")).to_contain_text("{wo}")
    names.fill("{who}-{total}")
    expect(one.page.locator(".names li")).to_have_text(["魏出-212.00.xml", "魏出-106.00.xml"])
    assert not one.overflows()
    one.press("Export")
    link = one.page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    assert not one.overflows() and link.bounding_box()["height"] >= 48
    with one.page.expect_download() as saved:
        link.click()
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert archive.namelist() == ["魏出-212.00.xml", "魏出-106.00.xml", "List.csv"]
    one.page.get_by_role("button", name="Delete").click()
    expect(one.page.locator(".empty")).to_be_visible()
