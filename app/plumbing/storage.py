"""Files by digest: the same bytes are one file, and a file never changes.

Few functions, so that a bucket can take the folder's place: ``keep``, ``read``, ``forget``, and
``draft`` with ``settle`` for what is made here.
"""

import errno
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.core.errors import N_, Problem
from app.plumbing.settings import settings

STALE_SECONDS = 24 * 3600
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_CHUNK = 1 << 20


class TooLarge(Problem):
    """More bytes than one file may have here."""

    message = N_("This file is larger than %(limit)s MB. Please hand in a smaller one.")
    status = 413


class Empty(Problem):
    """A file without a byte."""

    message = N_("This file is empty. Please choose it again.")


class DiskFull(Problem):
    """No room is left; nothing was kept in part."""

    message = N_(
        "The server has no room left, so this file was not kept. Nothing you handed in "
        "before is lost. Please tell your administrator, then try again."
    )
    status = 507


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept: sha256 in hex, and how many bytes."""

    digest: str
    size: int


def keep(source: IO[bytes], most_mib: int) -> Kept:
    """Take a file of at most ``most_mib`` in, whole and on the disk, or not at all.

    Raises:
        Empty, TooLarge, DiskFull: nothing was kept.
    """
    with draft() as copy:
        kept = _copy(source, copy, most_mib)
        _settle(Path(copy.name), path(kept.digest))
    return kept


@contextmanager
def draft() -> Iterator[IO[bytes]]:
    """An empty file on the store's own disk, to be written and settled; else it is gone at the end.

    Raises:
        DiskFull: also for what fails inside for want of room.
    """
    incoming = settings().files / "incoming"
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        ask_for_room()
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as file:
            try:
                yield file
            finally:
                Path(file.name).unlink(missing_ok=True)
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise DiskFull from fault
        raise


def settle(file: IO[bytes]) -> Kept:
    """Make a draft, written whole, one of the kept files."""
    file.flush()
    os.fsync(file.fileno())
    with open(file.name, "rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
        size = os.fstat(written.fileno()).st_size
    _settle(Path(file.name), path(digest))
    return Kept(digest, size)


def read(digest: str) -> IO[bytes]:
    """Open a kept file; a missing one raises FileNotFoundError."""
    return path(digest).open("rb")


def forget(digest: str) -> None:
    """Take a file away for good; the caller knows that nothing refers to it."""
    path(digest).unlink(missing_ok=True)


def path(digest: str) -> Path:
    """Where the bytes of ``digest`` lie."""
    if len(digest) != 64 or not digest.isalnum():
        raise ValueError("not a digest")
    return settings().files / digest[:2] / digest[2:4] / digest


def sweep() -> int:
    """Remove what broken uploads and drafts left behind more than a day ago."""
    removed = 0
    for stray in (settings().files / "incoming").glob("*"):
        if time.time() - stray.stat().st_mtime > STALE_SECONDS:
            if stray.is_dir():
                shutil.rmtree(stray, ignore_errors=True)
            else:
                stray.unlink(missing_ok=True)
            removed += 1
    return removed


def ask_for_room(size: int = 0) -> None:
    """Refuse at once what would leave less than is kept free; ``size`` in bytes.

    Raises:
        DiskFull.
    """
    disk = shutil.disk_usage(settings().files)
    if disk.free - size < min(settings().min_free_mib << 20, disk.total // 20):
        raise DiskFull


def _copy(source: IO[bytes], copy: IO[bytes], most_mib: int) -> Kept:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > most_mib << 20:
            raise TooLarge(limit=most_mib)
        digest.update(chunk)
        copy.write(chunk)
    if not size:
        raise Empty
    copy.flush()
    os.fsync(copy.fileno())
    return Kept(digest.hexdigest(), size)


def _settle(temporary: Path, place: Path) -> None:
    """Rename into place and make the name itself durable before any row speaks of it."""
    if place.exists():
        temporary.unlink()
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary.rename(place)
    for folder in (place.parent, place.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
