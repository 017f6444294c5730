"""The web's address as seen from this machine: is it free, does it answer."""

import errno
import socket
import ssl
from urllib.parse import urlsplit

ANYWHERE = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}


def _place(bind: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """The address to call, from gunicorn's way of writing it."""
    if bind.startswith("unix:"):
        return socket.AF_UNIX, bind.removeprefix("unix:")
    parts = urlsplit(f"//{bind}")
    host = parts.hostname or ""
    host = ANYWHERE.get(host, host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return family, (host, parts.port or 8000)


def is_taken(bind: str) -> bool:
    """True when another program listens there."""
    family, place = _place(bind)
    if family is socket.AF_UNIX:
        return False
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind(place)
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False


def answers(bind: str, url: str, *, tls: bool = False) -> bool:
    """True when the web says that it lives; whom it claims to be is not asked."""
    family, place = _place(bind)
    question = f"GET /livez HTTP/1.0\r\nHost: {urlsplit(url).netloc}\r\n\r\n"
    with socket.socket(family) as plain:
        plain.settimeout(1)
        try:
            plain.connect(place)
            with _wrapped(plain) if tls else plain as line:
                line.sendall(question.encode())
                return line.recv(64).split(b" ")[1:2] == [b"200"]
        except OSError:
            return False


def _wrapped(line: socket.socket) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(line)
