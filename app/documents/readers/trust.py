"""Which certificates stand behind another, and what an uploaded one says of itself."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from asn1crypto import pem, x509

from app.documents.readers import certificate as certificates
from app.documents.readers.certificate import FAULTS, SIGNED_WITH, Unsupported, called, key
from app.documents.readers.limits import KIB, Refused

LARGEST = 64 * KIB
_MOST_STEPS = 4
_CERTIFICATES = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE")


def read(data: bytes) -> dict[str, str]:
    """``{"der" in base64, "subject", "issuer", "fingerprint", "valid_from", "valid_to"}``.

    One certificate in PEM or DER; moments are ISO in UTC.

    Raises:
        Refused: it is none, or several.
    """
    if len(data) > LARGEST:
        raise Refused("too_large")
    found = _load(_unarmoured(data))
    return {
        "der": b64encode(found.dump()).decode(),
        "subject": called(found.subject),
        "issuer": called(found.issuer),
        "fingerprint": hashlib.sha256(found.dump()).hexdigest(),
        "valid_from": found.not_valid_before.isoformat(),
        "valid_to": found.not_valid_after.isoformat(),
    }


def confirmed(chain: Sequence[str], pins: Iterable[str]) -> bool:
    """Whether a pinned certificate is the first of ``chain``, or issued it, through the others.

    All are DER in base64. The days of the certificates are not looked at: a seal outlives them.
    """
    try:
        known = [_parse(one) for one in pins]
        signer, *others = [_parse(one) for one in chain]
    except FAULTS:
        return False
    for _ in range(_MOST_STEPS):
        if any(_is(signer, pin) or issued(signer, pin) for pin in known):
            return True
        above = next((one for one in others if issued(signer, one)), None)
        if above is None or _is(above, signer):
            return False
        signer = above
    return False


def issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Whether ``by`` may issue certificates and has issued this one."""
    if certificate.issuer.dump() != by.subject.dump() or not _may_issue(by):
        return False
    hashed = SIGNED_WITH.get(certificate["signature_algorithm"]["algorithm"].dotted, "")
    value = certificate["signature_value"].contents[1:]
    try:
        message = certificate["tbs_certificate"].dump()
        return certificates.verifies(key(by), value, message, hashed)
    except Unsupported:
        return False


def _may_issue(certificate: x509.Certificate) -> bool:
    """By its basic constraints; a root of the old form without any signs itself."""
    limits = certificate.basic_constraints_value
    if limits is None:
        return bool(certificate.issuer.dump() == certificate.subject.dump())
    return bool(limits["ca"].native)


def _is(one: x509.Certificate, other: x509.Certificate) -> bool:
    return bool(one.dump() == other.dump())


def _parse(text: str) -> x509.Certificate:
    return certificates.load(b64decode(text))


def _load(der: bytes) -> x509.Certificate:
    try:
        return certificates.load(der)
    except FAULTS:
        raise Refused("wrong_kind") from None


def _unarmoured(data: bytes) -> bytes:
    if not pem.detect(data):
        return data
    try:
        blocks: list[Any] = list(pem.unarmor(data, multiple=True))
    except FAULTS:
        raise Refused("broken") from None
    if len(blocks) > 1:
        raise Refused("too_many")
    sort, _, der = blocks[0]
    if sort not in _CERTIFICATES:
        raise Refused("wrong_kind")
    return bytes(der)
