"""The archive of originals: clean names by a template, every file once, a list beside them."""

import csv
import io
import zipfile
from datetime import date

import pytest

from app.core.money import Money
from app.documents import specimens
from app.intake import intake
from app.papers import making, naming, originals, papers
from app.papers.models import Kind
from app.plumbing import storage
from app.plumbing.db import db
from tests import make
from tests.both import SQLITE_FIRST


@pytest.fixture
def archive(work):
    """Ask for an archive and open it."""

    def of(by, language="en", **asked):
        asked = {"state": {}, **asked}
        paper = papers.request(Kind.ZIP, asked, by=by, language=language)
        work()
        db.session.rollback()
        with papers.open_file(paper) as file:
            return zipfile.ZipFile(io.BytesIO(file.read()))

    return of


def listed(found, name="List.csv"):
    return list(csv.DictReader(io.StringIO(found.read(name).decode("utf-8-sig"))))


def hand_in(by, *made):
    for one in made:
        intake.hand_in(io.BytesIO(specimens.write_xml(one)), f"{one.number}.xml", by=by)


@SQLITE_FIRST
def test_files_come_as_they_were_under_names_of_the_template(wei, fang, work, archive):
    one, other = make.specimen(1), make.specimen(2, total="212.00", issued=date(2026, 11, 12))
    hand_in(wei, one, other)
    make.invoice(wei, 3, issued=date(2026, 11, 1))
    work()
    found = archive(fang)
    assert found.testzip() is None
    assert {info.compress_type for info in found.infolist()} == {zipfile.ZIP_STORED}
    first = f"2026-11-10_北京示例酒店有限公司_106.00_{one.number}.xml"
    assert first in found.namelist() and len(found.namelist()) == 3
    assert found.read(first) == specimens.write_xml(one)
    assert [row["File"] for row in listed(found)][1:] == [first, ""]
    named = archive(fang, names="{who}/{number}")
    assert f"魏员工_{one.number}.xml" in named.namelist()
    assert "清单.csv" in archive(fang, "zh").namelist()


@SQLITE_FIRST
def test_an_itinerary_lies_beside_its_invoice(wei, fang, work, archive):
    rides = specimens.draw_rides([specimens.Ride(date(2026, 11, 5), "甲", "乙", Money(8640))])
    intake.hand_in(io.BytesIO(rides), "行程单.pdf", by=wei)
    ride = specimens.Line("*样票*客运服务费", Money(8151), Money(489), "6%")
    one = make.specimen(7, lines=(ride,), seller=("示例出行科技有限公司", specimens.tax_id(12)))
    hand_in(wei, one)
    work()
    names = archive(fang, names="{number}").namelist()
    assert names == [f"{one.number}.xml", f"{one.number}-itinerary.pdf", "List.csv"]


@SQLITE_FIRST
def test_an_employee_gets_their_own_files_only(wei, fang, work, archive):
    one = make.specimen(1)
    hand_in(wei, one)
    intake.hand_in(make.picture(1), "photo.png", by=fang)
    work()
    assert len(archive(fang).namelist()) == 3
    (name, _) = sorted(archive(wei, names="{who}").namelist(), reverse=True)
    assert name == "魏员工.xml"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_that_is_gone_is_said_to_be_missing(wei, work, archive):
    hand_in(wei, make.specimen(1))
    work()
    (one,) = db.session.scalars(making.found({"state": {}}, wei)).all()
    storage.forget(one.holdings[0].document.digest)
    (row,) = listed(archive(wei))
    assert row["File"] == "(the file is missing)"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_names_are_shown_before_the_archive_is_made(wei, work):
    hand_in(wei, *(make.specimen(n, total="106.00") for n in range(1, 8)))
    work()
    shown = originals.preview(making.found({"state": {}}, wei), wei, "{seller}")
    assert shown == ["北京示例酒店有限公司.xml",
                     *(f"北京示例酒店有限公司 ({n}).xml" for n in (2, 3, 4, 5))]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("{seller}", "a_b_c"),
        ("{date}_{seller}_{code}_{total}", "2026-11-10_a_b_c_628.00"),
        ("..{kind}../{who}", "数电票.魏"),
        ("{code}{number} .", "_"),
        ("{buyer}", "_CON"),
    ],
)
def test_names_hold_nothing_that_a_file_system_refuses(typed, name):
    said = {
        "date": "2026-11-10", "seller": 'a/b\\"c', "buyer": "CON", "total": "628.00",
        "number": "", "code": "", "kind": "数电票", "who": "魏",
    }  # fmt: skip
    assert naming.fill(naming.template(typed), said) == name


def test_a_long_name_is_cut_between_signs():
    said = dict.fromkeys(naming.FIELDS, "") | {"seller": "很长的名称" * 40}
    name = naming.fill("{seller}", said)
    assert len(name.encode()) <= naming.MOST_BYTES and name < "很长的名称" * 40


def test_the_same_name_twice_gets_a_number_whatever_its_case():
    names = naming.Names()
    given = [names.give(name, "pdf") for name in ("a", "A", "a (2)", "a")]
    assert given == ["a.pdf", "A (2).pdf", "a (2) (2).pdf", "a (3).pdf"]


@pytest.mark.parametrize("typed", ["{seler}", "{}", "name", "{date", "{date}" + "x" * 130])
def test_a_template_that_cannot_be_is_refused(typed):
    with pytest.raises(naming.NotATemplate):
        naming.template(typed)


def test_an_empty_template_is_the_usual_one():
    assert naming.template("  ") == naming.USUAL
