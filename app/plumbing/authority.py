"""A small certificate authority for the company's own network, and the certificate it issues.

The authority is made once and never again by itself: every phone has to be taught it by hand. What
it issues is short-lived and made anew whenever it is due. It has no name constraints: verifiers
need not look at those of a trust anchor (RFC 5280 §6.2) and not every phone does, and a new name
or another network would then cost another round of all devices.
"""

import os
import shutil
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from plistlib import dumps

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from app.plumbing.clock import now

AUTHORITY_LIFE = timedelta(days=3652)
LIFE = timedelta(days=397)
"""Apple's devices refuse server certificates that are valid for more than 398 days."""
RENEWED_BEFORE = timedelta(days=30)
_SLOW_CLOCKS = timedelta(days=1)
_ROOT, _KEY, _SERVER = "root.crt", "root.key", "server.pem"


def make(folder: Path, name: str) -> None:
    """Make the authority of an installation called ``name`` unless it is there, whole or not."""
    if folder.exists():
        return
    fresh = folder.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    key, day = ec.generate_private_key(ec.SECP256R1()), now()
    subject = _named(f"Yanpiao CA {day:%Y-%m-%d} {name}")
    root = (
        _draft(subject, subject, key, (day - _SLOW_CLOCKS, day + AUTHORITY_LIFE))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, SHA256())
    )
    _write(fresh / _KEY, _secret(key))
    _write(fresh / _ROOT, root.public_bytes(Encoding.PEM))
    fresh.rename(folder)


def issue(folder: Path, names: Sequence[str]) -> None:
    """Issue a certificate with a new key for ``names``: DNS names and IP addresses."""
    authority = load_pem_private_key((folder / _KEY).read_bytes(), None)
    assert isinstance(authority, ec.EllipticCurvePrivateKey)
    signer, key = root(folder), ec.generate_private_key(ec.SECP256R1())
    starts = now() - _SLOW_CLOCKS
    ends = min(starts + LIFE, signer.not_valid_after_utc)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    made = (
        _draft(_named("Yanpiao"), signer.subject, key, (starts, ends))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), False)
        .add_extension(issuer, critical=False)
        .sign(authority, SHA256())
    )
    _write(folder / _SERVER, _secret(key) + made.public_bytes(Encoding.PEM))


def is_due(folder: Path, names: Sequence[str]) -> bool:
    """True when there is no certificate for exactly these names with more than 30 days left."""
    try:
        found = read(server(folder))
        found.verify_directly_issued_by(root(folder))
    except (OSError, ValueError, InvalidSignature):
        return True
    ends = found.not_valid_after_utc
    return ends - now() < RENEWED_BEFORE or set(covered(found)) != set(names)


def server(folder: Path) -> Path:
    """The file with the key and the certificate in force."""
    return folder / _SERVER


def root(folder: Path) -> x509.Certificate:
    """The authority's own certificate: what devices are taught."""
    return read(folder / _ROOT)


def read(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file; ValueError if there is none."""
    return x509.load_pem_x509_certificate(path.read_bytes())


def covered(certificate: x509.Certificate) -> list[str]:
    """The names and addresses it is good for, as text."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = found.get_values_for_type(x509.IPAddress)
    return [*found.get_values_for_type(x509.DNSName), *map(str, addresses)]


def covers(certificate: x509.Certificate, name: str) -> bool:
    """True for a name it is good for; a star stands for one label (RFC 6125 §6.4.3)."""
    rest = name.partition(".")[2]
    stars = {f"*.{rest}"} if rest and not _is_address(name) else set[str]()
    return not stars.union({name.lower()}).isdisjoint(one.lower() for one in covered(certificate))


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, in groups of four, to be compared by eye."""
    digits = certificate.fingerprint(SHA256()).hex().upper()
    return " ".join(digits[place : place + 4] for place in range(0, len(digits), 4))


def der(certificate: x509.Certificate) -> bytes:
    """The certificate as phones take it."""
    return certificate.public_bytes(Encoding.DER)


def profile(certificate: x509.Certificate) -> bytes:
    """A configuration profile for Apple's devices; installing it again replaces the first."""
    mark = certificate.fingerprint(SHA256()).hex()
    name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    inner = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"yanpiao.{mark}.root",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{mark}.root")).upper(),
        "PayloadDisplayName": name,
        "PayloadContent": der(certificate),
    }
    outer = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"yanpiao.{mark}",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_OID, mark)).upper(),
        "PayloadDisplayName": "验票 Yanpiao",
        "PayloadContent": [inner],
    }
    return dumps(outer)


def _draft(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    valid: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(identifier, critical=False)
    )


def _named(text: str) -> x509.Name:
    """X.520 allows a common name of 64 characters."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _usage(**wanted: bool) -> x509.KeyUsage:
    every = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{one: wanted.get(one, False) for one in every})


def _general(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if _is_address(name) else x509.DNSName(name)


def _is_address(name: str) -> bool:
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and for its owner only."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
