"""What a person typed becomes a clean value or a sentence."""

import pytest

from app.core.errors import Problem
from app.core.money import Money
from app.plumbing.form import Form, Missing, NotAChoice, NotAnAddress, NotAPhone, TooLong


class Broken(Problem):
    field = "name"


@pytest.mark.parametrize(("typed", "clean"), [
    ("  wang  ", "wang"), ("a\u0000b\u202ec\r\nd", "abcd"), ("e\u0301", "é"), ("", ""),
])  # fmt: skip
def test_one_line_without_what_cannot_be_seen(typed, clean):
    form = Form({"name": typed})
    assert form.text("name") == clean
    assert form.error("name") is None if clean else isinstance(form.errors["name"], Missing)
    assert form.value("name") == typed, "the field shows what was typed"


def test_length_counts_characters():
    assert Form({"name": "茶" * 100}).text("name") == "茶" * 100
    long = Form({"name": "茶" * 101})
    long.text("name")
    assert isinstance(long.errors["name"], TooLong)


@pytest.mark.parametrize(("typed", "clean"), [
    ("Wang@Example.COM", "wang@example.com"), ("w@ex", None), ("@example.com", None),
    ("a b@example.com", None), ("a@b@example.com", None), ("w@例子.中国", "w@例子.中国"),
    ("w@example.com\r\nBcc: all@example.com", None),
])  # fmt: skip
def test_an_address(typed, clean):
    form = Form({"email": typed})
    found = form.email("email")
    if clean is None:
        assert isinstance(form.errors["email"], NotAnAddress)
    else:
        assert found == clean and not form.errors


@pytest.mark.parametrize(("typed", "clean"), [
    ("138 0000 0000", "13800000000"), ("+86 138-0000-0000", "13800000000"),
    ("１３８００００００００", "13800000000"), ("(+86)13800000000", "13800000000"),
    ("12800000000", None), ("1380000000", None), ("010 6552 0000", None), ("+1 3800000000", None),
])  # fmt: skip
def test_a_mobile_number(typed, clean):
    form = Form({"phone": typed})
    found = form.phone("phone")
    if clean is None:
        assert isinstance(form.errors["phone"], NotAPhone)
    else:
        assert found == clean and not form.errors


def test_values_and_choices_keep_their_own_sentence():
    form = Form({"total": "12.3.4", "way": "bus"})
    assert form.read("total", Money.parse) is None
    form.choice("way", {"rail": 1})
    assert set(form.errors) == {"total", "way"} and isinstance(form.errors["way"], NotAChoice)
    assert Form({"total": "1,234.50"}).read("total", Money.parse) == Money(123450)
    missing = Form({})
    assert missing.read("total", Money.parse) is None
    assert isinstance(missing.errors["total"], Missing)


def test_nothing_is_tried_while_something_is_wrong():
    done = []
    form = Form({"name": ""})
    form.text("name")
    assert form.tries(lambda: done.append(1)) is None and not done

    def fall() -> None:
        raise Broken

    well = Form({"name": "x"})
    assert well.tries(fall) is None
    assert list(well.errors) == ["name"]
    assert Form().tries(lambda: "kept") == "kept"
