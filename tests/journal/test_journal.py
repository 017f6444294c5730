"""The journal: written with the change, never rewritten, and a forger is found."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.accounts import companies
from app.journal import journal
from app.journal.journal import HOUSE, Wrong
from app.journal.models import Entry, Head
from app.plumbing import trace
from app.plumbing.db import db, transaction

TEA = "tea"
WHO = journal.System()


def written(count: int = 6, company: str = TEA) -> list[Entry]:
    with transaction():
        for number in range(count):
            journal.write(company, "thing-done", f"s{number}", by=WHO, 数="一", amount=number)
    return db.session.scalars(
        select(Entry).where(Entry.company_id == company).order_by(Entry.seq)
    ).all()


def without_triggers() -> None:
    """What a forger with the database's password would do first."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    names = ("journal_no_update", "journal_no_delete") if is_sqlite else ("journal_append_only",)
    with transaction():
        for name in names:
            table = "" if is_sqlite else " ON journal"
            db.session.execute(text(f"DROP TRIGGER {name}{table}"))


def forge(statement: str) -> None:
    with transaction():
        assert db.session.execute(text(statement)).rowcount


def rehash(start: int) -> None:
    """Chain everything from ``start`` on anew, head and all."""
    with transaction():
        entries = db.session.scalars(select(Entry).order_by(Entry.seq)).all()
        for before, entry in zip(entries, entries[1:], strict=False):
            if entry.seq >= start:
                db.session.flush()
                entry.previous = before.hash
                entry.hash = entry.digest()
        head = db.session.get_one(Head, TEA)
        head.seq, head.hash = entries[-1].seq, entries[-1].hash


def test_an_entry_stands_and_falls_with_its_change(lin, tea):
    reference = trace.begin()
    companies.renew_join_code(tea, by=lin)
    entry = db.session.scalars(select(Entry).where(Entry.company_id == tea.id)).one()
    assert (entry.seq, entry.actor, entry.subject) == (1, "林管理", tea.id)
    assert entry.reference == reference

    kept, code = db.session.get_one(Head, tea.id).hash, tea.join_code
    with pytest.raises(RuntimeError), transaction():
        companies.renew_join_code(tea, by=lin)
        raise RuntimeError("the roof fell in")
    assert db.session.scalars(select(Entry).where(Entry.company_id == tea.id)).one() is entry
    assert (db.session.get_one(Head, tea.id).hash, tea.join_code) == (kept, code)


def test_the_database_itself_refuses_to_rewrite(app):
    written()
    for statement in ("UPDATE journal SET actor = 'x'", "DELETE FROM journal",
                      "UPDATE journal SET actor = 'x' WHERE seq = 3",
                      "DELETE FROM journal WHERE seq = 6"):  # fmt: skip
        with pytest.raises(DatabaseError, match="append-only"), transaction():
            db.session.execute(text(statement))
    assert len(db.session.scalars(select(Entry)).all()) == 6
    assert journal.verify() == []


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_empty_the_journal_as_well(app):
    written()
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text("TRUNCATE journal"))
    assert journal.verify() == []


EDITS = {
    "company_id": "'x'", "seq": "40", "at": "'2020-01-01 00:00:00+00'", "actor_id": "'x'",
    "actor": "'x'", "action": "'x'", "subject": "'x'", "facts": "'{\"amount\": 3.5}'",
    "reference": "'x'", "previous": f"'{'1' * 64}'", "hash": f"'{'1' * 64}'",
}  # fmt: skip


def test_an_edit_of_any_column_is_found_at_its_entry(app):
    written()
    written(2, HOUSE)
    assert set(EDITS) == set(Entry.__table__.columns.keys())
    without_triggers()
    for column, value in EDITS.items():
        before = db.session.scalars(
            select(Entry.__table__.c[column]).where(Entry.company_id == TEA, Entry.seq == 4)
        ).one()
        forge(f"UPDATE journal SET {column} = {value} WHERE company_id = '{TEA}' AND seq = 4")
        db.session.expire_all()
        found = [wrong for wrong in journal.verify() if wrong.company_id == TEA]
        reason = "missing" if column in ("company_id", "seq") else "edited"
        assert found == [Wrong(TEA, 4, reason)], column

        where = {"company_id": f"company_id = {value}", "seq": "seq = 40"}.get(column, "seq = 4")
        owner = "" if column == "company_id" else f" AND company_id = '{TEA}'"
        with transaction():
            table = Entry.__table__
            db.session.execute(table.update().where(text(where + owner)).values({column: before}))
        assert journal.verify() == [], f"{column} is as it was"


def test_a_missing_entry_and_a_cut_tail_are_found(app):
    written()
    without_triggers()
    forge("DELETE FROM journal WHERE seq = 3")
    assert journal.verify() == [Wrong(TEA, 3, "missing")]
    forge("DELETE FROM journal WHERE seq > 2")
    assert journal.verify() == [Wrong(TEA, 3, "cut")]


def test_a_careful_cut_is_found_by_the_heads_outside_the_database(app):
    second = written()[1]
    journal.anchor()
    without_triggers()
    cut = f"UPDATE journal_heads SET seq = 2, hash = '{second.hash}'"
    forge("DELETE FROM journal WHERE seq > 2")
    forge(cut)
    assert journal.verify() == [Wrong(TEA, 3, "cut")]

    forge("DELETE FROM journal")
    forge("DELETE FROM journal_heads")
    assert journal.verify() == [Wrong(TEA, 1, "cut")]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_entries_without_a_head_are_found(app):
    written()
    forge("DELETE FROM journal_heads")
    assert [wrong.company_id for wrong in journal.verify()] == [TEA]


def test_a_chain_made_anew_is_found_and_stays_found(app):
    written()
    journal.anchor()
    without_triggers()
    forge("UPDATE journal SET actor = 'x' WHERE seq = 4")
    db.session.expire_all()
    rehash(4)
    assert journal.verify() == [Wrong(TEA, 6, "rehashed")]
    journal.anchor()
    assert journal.verify() == [Wrong(TEA, 6, "rehashed")], "a later anchor heals nothing"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_command_says_what_holds_and_ends_accordingly(app):
    written()
    run = app.test_cli_runner().invoke
    answer = run(args=["journal", "verify"])
    assert (answer.exit_code, answer.output) == (0, "Every chain holds.\n")
    place = run(args=["journal", "anchor"]).output.strip()
    assert f" {TEA} 6 " in Path(place).read_text()

    without_triggers()
    forge("UPDATE journal SET actor = 'x' WHERE seq = 2")
    forge("UPDATE journal SET actor = 'x' WHERE seq = 5")
    answer = run(args=["journal", "verify"])
    assert answer.exit_code == 1
    assert f"{TEA}: entry 2 is edited" in answer.output and "entry 5" not in answer.output


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_the_auditor_sees_the_break_of_their_own_company_only(browser, shen, lin, tea):
    companies.renew_join_code(tea, by=lin)
    written(2, "other")
    without_triggers()
    forge("UPDATE journal SET actor = 'x' WHERE company_id = 'other'")
    browser.sign_in(shen)
    assert "The chain holds" in browser.see("/journal").words()
    forge(f"UPDATE journal SET actor = 'x' WHERE company_id = '{tea.id}'")
    page = browser.see("/journal").words()
    assert "The chain is broken" in page and "Entry 1" in page
