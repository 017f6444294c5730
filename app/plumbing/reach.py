"""How phones and desks reach this installation: its names, its addresses, its certificate.

What knows certificates is imported only where one is asked for: most starts need none.
"""

import re
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from app.plumbing.clock import now
from app.plumbing.settings import Settings

_NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
_ADDRESSES = Path("/proc/net/fib_trie")
_OURS = re.compile(r"\|-- ([\d.]+)\n\s+/32 host LOCAL")
_NOWHERE = ("192.0.2.1", 9)
"""An address for examples (RFC 5737): asking for the way there sends nothing."""


class Unfit(Exception):
    """What the person at the terminal has to mend, as one sentence."""


@dataclass(frozen=True, slots=True)
class Root:
    """What devices are taught: the authority's certificate, and how to know it again."""

    fingerprint: str
    ends: datetime
    der: bytes
    profile: bytes


def addresses() -> list[str]:
    """The IPv4 addresses of this machine on its networks, the one towards the world first."""
    try:
        found = set(_OURS.findall(_ADDRESSES.read_text()))
    except OSError:
        found = set()
    first = _outward()
    rest = sorted(one for one in found if one != first and not is_loopback(one))
    return [first, *rest] if first else rest


def is_loopback(host: str) -> bool:
    """True for the names and addresses by which a machine calls itself."""
    bare = host.strip("[]").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        return ip_address(bare).is_loopback
    except ValueError:
        return False


def prepare(chosen: Settings) -> bool:
    """See to it that there is a certificate to serve; True when a new one was made.

    Raises:
        Unfit: the settings do not go together, or the certificate given is of no use.
    """
    if bool(chosen.cert) != bool(chosen.key):
        raise Unfit("YANPIAO_CERT and YANPIAO_KEY go together; one of them is missing.")
    if not chosen.https:
        if chosen.cert:
            raise Unfit("YANPIAO_CERT needs YANPIAO_HTTPS=NAME, the name it was issued for.")
        return False
    if not _NAME.fullmatch(chosen.https):
        raise Unfit(f"{chosen.https} is no host name: letters, digits, hyphens and dots only.")
    if chosen.cert and chosen.key:
        _try(chosen.cert, chosen.key, chosen.https)
        return False
    return _renew(chosen)


def certificate(chosen: Settings) -> tuple[Path, Path] | None:
    """The files with the certificate and with its key, where we serve https ourselves."""
    if chosen.cert and chosen.key:
        return chosen.cert, chosen.key
    if not chosen.https:
        return None
    return (_server(chosen), _server(chosen))


def ends(chosen: Settings) -> datetime | None:
    """When the certificate in force runs out; None where we serve none, or it cannot be read."""
    from app.plumbing import authority

    found = certificate(chosen)
    try:
        return authority.read(found[0]).not_valid_after_utc if found else None
    except (OSError, ValueError):
        return None


def root(chosen: Settings) -> Root | None:
    """What devices are taught, where there is an authority of our own that can be read."""
    if not chosen.has_authority:
        return None
    from app.plumbing import authority

    try:
        found = authority.root(chosen.authority)
    except (OSError, ValueError):
        return None
    mark, until = authority.fingerprint(found), found.not_valid_after_utc
    return Root(mark, until, authority.der(found), authority.profile(found))


def places(chosen: Settings) -> list[str]:
    """Every https address that works from another device, the chosen one first."""
    host, _, port = chosen.bind.rpartition(":")
    found = addresses() if host in ("", "0.0.0.0", "[::]") else [host]
    others = [f"https://{one}:{port}" for one in found if not is_loopback(one)]
    return [chosen.url, *(one for one in others if one != chosen.url)]


def secured(chosen: Settings, host: str) -> str:
    """The https address for somebody who came to ``host`` without: there if we cover it."""
    bare = urlsplit(f"//{host}").hostname or ""
    if bare == chosen.https or bare not in _names(chosen):
        return chosen.url
    named = f"[{bare}]" if ":" in bare else bare
    return f"https://{named}:{chosen.bind.rpartition(':')[2]}"


def announcement(chosen: Settings) -> list[str]:
    """What the terminal says beside the first address."""
    found = root(chosen)
    lines = [f"also {place}" for place in places(chosen)[1:]] if chosen.https else []
    if found is None:
        return lines
    host = urlsplit(places(chosen)[:2][-1]).hostname
    port = chosen.http_bind.rpartition(":")[2]
    return [
        *lines,
        f"devices are taught to trust it once, here: http://{host}:{port}/ca",
        f"SHA-256 of its root: {found.fingerprint}",
    ]


def _names(chosen: Settings) -> list[str]:
    return list(dict.fromkeys([chosen.https, "localhost", "127.0.0.1", "::1", *addresses()]))


def _server(chosen: Settings) -> Path:
    from app.plumbing import authority

    return authority.server(chosen.authority)


def _renew(chosen: Settings) -> bool:
    """Our own: the authority once, the certificate whenever it is due."""
    from app.plumbing import authority

    folder, names = chosen.authority, _names(chosen)
    authority.make(folder, chosen.https)
    try:
        left = authority.root(folder).not_valid_after_utc - now()
    except (OSError, ValueError) as fault:
        raise Unfit(f"The authority in {folder} cannot be read; put it back.") from fault
    if left < timedelta(days=1):
        raise Unfit(f"The authority in {folder} has run out; move it away to make a new one.")
    if not authority.is_due(folder, names):
        return False
    authority.issue(folder, names)
    return True


def _try(cert: Path, key: Path, name: str) -> None:
    """Refuse a certificate that browsers would refuse."""
    from app.plumbing import authority

    for path in (cert, key):
        try:
            path.read_bytes()
        except OSError as fault:
            raise Unfit(f"{path} cannot be read: {fault.strerror}.") from fault
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key, lambda: b"-")
        found = authority.read(cert)
    except (ssl.SSLError, ValueError) as fault:
        raise Unfit(f"{cert} and {key} do not fit together, or are no plain PEM files.") from fault
    if not authority.covers(found, name):
        covered = ", ".join(authority.covered(found)) or "no name at all"
        raise Unfit(f"{cert} does not cover {name}; it covers {covered}.")
    until = found.not_valid_after_utc
    if until < now():
        raise Unfit(f"{cert} ran out on {until:%Y-%m-%d}.")


def _outward() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(_NOWHERE)
        except OSError:
            return ""
        host: str = line.getsockname()[0]
    return "" if is_loopback(host) else host
