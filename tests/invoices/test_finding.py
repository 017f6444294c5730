"""Search finds the same by its indexes and by walking, and what is searched is kept up to date."""

import importlib
import uuid
from dataclasses import replace
from datetime import date

import pytest
from flask_migrate import upgrade
from sqlalchemy import event, text

from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import specimens
from app.invoices import invoices, narrowing, parties
from app.invoices.models import Invoice, Parties
from app.invoices.queries import Asked, look
from app.plumbing.db import MIGRATIONS, db, transaction
from app.plumbing.ids import new_id
from tests import databases, make
from tests.both import SQLITE_FIRST
from wsgi import create_app

SELLERS = ("北京京东世纪信息技术有限公司", "北京（示例）Acme 酒店", "上海京西_100%印务\\", "京")
DAY = date(2026, 11, 22)


def found(who, words="", **filters):
    return {one.seller_name for one in look(who, Asked(words, "", DAY, filters)).found}


@pytest.fixture(params=["by index", "by walking"])
def sold(request, wei, monkeypatch):
    """One invoice of each seller; how they are found is the parameter."""
    if request.param == "by walking":
        monkeypatch.setattr(narrowing, "SOME", 0)
    for place, name in enumerate(SELLERS):
        tax_id = specimens.tax_id(40 + place)
        make.invoice(wei, 1230 + place, seller_name=name, seller_tax_id=tax_id, total=Money(place))
    return wei


WORDS = (
    ("京东", [0]),
    ("京", [3]),
    ("北", [0, 1]),
    ("海", []),
    ("(示例)", [1]),
    ("（示例）", [1]),
    ("acme", [1]),
    ("京西_1", [2]),
    ("100%", [2]),
    ("\\", []),
    ("印务\\", [2]),
    ("北京 酒店", [1]),
    ("北京 印务", []),
    ("东京", []),
    ("1231", [1]),
    ("9900 1232", [2]),
    (specimens.tax_id(42), [2]),
    (specimens.tax_id(42)[-8:], [2]),
    (specimens.number(1230), [0]),
    (f"京东 {specimens.number(1230)}", [0]),
    (f"京东 {specimens.number(1231)}", []),
)
"""What is typed, and the places of the sellers that it finds."""


@SQLITE_FIRST
def test_words_find(sold, fang):
    for words, places in WORDS:
        expected = {SELLERS[place] for place in places}
        assert (words, found(sold, words)) == (words, expected)
        assert (words, found(fang, words)) == (words, expected)


def test_what_others_have_is_never_found(sold, stranger):
    make.invoice(stranger, 1, seller_name=SELLERS[0])
    assert found(stranger, "京东") == {SELLERS[0]}
    assert found(stranger, "酒店") == found(stranger, "1231") == set()


@SQLITE_FIRST
def test_a_corrected_name_is_found_and_the_wrong_one_is_not(wei):
    one = make.invoice(wei, 1, seller_name="")
    invoices.correct(one, {"seller_name": "北京示例书店", "total": "5.00"}, by=wei)
    assert found(wei, "书店") == {"北京示例书店"} and found(wei, "印务") == set()
    invoices.correct(one, {"seller_name": "南京示例花店"}, by=wei)
    assert found(wei, "书店") == set() and found(wei, "花店") == {"南京示例花店"}


@SQLITE_FIRST
def test_a_number_is_found_from_the_moment_it_is_known(wei):
    one = make.invoice(wei, key=InvoiceKey("file", "ab12" * 16), seller_name="票")
    assert found(wei, "ab12") == set()
    with transaction():
        one.key = InvoiceKey("digital", specimens.number(77_001))
    assert found(wei, "7001") == {"票"}


@SQLITE_FIRST
def test_of_many_with_the_same_parties_these_are_kept_once(wei):
    one = parties.Sides(wei.company_id, "甲商店", "", "乙公司", "")
    with transaction():
        first, second, third = parties.note([one, one._replace(seller_name="丙"), one])
        again = parties.note([one])
    assert first == third == again[0] != second
    assert db.session.query(Parties).count() == 2


@SQLITE_FIRST
def test_a_thousand_at_once_are_noted_in_two_statements_and_known_ones_not_again(wei):
    asked = []
    event.listen(db.engine, "before_cursor_execute", lambda *facts: asked.append(facts[2]))
    many = [parties.Sides(wei.company_id, f"店{n % 300}", "", "乙", "") for n in range(1000)]
    with transaction():
        asked.clear()
        parties.note(many)
        assert len(asked) == 2
        parties.note(many)
        assert len(asked) == 3


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_few_are_found_first_and_put_in_order_after(wei, fang):
    """SQLite plans for a large company even while it is small, or it would walk it day by day."""
    make.invoice(wei, 31_337)
    steps = planned(Asked("31337"), fang)
    assert "id=?" in steps and "issued" not in steps and "words" not in steps, steps


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_many_have_is_met_day_by_day_and_what_few_have_is_looked_up(wei, fang, monkeypatch):
    make.invoice(wei, 31_337, kind_word="rail", issued=DAY)
    asked = Asked("", filters={"kind": "rail", "verdict": "not_checked"})
    assert "ix_invoices_company_id_words" in planned(asked, fang)
    monkeypatch.setattr(narrowing, "SOME", 0)
    steps = planned(asked, fang)
    assert "ix_invoices_company_id_issued_id" in steps and "words" not in steps, steps
    assert "issued=?" in planned(Asked("2026-11-22"), fang)


def planned(asked, who):
    """The steps in which SQLite finds the first page."""
    query = asked.seen_by(who).where(Invoice.issued.is_not(None))
    ordered = query.order_by(Invoice.issued.desc(), Invoice.id.desc()).limit(51)
    said = ordered.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {said}".replace(":", "\\:"))).all()
    return " ".join(step[-1] for step in plan)


@pytest.fixture
def old(settings, stage, tmp_path):
    """The application on a database as it was before there was an index."""
    (place,) = (MIGRATIONS / "versions").glob("*_search.py")
    before = importlib.import_module(f"app.plumbing.migrations.versions.{place.stem}").down_revision
    name, url = f"old_{uuid.uuid4().hex[:12]}", f"sqlite:///{tmp_path / 'old.db'}"
    if not settings.is_sqlite:
        url = databases.in_database(stage.postgres, name)
        with databases.server(url) as line:
            line.execute(f"CREATE DATABASE {name}")
    app = create_app(replace(settings, database_url=url))
    with app.app_context():
        upgrade(directory=str(MIGRATIONS), revision=before)
        yield app
        make.close(app)
    if not settings.is_sqlite:
        databases.drop(url, name)


def test_what_was_there_before_the_index_is_found_after_it(old):
    who = make.member("魏", make.company("北京示例茶叶有限公司", 1), "finance")
    key, words, flags = new_id(), "buyer_name buyer_tax_id check_code purpose", "held misaddressed"
    row = {
        "id": key,
        "company_id": who.company_id,
        "key": f"digital:{specimens.number(4711)}",
        "kind_word": "other",
        "seller_name": "老店（示例）",
        "seller_tax_id": specimens.tax_id(9),
        "authenticity": "not_checked",
        "lifecycle": "unknown",
        "made_at": DAY,
        "has_problem": False,
        **dict.fromkeys(words.split(), ""),
        **{f"is_{word}": False for word in flags.split()},
    }
    held = {"id": new_id(), "invoice_id": key, "member_id": who.id, "made_at": DAY}
    said = {
        "id": new_id(),
        "invoice_id": key,
        "name": "total",
        "value": "1.00",
        "source": "typed",
        "place": "{}",
        "made_at": DAY,
    }
    with transaction():
        for table, values in (("invoices", row), ("holdings", held), ("invoice_fields", said)):
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join(f":{name}" for name in values)
            db.session.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)
    upgrade(directory=str(MIGRATIONS))
    for words in ("老店(", "4711", specimens.tax_id(9)):
        assert found(who, words) == {"老店（示例）"}
    assert found(who, source="typed") == {"老店（示例）"} and found(who, source="pdf") == set()
