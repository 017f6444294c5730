"""Certificates as makers of seals really write them: who, by whom, for how long, and its key."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from asn1crypto import core, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from app.core.party import NotATaxId, TaxId
from app.documents.readers import seal as kept
from app.documents.readers import sm2
from app.documents.readers.seal import Seal

SM3 = "sm3"
_SM2_CURVE = "1.2.156.10197.1.301"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    SM3: hashes.SM3(),
}
_DIGESTS = {
    "1.2.156.10197.1.401": SM3, "1.3.14.3.2.26": "sha1", "1.2.840.113549.2.5": "md5",
    "2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512", "2.16.840.1.101.3.4.2.4": "sha224",
}  # fmt: skip
SIGNED_WITH = {
    "1.2.156.10197.1.501": SM3,
    "1.2.840.113549.1.1.5": "sha1", "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384", "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384",
}  # fmt: skip
_NAME, _ORGANISATION, _UNIT, _SERIAL = "2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.5"
_BMP, _UNIVERSAL = 30, 28
_TEST = re.compile(r"测试|\b(?:test|specimen|demo)\b", re.IGNORECASE)
_ID = re.compile(r"(?<![0-9A-Za-z])N?([0-9A-Z]{18}|[0-9A-Z]{15}|[0-9A-Z]{20})(?![0-9A-Za-z])")
_SKEW = timedelta(days=1)
"""Signing programs write Beijing time for UTC, and take a certificate into use at once."""

FAULTS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What asn1crypto raises for bytes that are not what they should be."""


class Unsupported(Exception):
    """A kind of key, digest or signature that is not known here."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key in DER, and the point of it if it is one of SM2."""

    der: bytes
    point: bytes = b""


def load(der: bytes) -> x509.Certificate:
    """The certificate; one of ``FAULTS`` where the bytes are none, names and days included."""
    found = x509.Certificate.load(der)
    key(found)
    _values(found.subject)
    _values(found.issuer)
    if not found.not_valid_before < found.not_valid_after:
        raise ValueError("no days")
    return found


def key(certificate: x509.Certificate) -> Key:
    """Its public key."""
    info = certificate["tbs_certificate"]["subject_public_key_info"]
    algorithm = info["algorithm"]
    if algorithm["algorithm"].native == "ec" and algorithm["parameters"].native == _SM2_CURVE:
        return Key(info.dump(), core.BitString.load(info["public_key"].dump()).contents[1:])
    return Key(info.dump())


def digest_name(dotted: str) -> str:
    """The digest that an object id names, or the word that some makers write instead of one."""
    plain = dotted.strip()
    return _DIGESTS.get(plain) or plain.lower().replace("-", "")


def digest(name: str, data: bytes) -> bytes:
    """The digest of ``data``; Unsupported for one that is not known."""
    if name == SM3:
        return sm2.sm3(data)
    if name not in (*_HASHES, "md5"):
        raise Unsupported(name)
    return hashlib.new(name, data, usedforsecurity=False).digest()


def verifies(
    by: Key, signature: bytes, message: bytes, hashed: str, *, is_pss: bool = False
) -> bool:
    """Whether the key made ``signature`` of ``message``; Unsupported for kinds not known here."""
    if by.point:
        return sm2.verify(by.point, message, signature)
    try:
        public = load_der_public_key(by.der)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise Unsupported(str(fault)) from None
    sort = _HASHES.get(hashed)
    if sort is None or not isinstance(public, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise Unsupported(hashed)
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, message, ec.ECDSA(sort))
        else:
            public.verify(signature, message, _padding(sort, is_pss=is_pss), sort)
    except InvalidSignature:
        return False
    except UnsupportedAlgorithm as fault:
        raise Unsupported(str(fault)) from None
    return True


def describe(seal: Seal, certificates: list[x509.Certificate]) -> Seal:
    """The seal with who signed it: the first certificate; the others came with it."""
    if not certificates:
        return seal
    signer = certificates[0]
    subject = _values(signer.subject)
    words = [text for _, text in subject]
    issued_by = _values(signer.issuer)
    ids = [one for text in words for one in tax_ids(text)]
    return replace(
        seal,
        signer=_called(subject),
        signer_tax_id=ids[0] if ids else "",
        names=tuple(text for kind, text in subject if kind in (_NAME, _ORGANISATION)),
        issuer=called(signer.issuer),
        chain=_chain(signer, [*words, *(text for _, text in issued_by)], seal.signed_at),
        valid_from=_iso(signer.not_valid_before),
        valid_to=_iso(signer.not_valid_after),
        fingerprint=hashlib.sha256(signer.dump()).hexdigest(),
        certificates=tuple(b64encode(one.dump()).decode() for one in certificates),
    )


def tax_ids(text: str) -> Iterator[str]:
    """The tax ids written in a name, such as ``051@公司@N91110302562134916R@1``."""
    for found in _ID.findall(text):
        try:
            yield str(TaxId.parse(found))
        except NotATaxId:
            continue


def _chain(signer: x509.Certificate, words: list[str], signed_at: str) -> str:
    if any(_TEST.search(text) for text in words):
        return kept.TEST
    if signer.issuer.dump() == signer.subject.dump():
        return kept.SELF_SIGNED
    if signed_at:
        at = datetime.fromisoformat(signed_at)
        if not signer.not_valid_before - _SKEW <= at <= signer.not_valid_after + _SKEW:
            return kept.EXPIRED
    return kept.UNKNOWN


def called(name: x509.Name) -> str:
    """Whom a subject or an issuer names, in one line."""
    return _called(_values(name), first=_NAME)


def _called(values: list[tuple[str, str]], first: str = _ORGANISATION) -> str:
    """The organisation, else the common name, that is not only a tax id."""
    order = (first, _ORGANISATION, _NAME, _UNIT)
    ranked = [text for kind in order for name, text in values if name == kind]
    plain = [text for text in ranked if not re.fullmatch(r"[0-9A-Z]{10,20}", text)]
    return next(iter([*plain, *ranked]), "")


def _values(name: x509.Name) -> list[tuple[str, str]]:
    """Object id and text of each part, whatever encoding its maker took for right."""
    parts = core.Sequence.load(name.dump())
    found = []
    for place in range(len(parts)):
        for pair in core.SetOf.load(parts[place].dump(), spec=core.Sequence):
            found.append((pair[0].dotted, _text(pair[1].tag, pair[1].contents)))
    return found


def _text(tag: int, contents: bytes) -> str:
    wide = {_BMP: ("utf-16-be",), _UNIVERSAL: ("utf-32-be",)}
    for encoding in wide.get(tag, ("utf-8", "gb18030")):
        try:
            text = contents.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "".join(sign for sign in text if sign.isprintable()).strip()
    return ""


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _padding(sort: hashes.HashAlgorithm, *, is_pss: bool) -> padding.AsymmetricPadding:
    return padding.PSS(padding.MGF1(sort), padding.PSS.AUTO) if is_pss else padding.PKCS1v15()
