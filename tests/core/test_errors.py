"""A no carries an English sentence and the facts that fill it."""

from __future__ import annotations

import pytest

from app.core.errors import N_, NotAValue, Problem
from app.core.money import Money, NotMoney


class TooFew(Problem):
    """Stands for any rule."""

    message = N_("%(count)s invoices are not confirmed yet.")


def test_a_problem_says_its_sentence_with_its_facts() -> None:
    problem = TooFew(count=2)
    assert str(problem) == "2 invoices are not confirmed yet."
    assert (problem.status, problem.facts) == (422, {"count": 2})


def test_a_text_that_is_no_value_is_quoted_even_with_signs_in_it() -> None:
    with pytest.raises(NotAValue) as fault:
        Money.parse("100%(x)s")
    assert isinstance(fault.value, NotMoney)
    assert isinstance(fault.value, ValueError)
    assert "100%(x)s" in str(fault.value)


def test_marking_for_translation_changes_nothing() -> None:
    assert N_("Genuine") == "Genuine"
