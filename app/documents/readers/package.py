"""The parts of an OFD, which is a ZIP (FORMATS §5)."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from io import BytesIO

from app.documents.readers.limits import LARGEST, Refused
from app.documents.readers.markup import Element, parse

_FAULTS = (
    KeyError, zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, zlib.error,
)  # fmt: skip


class Package:
    """The entries of an OFD by name, without the slash that some makers begin with.

    Some name a part in other letters, ``TPLS`` for ``Tpls``; it is found where no other fits.
    """

    def __init__(self, data: bytes) -> None:
        """Open it; what is no package at all is Refused."""
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (*_FAULTS, struct.error):
            raise Refused("broken") from None
        self._names = {name.lstrip("/"): name for name in self._zip.namelist()}
        self._alike = {name.lower(): name for name in self._names}

    def under(self, folder: str) -> list[str]:
        """The names below a folder, in order."""
        return sorted(name for name in self._names if name.startswith(folder))

    def place(self, name: str, beside: str) -> str:
        """A name in the package: from the root, else from its neighbour or a folder further up."""
        path = posixpath.normpath(name).lstrip("/") if name else ""
        folders = [] if name.startswith("/") else _above(beside)
        places = [posixpath.normpath(posixpath.join(folder, path)) for folder in folders]
        return next((known for place in [*places, path] if (known := self._known(place))), path)

    def _known(self, name: str) -> str | None:
        name = name.lstrip("/")
        return name if name in self._names else self._alike.get(name.lower())

    def bytes(self, name: str) -> bytes:
        """One entry; a missing, damaged, locked or huge one is empty."""
        try:
            with self._zip.open(self._names[self._known(name) or ""]) as entry:
                data = entry.read(LARGEST["png"] + 1)
        except _FAULTS:
            return b""
        return data if len(data) <= LARGEST["png"] else b""

    def tree(self, name: str) -> Element | None:
        """One entry as XML, if it is any."""
        data = self.bytes(name)
        try:
            return parse(data) if data else None
        except Refused:
            return None


def _above(place: str) -> list[str]:
    folders = place.split("/")[:-1]
    return ["/".join(folders[:count]) for count in range(len(folders), 0, -1)]
