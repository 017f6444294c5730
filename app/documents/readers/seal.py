"""What is known of one seal or signature in a file (FORMATS §9)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

INTACT, ALTERED, UNREADABLE = "intact", "altered", "unreadable"
KNOWN, UNKNOWN, TEST, SELF_SIGNED, EXPIRED = "known", "unknown", "test", "self_signed", "expired"
MOST_SEALS = 8
_MOST_NAMES, _LONGEST = 40, 160
_MOST_CERTIFICATES, _LARGEST_CERTIFICATE = 4, 6_000


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal: whether what it covers is as it was, and who says so.

    ``what`` is the form (``adbe.pkcs7.detached``, ``ses.v4``), ``names`` common name and
    organisation in the certificate, ``parts`` what no longer fits its digest, ``covers`` and
    ``uncovered`` parts of the package or ranges of bytes. ``reasons`` are stable words:
    ``digest``, ``signature``, ``appended``, ``signed_again``, ``gap``, ``cut``, ``unsupported``,
    ``malformed``, ``no_certificate``, ``not_in_seal``, ``stamp`` (it is not what its maker
    signed), ``partly`` (a part that the invoice is read from is not covered). ``certificates``
    are DER in base64, the signer's first. Moments are ISO in the zone that the file states.
    """

    state: str
    what: str
    signer: str = ""
    signer_tax_id: str = ""
    names: tuple[str, ...] = ()
    issuer: str = ""
    chain: str = UNKNOWN
    valid_from: str = ""
    valid_to: str = ""
    fingerprint: str = ""
    maker: str = ""
    stamp_maker: str = ""
    covers: tuple[str, ...] = ()
    uncovered: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    signed_at: str = ""
    reasons: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON, cut to a size that a hostile file cannot choose."""
        cut = {name: _cut(value) for name, value in asdict(self).items() if name != "certificates"}
        kept = [one for one in self.certificates if len(one) <= _LARGEST_CERTIFICATE]
        return {**cut, "certificates": kept[:_MOST_CERTIFICATES]}


def from_plain(facts: dict[str, Any]) -> Seal:
    """The same seal again."""
    lists = {name: tuple(value) for name, value in facts.items() if isinstance(value, list)}
    return replace(Seal("", ""), **{**facts, **lists})


def _cut(value: str | tuple[str, ...]) -> str | list[str]:
    if isinstance(value, str):
        return value[:_LONGEST]
    return [one[:_LONGEST] for one in value[:_MOST_NAMES]]
