"""The watched folder: taken once, when whole, by the file's own days; put away with a word."""

import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts import companies
from app.bureau import folder, imports
from app.bureau.models import Direction, Import, Step
from app.core.period import Period
from app.journal.models import Entry
from app.notices import notices
from app.plumbing.db import db
from tests import make


@pytest.fixture
def watched(app, tmp_path, monkeypatch) -> Path:
    """The folder, in which every file counts as whole at once."""
    app.extensions["settings"] = replace(app.extensions["settings"], watch=tmp_path / "watch")
    monkeypatch.setattr(folder, "QUIET_SECONDS", -1.0)
    return tmp_path / "watch"


def put(watched: Path, company, rows: list, name: str = "十一月.xlsx", when: str = "2026-11-20"):
    place = watched / (company.tax_id if company else "91000000MA00000000") / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(make.export(rows).getvalue())
    stamp = time.mktime(time.strptime(f"{when} 12", "%Y-%m-%d %H"))
    os.utime(place, (stamp, stamp))
    return place


def row(number: int, day: int, **changed) -> dict:
    return make.export_row(make.specimen(number, issued=date(2026, 11, day)), **changed)


def inside(watched: Path) -> list[str]:
    return sorted(str(p.relative_to(watched / p.relative_to(watched).parts[0]))
                  for p in watched.rglob("*") if p.is_file())  # fmt: skip


def test_a_file_is_imported_for_the_days_of_its_rows_and_put_away(app, browser, watched, tea,
                                                                  fang, work):  # fmt: skip
    put(watched, tea, [row(1, 3), row(2, 14), row(3, 9, 发票状态="?")])
    folder.look()
    found = db.session.scalars(select(Import)).one()
    assert inside(watched) == [f"working/{found.id}.xlsx"]
    folder.look()
    assert inside(watched) == [f"working/{found.id}.xlsx"], "not before it is over"
    work()
    folder.look()
    assert inside(watched) == ["done/十一月.xlsx", "done/十一月.xlsx.txt"]
    assert (found.step, found.new, found.refused, found.member) == (Step.DONE, 2, 1, None)
    assert (found.direction, found.exported_on) == (Direction.RECEIVED, date(2026, 11, 20))
    assert imports.covered(tea.id, Direction.RECEIVED) == [
        Period(date(2026, 11, 3), date(2026, 11, 14))]  # fmt: skip
    text = (watched / tea.tax_id / "done" / "十一月.xlsx.txt").read_text()
    assert "2 new, 0 changed, 0 unchanged, 1 refused" in text and "2026-11-03" in text

    asked = db.session.scalars(select(Entry).where(Entry.action == "ledger-import-asked")).one()
    assert asked.actor_id == "system"
    assert [one.kind_word for one in db.session.scalars(notices.visible_to(fang))] == [
        "import_finished"]  # fmt: skip
    words = browser.sign_in(fang).see("/bureau").words()
    assert "Watched folder" in words and "only the days of its own rows" in words


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_same_file_again_is_put_away_and_not_imported_twice(watched, tea, fang, work):
    for _ in range(2):
        put(watched, tea, [row(1, 3)])
        folder.look()
        work()
        folder.look()
    names = inside(watched)
    assert len(names) == 4 and all(name.startswith("done/十一月") for name in names)
    assert len(db.session.scalars(select(Import)).all()) == 1


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_what_cannot_be_imported_says_why_in_both_languages(watched, tea, fang, work):
    theirs = make.specimens.tax_id(9)
    put(watched, None, [row(1, 3)])
    put(watched, tea, [row(1, 3, 购方识别号=theirs)], "别人的.xlsx")
    (watched / tea.tax_id / "坏.xlsx").write_bytes(b"not a workbook")
    folder.look()
    work()
    folder.look()
    assert inside(watched) == sorted([
        "refused/十一月.xlsx", "refused/十一月.xlsx.txt", "refused/别人的.xlsx",
        "refused/别人的.xlsx.txt", "refused/坏.xlsx", "refused/坏.xlsx.txt"])  # fmt: skip
    reason = (watched / tea.tax_id / "refused" / "别人的.xlsx.txt").read_text()
    assert "No row of this file belongs to this company." in reason
    assert imports.covered(tea.id, Direction.RECEIVED) == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_the_company_issued_is_known_by_its_rows(watched, tea, fang, work):
    ours = {"销方识别号": tea.tax_id, "购方识别号": make.specimens.tax_id(9)}
    put(watched, tea, [row(1, 3, **ours), row(2, 5, **ours), row(3, 4)])
    folder.look()
    work()
    found = db.session.scalars(select(Import)).one()
    assert (found.direction, found.new, found.refused) == (Direction.ISSUED, 2, 1)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_that_still_grows_and_one_that_is_a_link_are_left(watched, tea, lin, monkeypatch):
    monkeypatch.setattr(folder, "QUIET_SECONDS", 60.0)
    growing = put(watched, tea, [row(1, 3)])
    folder.look()
    assert growing.exists()
    monkeypatch.setattr(folder, "QUIET_SECONDS", -1.0)
    growing.rename(watched / "elsewhere")
    growing.symlink_to(watched / "elsewhere")
    folder.look()
    assert growing.is_symlink() and db.session.scalars(select(Import)).all() == []


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_company_without_a_ledger_gets_no_imports(watched, tea, lin):
    companies.switch_modules(tea, ["ledger"], by=lin)
    put(watched, tea, [row(1, 3)])
    folder.look()
    assert inside(watched) == ["refused/十一月.xlsx", "refused/十一月.xlsx.txt"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_that_a_person_imported_for_the_same_days_is_refused(watched, tea, fang, work):
    days = imports.Period(date(2026, 11, 3), date(2026, 11, 5))
    rows = [row(1, 3), row(2, 5)]
    asked = imports.Export(Direction.RECEIVED, days, date(2026, 11, 20))
    imports.request(make.export(rows), "同一个.xlsx", asked, by=fang)
    work()
    put(watched, tea, rows)
    folder.look()
    work()
    folder.look()
    reason = (watched / tea.tax_id / "refused" / "同一个.xlsx.txt").read_text()
    assert "This file was imported before for the same days." in reason
