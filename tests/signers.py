"""People with keys and certificates, made for tests; those with SM2 by the openssl command."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from cryptography import x509 as made_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SM2_ID = "1.2.156.10197.1.501"
RSA_ID = "1.2.840.113549.1.1.11"
_DISTID = "distid:1234567812345678"


@dataclass(frozen=True)
class Signer:
    """Somebody with a key and a certificate in DER; ``sign`` hashes by itself."""

    certificate: bytes
    sign: Callable[[bytes], bytes]
    algorithm: str
    folder: Path | None = None
    key: rsa.RSAPrivateKey | None = None


def openssl(*words: str, data: bytes = b"") -> bytes:
    """What the command prints."""
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


@cache
def has_sm2() -> bool:
    try:
        return b"SM2" in openssl("ecparam", "-list_curves")
    except (OSError, subprocess.CalledProcessError):
        return False


needs_sm2 = pytest.mark.skipif(not has_sm2(), reason="this openssl command has no SM2")


@cache
def by_rsa(
    organisation: str,
    unit: str = "",
    *,
    issuer: Signer | None = None,
    until: datetime = datetime(2036, 1, 1, tzinfo=UTC),
) -> Signer:
    """A signer with RSA, self-signed without an issuer; ``unit`` often holds the tax id."""
    key = rsa.generate_private_key(65537, 2048)
    named = [made_x509.NameAttribute(NameOID.COMMON_NAME, organisation)]
    if unit:
        named.append(made_x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    subject = made_x509.Name(named)
    above = made_x509.load_der_x509_certificate(issuer.certificate).subject if issuer else subject
    made = (
        made_x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(above)
        .public_key(key.public_key())
        .serial_number(made_x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(until)
        .sign(issuer.key if issuer and issuer.key else key, hashes.SHA256())
    )

    def sign(message: bytes) -> bytes:
        return key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    return Signer(made.public_bytes(Encoding.DER), sign, RSA_ID, key=key)


@cache
def by_sm2(organisation: str, name: str = "监制章", *, issuer: Signer | None = None) -> Signer:
    """A signer with SM2 and its certificate, both made by openssl."""
    folder = Path(mkdtemp(prefix="yanpiao-sm2-"))
    key, request, pem = (str(folder / file) for file in ("key.pem", "request.pem", "cert.pem"))
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", key)
    subject = f"/C=CN/O={organisation}/CN={name}"
    common = ("-utf8", "-subj", subject, "-sm3", "-sigopt", _DISTID, "-key", key)
    if issuer and issuer.folder:
        openssl("req", "-new", *common, "-out", request)
        above = ("-CA", str(issuer.folder / "cert.pem"), "-CAkey", str(issuer.folder / "key.pem"))
        options = ("-sm3", "-sigopt", _DISTID, "-vfyopt", _DISTID, "-days", "3650")
        openssl("x509", "-req", "-in", request, *above, *options, "-set_serial", "7", "-out", pem)
    else:
        openssl("req", "-new", "-x509", *common, "-days", "3650", "-out", pem)

    def sign(message: bytes) -> bytes:
        return openssl("dgst", "-sm3", "-sign", key, "-sigopt", _DISTID, data=message)

    der = openssl("x509", "-in", pem, "-outform", "DER")
    return Signer(der, sign, SM2_ID, folder=folder)


def der(numbers: list[bytes]) -> bytes:
    """A sequence of integers, spelled as given."""
    parts = b"".join(bytes([2, len(one)]) + one for one in numbers)
    return bytes([0x30, len(parts)]) + parts
