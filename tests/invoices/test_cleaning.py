"""Groups to be cleaned up: what is found, what stays away, and what a decision does."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.roles import NotYourOwn
from app.core.invoice import InvoiceKey
from app.core.money import Money
from app.documents import specimens
from app.intake import intake, repair
from app.invoices import cleaning, deciding, holdings, invoices, quality, weekly
from app.invoices.cleaning_models import Group, Sort, State, What
from app.journal.models import Entry
from app.notices import notices
from app.notices.models import Notice
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST

DAY = date(2026, 11, 10)


def key(number: int) -> InvoiceKey:
    return InvoiceKey("digital", specimens.number(number))


def groups(member) -> list[Group]:
    cleaning.catch_up()
    return list(db.session.scalars(cleaning.visible_to(member).order_by(Group.id)))


def told(member, kind: str) -> list[Notice]:
    mine = notices.visible_to(member).where(Notice.kind_word == kind)
    return list(db.session.scalars(mine))


def also(invoice, member) -> None:
    with transaction():
        holdings.hold(invoice, None, member)


def seen(group: Group) -> str:
    return cleaning.version(group)


def test_one_number_that_two_people_brought_is_kept_with_one_of_them(fang, wei, tea, work):
    other = make.member("李同事", tea, "employee")
    for member in (wei, other):
        intake.hand_in(make.picture(3), "photo.png", by=member)
    work()
    (group,) = groups(fang)
    assert (group.sort, group.members) == (Sort.FILE, sorted([wei.id, other.id]))

    (invoice,) = [part.invoice for part in group.parts]
    decision = deciding.keep(group, wei.id, by=fang, seen=seen(group))
    work()
    assert [one.id for one in holdings.holders(invoice)] == [wei.id]
    assert told(other, "invoice_let_go") and not told(wei, "invoice_let_go")
    assert not db.session.scalars(invoices.visible_to(other)).all(), "but nothing is deleted"
    assert groups(fang)[0].state is State.DECIDED
    (document,) = {holding.document for holding in invoice.holdings}
    repair.read_again(document, by=wei)
    work()
    assert [one.id for one in holdings.holders(invoice)] == [wei.id], (
        "reading again changes nothing"
    )

    deciding.undo(decision, by=fang)
    work()
    assert {one.id for one in holdings.holders(invoice)} == {wei.id, other.id}
    assert told(other, "invoice_given_back")
    assert groups(fang)[0].state is State.OPEN
    with pytest.raises(deciding.UndoneBefore):
        deciding.undo(decision, by=fang)


@SQLITE_FIRST
def test_the_same_bill_twice_is_explained_until_a_third_comes(fang, wei):
    facts = {"seller_name": "北京示例酒店有限公司", "total": Money(48000), "issued": DAY}
    for number in (100, 500):
        make.invoice(wei, number, **facts)
    (group,) = groups(fang)
    assert (group.sort, len(group.members)) == (Sort.SPLIT, 2)
    deciding.explain(group, "两间房，各开一张", by=fang, seen=seen(group))
    assert groups(fang)[0].state is State.DECIDED

    make.invoice(wei, 900, **facts)
    (again,) = groups(fang)
    assert (again.state, len(again.members)) == (State.OPEN, 3)
    assert db.session.scalar(select(Entry).where(Entry.action == "cleaning-explained"))


@SQLITE_FIRST
@pytest.mark.parametrize("purpose", ["train", "taxi"])
def test_tickets_of_one_fare_are_no_split_bill(fang, wei, purpose):
    for number in (100, 500):
        make.invoice(wei, number, purpose=purpose)
    assert groups(fang) == []


@SQLITE_FIRST
def test_three_numbers_in_a_row_of_one_person_are_a_group_and_of_three_are_not(fang, wei, tea):
    for number, money in ((11, 100), (12, 200), (13, 300)):
        make.invoice(wei, number, total=Money(money), issued=DAY.replace(day=number))
    people = [make.member(f"同事{place}", tea, "employee") for place in range(3)]
    for number, member in zip((31, 32, 33), people, strict=True):
        make.invoice(member, number, total=Money(number), issued=DAY.replace(day=number - 30))
    (group,) = groups(fang)
    assert (group.sort, group.holder_id, len(group.members)) == (Sort.RUN, wei.id, 3)

    make.invoice(wei, 10, total=Money(50))
    (longer,) = groups(fang)
    assert (longer.id, len(longer.members)) == (group.id, 4), "one more below is the same group"


@SQLITE_FIRST
def test_two_in_a_row_are_a_group_on_one_day_only(fang, wei):
    for number, day in ((11, 3), (12, 3), (21, 3), (22, 4)):
        make.invoice(wei, number, total=Money(number), issued=DAY.replace(day=day))
    (group,) = groups(fang)
    numbers = sorted(part.invoice.key.number[-2:] for part in group.parts)
    assert numbers == ["11", "12"]


@SQLITE_FIRST
def test_a_number_with_one_other_digit_and_all_else_the_same_looks_altered(fang, wei):
    make.invoice(wei, 1_000_100)
    make.invoice(wei, 1_900_100)
    (group,) = groups(fang)
    assert group.sort is Sort.ALTERED

    first = min(group.members)
    deciding.keep(group, first, by=fang, seen=seen(group))
    left = db.session.scalars(invoices.visible_to(fang)).all()
    assert [one.id for one in left] == [first]
    assert groups(fang)[0].state is State.DECIDED


@SQLITE_FIRST
def test_what_is_corrected_is_no_group_any_more(fang, wei):
    one, other = make.invoice(wei, 100), make.invoice(wei, 500)
    assert [one.state for one in groups(fang)] == [State.OPEN]
    with transaction():
        invoices.correct(other, {"total": "99.00", "issued": "2026-11-09"}, by=wei)
    assert groups(fang) == [], one


@SQLITE_FIRST
def test_the_second_who_decides_is_told(fang, wei, tea):
    make.invoice(wei, 100), make.invoice(wei, 500)
    (group,) = groups(fang)
    before = seen(group)
    colleague = make.member("赵财务", tea, "finance")
    deciding.explain(group, "两张", by=colleague, seen=before)
    with pytest.raises(deciding.DecidedMeanwhile):
        deciding.explain(group, "不是", by=fang, seen=before)


@SQLITE_FIRST
def test_holders_are_asked_and_the_group_stays_open(fang, wei):
    make.invoice(wei, 100), make.invoice(wei, 500)
    (group,) = groups(fang)
    deciding.ask(group, by=fang, seen=seen(group))
    assert len(told(wei, "invoice_asked")) == 2
    assert groups(fang)[0].state is State.OPEN
    deciding.explain(group, "已说明", by=fang, seen=seen(group))
    assert not any(one.is_open_task for one in told(wei, "invoice_asked"))


@SQLITE_FIRST
def test_nobody_explains_their_own_where_a_colleague_can(fang, tea):
    make.invoice(fang, 100), make.invoice(fang, 500)
    (group,) = groups(fang)
    deciding.explain(group, "只有我一个人", by=fang, seen=seen(group))
    assert group.decisions[0].what is What.EXPLAINED

    make.member("赵财务", tea, "finance")
    make.invoice(fang, 900)
    (again,) = groups(fang)
    with pytest.raises(NotYourOwn):
        deciding.explain(again, "还是我", by=fang, seen=seen(again))


@SQLITE_FIRST
def test_only_who_decides_about_all_sees_groups(fang, wei, shen, stranger):
    make.invoice(wei, 100), make.invoice(wei, 500)
    assert groups(fang)
    assert not groups(wei) and not groups(shen) and not groups(stranger)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_finance_is_told_once_of_what_is_new(app, fang, wei):
    make.invoice(wei, 100), make.invoice(wei, 500)
    groups(fang)
    weekly.tell()
    assert not told(fang, "cleaning_due"), "the first week is not over"

    app.extensions["settings"] = replace(app.extensions["settings"], cleaning_days=0)
    weekly.tell()
    weekly.tell()
    (notice,) = told(fang, "cleaning_due")
    assert (notice.facts["count"], notice.facts["split"]) == (1, 1)
    assert not told(wei, "cleaning_due")

    make.invoice(wei, 900)
    make.invoice(wei, 901, total=Money(5))
    groups(fang)
    weekly.tell()
    assert len(told(fang, "cleaning_due")) == 2


@SQLITE_FIRST
def test_figures_are_counted_by_month_and_by_person(fang, wei, tea, work):
    other = make.member("李同事", tea, "employee")
    for member in (wei, other):
        intake.hand_in(make.picture(3), "photo.png", by=member)
    intake.hand_in(make.picture(4), "photo.png", by=wei)
    work()
    held = make.invoice(wei, 5, buyer_name="别人", is_misaddressed=True, brought_as="pdf")
    with transaction():
        invoices.correct(held, {"total": "99.00"}, by=wei)
    quality.count()
    (month,) = quality.by_month(fang)
    told = {name: month.figures[name] for name in ("brought", "whole", "corrected", "doubled")}
    assert told == {"brought": 4, "whole": 0, "corrected": 1, "doubled": 1}
    lines = quality.by_person(fang)
    assert [(one.name, one.figures["brought"]) for one in lines] == [("魏员工", 3), ("李同事", 1)]
    assert lines[1].figures["doubled"] == 1
    quality.count()
    assert quality.by_month(fang)[0].figures == month.figures, "counting again adds nothing"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whoever_holds_some_of_it_does_not_decide_while_a_colleague_can(fang, wei, tea):
    boss = make.member("钱会计", tea, "finance")
    invoice = make.invoice(wei, 3)
    also(invoice, fang)
    (group,) = groups(fang)
    facts = {"by": fang, "seen": seen(group)}
    with pytest.raises(NotYourOwn):
        deciding.keep(group, fang.id, **facts)
    with pytest.raises(NotYourOwn):
        deciding.explain(group, "各报一半", **facts)
    decision = deciding.keep(group, wei.id, by=boss, seen=seen(group))
    with pytest.raises(NotYourOwn):
        deciding.undo(decision, by=fang)
    assert holdings.holders(invoice) == [wei]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_nothing_is_kept_for_somebody_whom_nobody_saw(fang, wei, tea):
    other, late = (make.member(name, tea, "employee") for name in ("李同事", "赵后来"))
    invoice = make.invoice(wei, 3)
    also(invoice, other)
    (group,) = groups(fang)
    saw = seen(group)
    also(invoice, late)
    with pytest.raises(deciding.DecidedMeanwhile):
        deciding.keep(group, wei.id, by=fang, seen=saw)
    holdings.take_away(invoice, other, by=other)
    (same,) = groups(fang)
    assert same.members == sorted([wei.id, late.id]) and seen(same) != saw
    assert len(holdings.holders(invoice)) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_what_is_decided_while_somebody_looks_for_groups_stands(fang, wei, tea):
    other = make.member("李同事", tea, "employee")
    invoice = make.invoice(wei, 3)
    also(invoice, other)
    (group,) = groups(fang)
    began = cleaning.now()
    (found,) = cleaning._find([invoice])
    decision = deciding.keep(group, wei.id, by=fang, seen=seen(group))
    with transaction():
        assert cleaning._keep(found, began).state is State.DECIDED
    groups(fang)
    deciding.undo(decision, by=fang)
    assert len(holdings.holders(invoice)) == 2


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_new_rows_are_looked_at_once_and_the_cursor_stays_behind(fang, wei):
    make.invoice(wei, 3)
    looked: set[str] = set()
    assert cleaning.catch_up(looked) == 1
    assert cleaning.catch_up(looked) == 0 and looked
    assert cleaning.catch_up() == 1, "somebody who has just begun looks again"
