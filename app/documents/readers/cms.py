"""CMS signatures (RFC 5652), of RSA and ECDSA, and of SM2 under its own object ids (GM/T 0010)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core, x509

from app.documents.readers import certificate as certificates
from app.documents.readers.certificate import FAULTS, Unsupported, digest, digest_name

_SIGNED = ("signed_data", "1.2.156.10197.6.1.4.2.2")
_MESSAGE_DIGEST, _SIGNING_TIME = _WANTED = ("message_digest", "signing_time")


@dataclass(frozen=True, slots=True)
class Signed:
    """One signer's word: whether digest and signature fit; the signer's certificate first."""

    fits_digest: bool
    fits_signature: bool
    certificates: list[x509.Certificate]
    signed_at: str


def check(blob: bytes, content: bytes, *, is_sha1_inside: bool = False) -> Signed:
    """Verify one PKCS#7 of one signer over ``content``, zeros behind it left aside.

    ``is_sha1_inside``: the blob holds the SHA-1 of the content and signs that (adbe.pkcs7.sha1).

    Raises:
        Unsupported: a kind that is not known here.
        ValueError: (or another of ``FAULTS``) bytes that are no such signature.
    """
    info = cms.ContentInfo.load(blob)
    if info["content_type"].native not in _SIGNED:
        raise Unsupported("content type")
    inner = info["content"]
    data = inner if isinstance(inner, cms.SignedData) else inner.parse(cms.SignedData)
    signer = data["signer_infos"][0]
    said = _inside(data)
    holds_sha1 = is_sha1_inside or bool(said)
    signed = said if holds_sha1 else content
    fits = not holds_sha1 or said == digest("sha1", content)
    hashed = digest_name(signer["digest_algorithm"]["algorithm"].dotted)
    attributes = _attributes(signer)
    message = signed
    if attributes:
        fits = fits and attributes.get(_MESSAGE_DIGEST) == digest(hashed, signed)
        message = _as_set(signer["signed_attrs"].dump())
    chain = _ordered(_all(data), signer)
    maker = _maker(chain, signer, message, hashed)
    first = chain if maker is None else [maker, *(one for one in chain if one is not maker)]
    at = attributes.get(_SIGNING_TIME)
    return Signed(fits, maker is not None, first, at.isoformat() if at else "")


def _inside(data: cms.SignedData) -> bytes:
    """The content that the blob holds itself, empty where it is detached."""
    inner = data["encap_content_info"]["content"].native
    return inner if isinstance(inner, bytes) else b""


def _attributes(signer: cms.SignerInfo) -> dict[str, Any]:
    found = signer["signed_attrs"]
    if isinstance(found, core.Void):
        return {}
    return {
        one["type"].native: one["values"][0].native
        for one in found
        if one["type"].native in _WANTED and len(one["values"])
    }


def _as_set(dumped: bytes) -> bytes:
    """What is signed is the set itself, not the implicit tag under which it travels."""
    return b"\x31" + dumped[1:]


def _all(data: cms.SignedData) -> list[x509.Certificate]:
    there = data["certificates"]
    if isinstance(there, core.Void):
        return []
    found = []
    for one in list(there)[:10]:
        try:
            found.append(certificates.load(one.chosen.dump()))
        except FAULTS:
            continue
    return found


def _ordered(found: list[x509.Certificate], signer: cms.SignerInfo) -> list[x509.Certificate]:
    """Those with the serial number that the signer gives come first."""
    sid = signer["sid"].chosen
    serial = sid["serial_number"].native if signer["sid"].name == "issuer_and_serial_number" else 0
    return sorted(found, key=lambda one: one.serial_number != serial)


def _maker(
    chain: list[x509.Certificate], signer: cms.SignerInfo, message: bytes, hashed: str
) -> x509.Certificate | None:
    """The certificate whose key made the signature."""
    is_pss = signer["signature_algorithm"]["algorithm"].native == "rsassa_pss"
    value = signer["signature"].native
    for one in chain:
        if certificates.verifies(certificates.key(one), value, message, hashed, is_pss=is_pss):
            return one
    return None
