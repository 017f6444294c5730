"""A backup gives everything back, on either database, or nothing."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.accounts import companies, members
from app.accounts.models import Company, Person
from app.accounts.roles import Role
from app.console import backup
from app.console.backup import Damaged, NotEmpty, OtherVersion
from app.core.money import Money
from app.documents import specimens
from app.documents.models import Document
from app.intake import intake
from app.invoices import pairs
from app.journal import journal
from app.journal.models import Entry
from app.plumbing import storage
from app.plumbing.db import db, transaction
from tests import databases, make
from tests.both import SQLITE_FIRST
from tests.installation import until
from wsgi import create_app


@pytest.fixture
def full_house(app, tea, lin, fang, wei, work) -> None:
    """Something of every sort, with departments and managers that refer to each other."""
    unit = companies.add_unit(name="销售部", cost_centre="S", parent=None, manager=wei, by=lin)
    companies.add_unit(name="二部", cost_centre="", parent=unit, manager=None, by=lin)
    members.change_roles(wei, [Role.EMPLOYEE], unit=unit, grade=None, by=lin)
    companies.renew_join_code(tea, by=lin)
    members.invite([Role.EMPLOYEE], email="x@example.com", unit=unit, by=lin)
    intake.hand_in(make.picture(), "照片.png", by=wei)
    ride = specimens.Ride(make.date(2026, 11, 5), "甲", "乙", Money(8640))
    intake.hand_in(BytesIO(specimens.draw_rides([ride])), "行程单.pdf", by=wei)
    work()
    rides = {"purpose": "taxi", "total": Money(8640), "issued": make.date(2026, 11, 6)}
    with transaction():
        pairs.seek(make.invoice(wei, 7, **rides))
    make.ledger(fang, [make.export_row(make.specimen()), {"数电发票号码": "x"}])
    work()
    make.ledger(
        fang, [make.export_row(make.specimen(total="212.00"))], exported_on=make.date(2026, 11, 21)
    )
    work()
    journal.anchor()


@contextmanager
def empty_house(sort: str, stage, folder: Path, like) -> Iterator[None]:
    """Another installation, migrated and empty."""
    folder.mkdir()
    with databases.database(sort, stage, folder) as url:
        other = create_app(replace(like, var=folder, database_url=url))
        with other.app_context():
            yield
            make.close(other)


def counts() -> dict[str, int]:
    tables = db.metadata.sorted_tables
    return {one.name: db.session.scalar(select(func.count()).select_from(one)) for one in tables}


@pytest.mark.parametrize("sort", ["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def test_everything_comes_back(app, full_house, stage, settings, tmp_path, sort):
    copy = tmp_path / "copy"
    said = app.test_cli_runner().invoke(args=["backup", str(copy)])
    assert said.exit_code == 0 and said.output.startswith("4 files, "), said.output
    before = json.loads((copy / "manifest.json").read_text())
    assert {name: one["rows"] for name, one in before["tables"].items()} == counts()
    filled = {name for name, count in counts().items() if count}
    assert {"journal", "checks", "ledger_changes", "ledger_refusals", "links"} <= filled
    assert {"itineraries", "pairs"} <= filled

    with empty_house(sort, stage, tmp_path / "other", settings):
        lines = list(backup.restore(copy, verify=True))
        assert lines[-1] == "Counts, digests and journal are as they were."
        again = backup.make(tmp_path / "again")
        for part in ("tables", "files", "heads", "schema"):
            assert again[part] == before[part], part
        assert journal.verify() == []
        document = db.session.scalars(select(Document)).first()
        with storage.read(document.digest) as file:
            assert len(file.read()) == document.size
        with pytest.raises(NotEmpty):
            list(backup.restore(copy, verify=False))
        companies.renew_join_code(db.session.scalars(select(Company)).one(), by=lin_again())
        assert journal.verify() == [], "the chain goes on"


def lin_again():
    person = db.session.scalars(select(Person).where(Person.name == "林管理")).one()
    return db.session.scalars(select(members.Member).filter_by(person_id=person.id)).one()


def spoil_rows(copy: Path) -> None:
    place = copy / "rows" / "companies.jsonl"
    place.write_text(place.read_text().replace("茶叶", "酒叶"))


def spoil_file(copy: Path) -> None:
    place = next(one for one in (copy / "files").rglob("*") if one.is_file())
    place.write_bytes(place.read_bytes()[:-1] + b"?")


def lose_file(copy: Path) -> None:
    next(one for one in (copy / "files").rglob("*") if one.is_file()).unlink()


def lose_rows(copy: Path) -> None:
    (copy / "rows" / "journal.jsonl").unlink()


def forget_rows(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["tables"]["journal"]
    (copy / "manifest.json").write_text(json.dumps(manifest))


def other_version(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"schema": "0000"}))


@SQLITE_FIRST
def test_f42_a_backup_taken_while_people_work_is_whole(
    app, full_house, wei, stage, settings, tmp_path
):
    kept, stop, wei_id = [], threading.Event(), wei.id

    def hand_in_more() -> None:
        with app.app_context():
            while not stop.is_set():
                by = db.session.get(members.Member, wei_id)
                kept.append(intake.hand_in(make.picture(100 + len(kept)), "更多.png", by=by).id)

    writer = threading.Thread(target=hand_in_more)
    writer.start()
    copies = [tmp_path / "copy"]
    try:
        until(lambda: kept)
        first = len(kept)
        backup.make(copies[-1])
        while len(kept) == first:
            copies.append(tmp_path / f"copy{len(copies)}")
            backup.make(copies[-1])
    finally:
        stop.set()
        writer.join()
    for place in copies:
        with empty_house("sqlite", stage, tmp_path / f"for-{place.name}", settings):
            assert list(backup.restore(place, verify=True))[-1].startswith("Counts, digests")
            assert len(db.session.scalars(select(Document)).all()) >= first
    assert db.session.scalar(select(func.count()).select_from(Document)) == 4 + len(kept)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_damaged_backup_is_refused_before_anything_is_written(
    full_house, stage, settings, tmp_path
):
    backup.make(tmp_path / "whole")
    faults = {spoil_rows: Damaged, spoil_file: Damaged, lose_file: Damaged, lose_rows: Damaged,
              forget_rows: Damaged, other_version: OtherVersion}  # fmt: skip
    with empty_house("sqlite", stage, tmp_path / "other", settings):
        for spoil, problem in faults.items():
            copy = Path(shutil.copytree(tmp_path / "whole", tmp_path / spoil.__name__))
            spoil(copy)
            with pytest.raises(problem):
                list(backup.restore(copy, verify=False))
            assert not any(counts().values()), spoil.__name__
            files = (tmp_path / "other" / "files").rglob("*")
            assert not any(one.is_file() for one in files), spoil.__name__
        list(backup.restore(tmp_path / "whole", verify=True))


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_restoring_over_something_is_refused(app, full_house, tmp_path):
    backup.make(tmp_path / "copy")
    before = counts()
    run = app.test_cli_runner().invoke(args=["restore", str(tmp_path / "copy")])
    assert run.exit_code == 1 and "has data already" in run.output
    assert counts() == before
    with pytest.raises(FileExistsError):
        backup.make(tmp_path / "copy")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_forged_backup_is_found_by_its_journal(full_house, stage, settings, tmp_path):
    """Somebody who can also write the manifest still cannot write the heads."""
    copy = tmp_path / "copy"
    backup.make(copy)
    place = copy / "rows" / "journal.jsonl"
    place.write_text(place.read_text().replace("林管理", "王管理"))
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["tables"]["journal"]["sha256"] = backup._digest(place)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with empty_house("sqlite", stage, tmp_path / "other", settings):
        with pytest.raises(Damaged, match="journal"):
            list(backup.restore(copy, verify=True))
        assert db.session.scalars(select(Entry)).all(), "it stays to be looked at"
