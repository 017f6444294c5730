"""How a rule or a value says no, in words that can be translated."""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark ``message`` for the catalogue, unchanged; it is translated where it is shown."""
    return message


class Term(str):
    """A fact of a problem that is itself a msgid, to be translated with the sentence."""

    __slots__ = ()


class Problem(Exception):
    """A rule that said no; subclasses live beside the verb and carry an English msgid."""

    message: str = N_("This cannot be done.")
    status: int = 422
    field: str = ""

    def __init__(self, **facts: object) -> None:
        """Keep ``facts`` for the named placeholders of ``message``."""
        super().__init__()
        self.facts = facts

    def __str__(self) -> str:
        """The English sentence, for logs; pages translate ``message`` and fill in ``facts``."""
        return self.message % self.facts


class NotAValue(ValueError):
    """A text that is not the value it should be; subclasses live beside the value."""

    message: str = N_("This cannot be read.")

    def __init__(self, message: str | None = None, /, **facts: object) -> None:
        """Keep ``facts`` for the placeholders; ``message`` narrows the sentence of the class."""
        super().__init__()
        self.message = message or type(self).message
        self.facts = facts

    def __str__(self) -> str:
        """The English sentence, for logs; pages translate ``message`` and fill in ``facts``."""
        return self.message % self.facts
