"""Files by digest: whole or not at all, once, and never in the way of the next."""

import errno
import hashlib
import os
import shutil
import time
from io import BytesIO

import pytest
from flask import Flask

from app.plumbing import storage
from app.plumbing.settings import Settings


@pytest.fixture
def house(tmp_path):
    app = Flask(__name__)
    app.extensions["settings"] = Settings.read({"YANPIAO_VAR": str(tmp_path),
                                                "YANPIAO_MIN_FREE_MIB": "1"})  # fmt: skip
    with app.app_context():
        yield app


def lying_about(tmp_path) -> list[str]:
    return sorted(place.name for place in (tmp_path / "files").rglob("*") if place.is_file())


class Torn(BytesIO):
    """An upload that breaks off, or a disk that is full, after the first piece."""

    def __init__(self, fault: Exception) -> None:
        super().__init__(b"x" * 100)
        self.fault = fault

    def read(self, size: int = -1) -> bytes:
        if piece := super().read(size):
            return piece
        raise self.fault


def test_the_same_bytes_are_one_file(house, tmp_path):
    first, again = (storage.keep(BytesIO(b"same"), 1) for _ in range(2))
    assert first == again and first.size == 4
    assert first.digest == hashlib.sha256(b"same").hexdigest()
    assert storage.keep(BytesIO(b"other"), 1).digest != first.digest
    assert len(lying_about(tmp_path)) == 2
    with storage.read(first.digest) as file:
        assert file.read() == b"same"
    assert oct(storage.path(first.digest).stat().st_mode & 0o777) == "0o600"

    storage.forget(first.digest)
    storage.forget(first.digest)
    with pytest.raises(FileNotFoundError):
        storage.read(first.digest)


@pytest.mark.parametrize(("source", "problem"), [
    (BytesIO(b""), storage.Empty),
    (BytesIO(b"x" * ((1 << 20) + 1)), storage.TooLarge),
    (Torn(ConnectionResetError()), ConnectionResetError),
    (Torn(OSError(errno.ENOSPC, "full")), storage.DiskFull),
    (Torn(OSError(errno.EDQUOT, "full")), storage.DiskFull),
    (Torn(OSError(errno.EIO, "broken disk")), OSError),
])  # fmt: skip
def test_what_cannot_be_kept_whole_leaves_nothing(house, tmp_path, source, problem):
    with pytest.raises(problem):
        storage.keep(source, 1)
    assert lying_about(tmp_path) == []
    assert storage.keep(BytesIO(b"x" * (1 << 20)), 1).size == 1 << 20, "the limit itself fits"


def test_without_room_nothing_is_begun(house, tmp_path, monkeypatch):
    total = 100 << 30
    for free, setting, fits in ((1 << 30, 2048, False), (3 << 30, 2048, True),
                                (4 << 30, 1 << 20, False), (6 << 30, 1 << 20, True)):  # fmt: skip
        usage = shutil._ntuple_diskusage(total, total - free, free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _place, usage=usage: usage)
        house.extensions["settings"] = Settings.read(
            {"YANPIAO_VAR": str(tmp_path), "YANPIAO_MIN_FREE_MIB": str(setting)}
        )
        source = BytesIO(f"{free} {setting}".encode())
        if fits:
            storage.keep(source, 1)
        else:
            with pytest.raises(storage.DiskFull) as refusal:
                storage.keep(source, 1)
            assert refusal.value.status == 507 and source.tell() == 0
    assert len(lying_about(tmp_path)) == 2


def test_a_digest_is_never_a_path(house):
    for wrong in ("../" * 21 + "a", "a" * 63, "/etc/passwd", "a" * 63 + "/", ""):
        with pytest.raises(ValueError, match="digest"):
            storage.path(wrong)


def test_the_sweeper_removes_what_broke_off_yesterday(house, tmp_path):
    incoming = tmp_path / "files" / "incoming"
    incoming.mkdir(parents=True)
    (incoming / "old").write_bytes(b"x")
    (incoming / "new").write_bytes(b"x")
    (incoming / "parts").mkdir()
    (incoming / "parts" / "one").write_bytes(b"x")
    yesterday = time.time() - storage.STALE_SECONDS - 1
    for stray in ("old", "parts"):
        os.utime(incoming / stray, (yesterday, yesterday))
    assert storage.sweep() == 2
    assert lying_about(tmp_path) == ["new"]
