"""Names of files by a template with fields in braces, fit for every file system."""

import re
from collections.abc import Mapping

from app.core.errors import N_, NotAValue
from app.invoices.models import Invoice

USUAL = "{date}_{seller}_{total}_{number}"

FIELDS: dict[str, str] = {
    "date": N_("Date of issue"),
    "seller": N_("Seller"),
    "buyer": N_("Buyer"),
    "total": N_("Total with tax"),
    "number": N_("Number"),
    "code": N_("Code"),
    "kind": N_("Kind"),
    "who": N_("Brought by"),
}
"""What may stand in braces, and what it is."""

MOST_BYTES = 180
"""Of UTF-8, without the suffix: file systems hold 255, and a number may follow."""

LONGEST = 120
_FIELD = re.compile(r"\{([^{}]*)\}")
_NOT_ALLOWED = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u202a-\u202e\u2066-\u2069]')
_GAPS = re.compile(r"([_\-.\s])[_\-.\s]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class NotATemplate(NotAValue):
    """Braces around something that is no field, or nothing but signs."""

    message = N_("“%(text)s” is no field. There are: %(fields)s.")


def template(typed: str) -> str:
    """A template as somebody typed it; an empty one is the usual one.

    Raises:
        NotATemplate: it names a field that does not exist, or none at all, or is too long.
    """
    text = typed.strip() or USUAL
    fields = ", ".join(f"{{{name}}}" for name in FIELDS)
    for name in _FIELD.findall(text):
        if name not in FIELDS:
            raise NotATemplate(text=f"{{{name}}}", fields=fields)
    rest = _FIELD.sub("", text)
    if rest == text or "{" in rest or "}" in rest or len(text) > LONGEST:
        raise NotATemplate(text=text[:40], fields=fields)
    return text


def values(invoice: Invoice, who: str) -> Mapping[str, str]:
    """What the fields are of one invoice; empty is what is not known."""
    key = invoice.key
    return {
        "date": invoice.issued.isoformat() if invoice.issued else "",
        "seller": invoice.seller_name,
        "buyer": invoice.buyer_name,
        "total": invoice.total.yuan if invoice.total is not None else "",
        "number": "" if key.scheme == "file" else key.number,
        "code": key.code,
        "kind": invoice.kind_title,
        "who": who,
    }


def fill(text: str, said: Mapping[str, str]) -> str:
    """The template filled in, as a name without a suffix that every system takes.

    Signs of paths become ``_``, gaps of unknown fields close, and what is too long is cut.
    """
    name = _FIELD.sub(lambda found: _NOT_ALLOWED.sub("_", said[found[1]]), text)
    name = _GAPS.sub(r"\1", _NOT_ALLOWED.sub("_", name))
    name = name.encode()[:MOST_BYTES].decode(errors="ignore").strip(" ._-")
    return f"_{name}" if _RESERVED.fullmatch(name) else name or "_"


class Names:
    """Names within one archive: the second of the same gets a number, whatever its case."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._next: dict[str, int] = {}

    def give(self, name: str, suffix: str) -> str:
        """``name.suffix``, or ``name (2).suffix`` where that is taken."""
        wanted = full = f"{name}.{suffix}"
        number = self._next.get(wanted.casefold(), 2)
        while full.casefold() in self._given:
            full, number = f"{name} ({number}).{suffix}", number + 1
        self._next[wanted.casefold()] = number
        self._given.add(full.casefold())
        return full
