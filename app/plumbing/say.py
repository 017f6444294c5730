"""Say in the reader's language what the core said in English."""

from flask_babel import gettext

from app.core.errors import NotAValue, Problem, Term


def say(wrong: Problem | NotAValue) -> str:
    """The sentence with its facts; facts that are terms are translated too."""
    said = {name: gettext(fact) for name, fact in wrong.facts.items() if isinstance(fact, Term)}
    return str(gettext(wrong.message, **{**wrong.facts, **said}))
