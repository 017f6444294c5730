"""``SignedValue.dat``: an electronic seal's signature, GM/T 0031 (version 1) or GB/T 38540 (4)."""

from __future__ import annotations

from dataclasses import dataclass

from asn1crypto import core, x509

from app.documents.readers import certificate as certificates
from app.documents.readers.certificate import (
    FAULTS,
    SIGNED_WITH,
    SM3,
    Unsupported,
    digest,
    digest_name,
)

_OLDER = 2
"""Version 1 has two parts: what is signed, certificate included, and the signature."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who made the stamp itself, and whether it is as it was made; None where nobody says."""

    maker: str = ""
    is_whole: bool | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """What it says: its form, the digest of ``Signature.xml``, the signer, and whether it fits."""

    what: str
    digest: bytes
    hashed: str
    signer: x509.Certificate
    fits_signature: bool
    is_in_seal: bool
    signed_at: str
    stamp: Stamp


def read(blob: bytes) -> Sealed:
    """Parse and verify.

    Raises:
        Unsupported: its algorithm is not known here.
        ValueError: (or another of ``FAULTS``) it is no seal at all.
    """
    whole = core.Sequence.load(blob)
    said = whole[0]
    is_older = len(whole) == _OLDER
    holder, at = (said, 5) if is_older else (whole, 1)
    signer = certificates.load(holder[at].native)
    dotted = holder[at + 1].dotted
    hashed = SIGNED_WITH.get(dotted) or digest_name(dotted)
    value = whole[1 if is_older else 3].contents[1:]
    return Sealed(
        what="ses.v1" if is_older else "ses.v4",
        digest=said[3].contents[1:] if said[3].tag == core.BitString.tag else said[3].contents,
        hashed=hashed,
        signer=signer,
        fits_signature=certificates.verifies(certificates.key(signer), value, said.dump(), hashed),
        is_in_seal=_is_in_seal(said[1], signer.dump()),
        signed_at=_moment(said[2]),
        stamp=_stamp(said[1]),
    )


def picture(blob: bytes) -> tuple[str, bytes]:
    """What the seal looks like: ``png``, ``jpg`` or ``ofd``, and the bytes.

    Raises:
        ValueError: (or another of ``FAULTS``) it is no seal at all.
    """
    shown = core.Sequence.load(blob)[0][1][0][3]
    return str(shown[0].native).lower(), bytes(shown[1].native)


def fits(sealed: Sealed, signature_xml: bytes) -> bool:
    """Whether the seal is of these very bytes."""
    return digest(sealed.hashed, signature_xml) == sealed.digest


def _stamp(eseal: core.Sequence) -> Stamp:
    """Version 4 signs what describes the stamp, version 1 that with the certificate behind it."""
    is_older = len(eseal) == _OLDER
    try:
        holder, at = (eseal[1], 0) if is_older else (eseal, 1)
        certificate, algorithm, signed = (holder[at + place] for place in range(3))
        maker = certificates.load(certificate.native)
        parts = (eseal[0], certificate, algorithm) if is_older else ()
        message = core.Sequence(contents=b"".join(part.dump() for part in parts)).dump()
        message = message if is_older else eseal[0].dump()
        hashed = SIGNED_WITH.get(algorithm.dotted) or digest_name(algorithm.dotted)
        value, key = signed.contents[1:], certificates.key(maker)
        return Stamp(
            certificates.called(maker.subject), certificates.verifies(key, value, message, hashed)
        )
    except (Unsupported, *FAULTS):
        return Stamp()


def _is_in_seal(eseal: core.Sequence, certificate: bytes) -> bool:
    """Whether the seal lists its signer: whole, or by a digest of the certificate."""
    digests = [certificates.digest(name, certificate) for name in (SM3, "sha256", "sha1")]
    dumped = eseal[0][2].dump()
    return any(wanted in dumped for wanted in (certificate, *digests))


def _moment(time: core.Asn1Value) -> str:
    """Version 1 puts the time in a bit string, as text or as a whole timestamp."""
    if isinstance(time, core.GeneralizedTime | core.UTCTime):
        return str(time.native.isoformat())
    try:
        inner = core.load(time.contents[1:])
        return str(inner.native.isoformat())
    except FAULTS:
        return ""
