"""Whether the originals agree with each other and were read right."""

from app.core.verdict import Outcome, Source
from app.verification.rules.known import Answer, Known, Ledger, names

_TRUE_TO_THE_FILE = frozenset({"xml", "ofd", "pdf", "qr"})


def originals(known: Known, _bureau: Ledger) -> Answer | None:
    """Sources that contradict each other: the best alarm for a forgery (DESIGN §3, rule 4).

    Two of XML, OFD, PDF and QR that differ stop it and hold reimbursement; a reading of a picture
    or of a person that differs is only looked at, as is a field corrected by hand.
    """
    differing = {one["name"]: one for one in known.contradictions}
    stopped = [name for name, one in differing.items() if _is_in_the_files(one["values"])]
    if stopped:
        found = [differing[name] for name in sorted(stopped)]
        return _answer("contradict", Outcome.STOPPED, stopped, contradictions=found)
    if differing:
        found = [differing[name] for name in sorted(differing)]
        return _answer("reading", Outcome.LOOK, list(differing), contradictions=found)
    if known.corrected:
        return _answer("corrected", Outcome.LOOK, list(known.corrected))
    if len(known.sources & _TRUE_TO_THE_FILE) > 1:
        return _answer("agree", Outcome.PASSED, [])
    return None


def crc(known: Known, _bureau: Ledger) -> Answer | None:
    """The code's own checksum: it shows a misreading, and proves nothing (FORMATS §1.4)."""
    if not known.crc and "qr" not in known.sources:
        return None
    if known.crc in ("", "absent"):
        return Answer("crc", "absent", Outcome.UNKNOWN)
    if known.crc == "unmatched":
        return Answer("crc", "unmatched", Outcome.LOOK)
    return Answer("crc", "fits", Outcome.PASSED, evidence={"variant": known.crc})


def _is_in_the_files(values: list[dict[str, str]]) -> bool:
    return len({one["value"] for one in values if one["source"] in _TRUE_TO_THE_FILE}) > 1


def _answer(words: str, outcome: Outcome, fields: list[str], **facts: object) -> Answer:
    evidence = {**names(fields), **facts} if fields else {}
    return Answer("originals", words, outcome, Source.ORIGINALS.value, evidence=evidence)
