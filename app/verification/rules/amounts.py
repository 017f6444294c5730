"""Whether the amounts, the amount in capitals and the tax fit together."""

from collections.abc import Iterable

from app.core import rates
from app.core.capitals import NotCapitals, read
from app.core.money import Money
from app.core.rates import NotARate, Standing
from app.core.verdict import Outcome
from app.verification.rules.known import Answer, Known, Ledger, LineItem

ROUNDING = 2
"""Fen by which the tax of air may be off: it is rounded per component (FORMATS §7.3)."""
LINE_ROUNDING = 6
"""Fen by which the tax of a line may be off (APIS §9.1, §9.4)."""


def arithmetic(known: Known, _bureau: Ledger) -> Answer | None:
    """Amount + tax = total, and the lines add up; no tax (``***``) counts as 0 (FORMATS §0.5)."""
    tax = known.tax if known.tax is not None else _no_tax(known)
    if known.amount is None or known.total is None or tax is None:
        return None
    facts = {"amount": known.amount.yuan, "tax": tax.yuan, "total": known.total.yuan}
    rest = known.total - known.amount - tax
    if known.kind_word == "air" and rest.fen > ROUNDING:
        return Answer("arithmetic", "fees", Outcome.PASSED, evidence={**facts, "rest": rest.yuan})
    if abs(rest.fen) > (ROUNDING if known.kind_word == "air" else 0):
        outcome = known.severity("amount", "tax", "total")
        return Answer("arithmetic", "differs", outcome, evidence=facts)
    if sums := _other_sums(known.lines, known.amount, tax):
        return Answer("arithmetic", "lines", Outcome.LOOK, evidence={**facts, **sums})
    return Answer("arithmetic", "fits", Outcome.PASSED, evidence=facts)


def capitals(known: Known, _bureau: Ledger) -> Answer | None:
    """价税合计（大写） against the figure, by value (FORMATS §10)."""
    if not known.total_words or known.total is None:
        return None
    facts = {"total_words": known.total_words, "total": known.total.yuan}
    try:
        said = read(known.total_words)
    except NotCapitals:
        return Answer("capitals", "unread", Outcome.UNKNOWN, evidence=facts)
    if said in (known.total, Money(abs(known.total.fen))):
        return Answer("capitals", "fits", Outcome.PASSED, evidence=facts)
    outcome = known.severity("total", "total_words")
    return Answer("capitals", "differs", outcome, evidence={**facts, "said": said.yuan})


def tax_rates(known: Known, _bureau: Ledger) -> Answer | None:
    """Each line's rate was in force for the kind and day, and its tax follows from it.

    A line that fits in neither is looked at, never stopped: make-up invoices keep the rate of an
    earlier day, and taxation of a difference has a tax of its own.
    """
    if not known.lines or known.issued is None:
        return None
    judged = {line: _judge(line, known) for line in known.lines}
    for word in ("other_kind", "other_time", "tax", "unlisted"):
        if found := [line for line, said in judged.items() if said == word]:
            outcome = Outcome.UNKNOWN if word == "unlisted" else Outcome.LOOK
            return Answer("tax_rates", word, outcome, evidence=_evidence(found, known))
    return Answer("tax_rates", "fits", Outcome.PASSED, evidence=_evidence(known.lines, known))


def _judge(line: LineItem, known: Known) -> str:
    try:
        rate = rates.parse(line.rate)
    except NotARate:
        return Standing.UNLISTED.value
    standing = rates.standing(rate, known.kind_word, known.issued or known.today)
    if standing is Standing.IN_FORCE and not _tax_follows(line, rate):
        return "tax"
    return standing.value


def _tax_follows(line: LineItem, rate: str) -> bool:
    if line.amount is None or line.tax is None or rate == "***":
        return True
    expected = Money(0) if rates.is_free(rate) else rates.tax(rate, line.amount)
    return abs((line.tax - expected).fen) <= LINE_ROUNDING


def _no_tax(known: Known) -> Money | None:
    """Zero where every line is free of tax, or where nothing is left for a tax."""
    is_free = bool(known.lines) and all(_is_free(line.rate) for line in known.lines)
    return Money(0) if is_free or known.amount == known.total else None


def _is_free(text: str) -> bool:
    try:
        return rates.is_free(rates.parse(text))
    except NotARate:
        return False


def _other_sums(lines: tuple[LineItem, ...], amount: Money, tax: Money) -> dict[str, str]:
    """What the lines add up to where that is something else; a fen of tax may be lost per line."""
    if not lines or any(line.amount is None for line in lines):
        return {}
    amounts = Money.sum(line.amount for line in lines if line.amount is not None)
    taxes = Money.sum(line.tax for line in lines if line.tax is not None)
    is_tax_known = all(line.tax is not None or _is_free(line.rate) for line in lines)
    if amounts == amount and (not is_tax_known or abs((taxes - tax).fen) <= len(lines)):
        return {}
    return {"line_amounts": amounts.yuan, "line_taxes": taxes.yuan}


def _evidence(lines: Iterable[LineItem], known: Known) -> dict[str, object]:
    said = [
        {
            "name": line.name,
            "rate": line.rate,
            "amount": line.amount.yuan if line.amount is not None else "",
            "tax": line.tax.yuan if line.tax is not None else "",
        }
        for line in lines
    ]
    laws = {_law(line.rate) for line in lines} - {""}
    return {"lines": said, "rates": "、".join(dict.fromkeys(line["rate"] for line in said)),
            "issued": str(known.issued), "law": "；".join(sorted(laws))}  # fmt: skip


def _law(text: str) -> str:
    try:
        return rates.sources(rates.parse(text))
    except NotARate:
        return ""
