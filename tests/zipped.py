"""Archives as people's computers make them."""

import zipfile
from collections.abc import Mapping
from io import BytesIO


class OfWindows(zipfile.ZipInfo):
    """An entry whose name does not say that it is written as Chinese Windows does."""

    codec = "gb18030"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode(self.codec), self.flag_bits & ~0x800


class OfMac(OfWindows):
    """The same by a Mac."""

    codec = "utf-8"


def archive(files: Mapping[str, bytes], entry: type[zipfile.ZipInfo] = zipfile.ZipInfo) -> BytesIO:
    """A ZIP of them, in their order."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in files.items():
            packed.writestr(entry(name), data, zipfile.ZIP_DEFLATED)
    made.seek(0)
    return made
