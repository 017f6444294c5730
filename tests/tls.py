"""Certificates of the tests' own making, and a visitor who trusts but one root."""

import socket
import ssl
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def write(folder: Path, stem: str, names: Sequence[str], *, days: int = 90) -> tuple[Path, Path]:
    """A certificate that signs itself, and its key; it began 100 days before it ends or ended."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "样票")])
    ends = datetime.now(UTC) + timedelta(days=days)
    draft = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=100))
        .not_valid_after(ends)
    )
    if names:
        covered = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        draft = draft.add_extension(covered, critical=False)
    cert_file, key_file = folder / f"{stem}.crt", folder / f"{stem}.key"
    cert_file.write_bytes(draft.sign(key, SHA256()).public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key_file.write_bytes(secret)
    return cert_file, key_file


def shaken(port: int, name: str, root: Path) -> ssl.SSLSocket:
    """A line to this machine whose other end has proved that it is ``name``."""
    context = ssl.create_default_context(cafile=root)
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port)), server_hostname=name)


class _Here(HTTPSConnection):
    """Every name leads to this machine, which has to prove that it is the one asked for."""

    def __init__(self, host: str, *, root: Path, timeout: float = 30, **_: object) -> None:
        super().__init__(host, timeout=timeout)
        self.root = root

    def connect(self) -> None:
        assert self.port
        self.sock = shaken(self.port, self.host, self.root)


class Trusting(urllib.request.HTTPSHandler):
    """For an opener: https with this root and no other."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self.root = root

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(partial(_Here, root=self.root), req)  # type: ignore[arg-type]
