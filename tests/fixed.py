"""An OFD of our own with the same words at the same places as a PDF of ``tests.drawn``."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO
from math import cos, radians, sin
from xml.sax.saxutils import escape

from asn1crypto import core

from tests.drawn import HEIGHT, WIDTH, Page, Text, wide

MM = 25.4 / 72
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SIZE = (WIDTH * MM, HEIGHT * MM)
FONTS = (
    '<ofd:Fonts><ofd:Font ID="1" FontName="宋体"/>'
    '<ofd:Font ID="2" FontName="Courier New"/></ofd:Fonts>'
)


def ofd(*pages: Page) -> bytes:
    """An OFD of these pages; a text turned or of no colour is written so as well."""
    return pack(*("".join(map(written, page)) for page in pages))


def pack(
    *pages: str,
    common: str = "",
    rest: str = "",
    resources: str = "",
    parts: Mapping[str, str | bytes] | None = None,
    area: str = "",
    size: tuple[float, float] = SIZE,
) -> bytes:
    """Pages by the objects on them; ``parts`` are further entries by name.

    ``common`` goes into CommonData, ``rest`` behind the pages, ``resources`` into the resources,
    ``area`` before the content of every page.
    """
    box = f"<ofd:PageArea><ofd:PhysicalBox>0 0 {size[0]} {size[1]}</ofd:PhysicalBox></ofd:PageArea>"
    listed = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(1, len(pages) + 1)
    )
    entries: dict[str, str | bytes] = {
        "OFD.xml": root("Doc_0/Document.xml"),
        "Doc_0/Document.xml": (
            f"<ofd:Document {SPACE}><ofd:CommonData>{box}<ofd:PublicRes>PublicRes.xml"
            f"</ofd:PublicRes>{common}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages>{rest}"
            "</ofd:Document>"
        ),
        "Doc_0/PublicRes.xml": f'<ofd:Res {SPACE} BaseLoc="Res">{FONTS}{resources}</ofd:Res>',
    }
    for number, objects in enumerate(pages, start=1):
        entries[f"Doc_0/Pages/Page_{number}/Content.xml"] = page(objects, area)
    return zipped(entries | dict(parts or {}))


def root(*documents: str) -> str:
    """OFD.xml of these documents."""
    bodies = "".join(
        f"<ofd:DocBody><ofd:DocInfo><ofd:Title>样票</ofd:Title></ofd:DocInfo>"
        f"<ofd:DocRoot>{one}</ofd:DocRoot></ofd:DocBody>"
        for one in documents
    )
    return f'<ofd:OFD {SPACE} DocType="OFD" Version="1.0">{bodies}</ofd:OFD>'


def page(objects: str, area: str = "") -> str:
    """Content.xml of a page."""
    layer = objects if "<ofd:Layer" in objects else f'<ofd:Layer ID="99">{objects}</ofd:Layer>'
    return f"<ofd:Page {SPACE}>{area}<ofd:Content>{layer}</ofd:Content></ofd:Page>"


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """The entries as a package."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, HEAD + data if isinstance(data, str) else data)
    return packed.getvalue()


def written(one: Text) -> str:
    """A text object; its distances stand one by one."""
    size = one.size * MM
    steps = " ".join(f"{size * wide(sign) / 1000:.4f}" for sign in one.text[:-1])
    turned = ""
    if one.angle:
        turn, rise = cos(radians(one.angle)), sin(radians(one.angle))
        turned = f' CTM="{turn:.4f} {-rise:.4f} {rise:.4f} {turn:.4f} 0 0"'
    clear = '<ofd:FillColor Value="0 0 0" Alpha="0"/>' if one.mode == 3 else ""
    return text_object(
        f'<ofd:TextCode X="0" Y="0" DeltaX="{steps}">{escape(one.text)}</ofd:TextCode>',
        f'Boundary="{one.x * MM:.4f} {one.y * MM:.4f} 100 10" Size="{size:.4f}"{turned}',
        clear,
    )


def text_object(codes: str, attributes: str, inner: str = "") -> str:
    """A text object in the first font, unless its attributes name another."""
    font = "" if "Font=" in attributes else ' Font="1"'
    return f"<ofd:TextObject{font} {attributes}>{inner}{codes}</ofd:TextObject>"


def templates(*names: str) -> str:
    """Template pages by the names of their files, with ids from 501."""
    return "".join(
        f'<ofd:TemplatePage ID="{number}" BaseLoc="{name}"/>'
        for number, name in enumerate(names, start=501)
    )


def path(data: str, attributes: str = "", inner: str = "") -> str:
    """A path; its numbers are those of the page unless ``attributes`` say otherwise."""
    box = "" if "Boundary=" in attributes else ' Boundary="0 0 210 140"'
    drawn = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
    return f"<ofd:PathObject{box} {attributes}>{inner}{drawn}</ofd:PathObject>"


def image(resource: int, box: tuple[float, float, float, float], attributes: str = "") -> str:
    """A picture that fills a box."""
    left, top, width, height = box
    return (
        f'<ofd:ImageObject ResourceID="{resource}" Boundary="{left} {top} {width} {height}" '
        f'CTM="{width} 0 0 {height} 0 0" {attributes}/>'
    )


def media(**files: str) -> str:
    """Resources for pictures: ``i7="a.png"`` has the id 7."""
    listed = "".join(
        f'<ofd:MultiMedia ID="{name[1:]}" Type="Image"><ofd:MediaFile>{file}</ofd:MediaFile>'
        "</ofd:MultiMedia>"
        for name, file in files.items()
    )
    return f"<ofd:MultiMedias>{listed}</ofd:MultiMedias>"


def stamped(form: str, picture: bytes, box: str, clip: str = "") -> dict[str, str | bytes]:
    """The parts of a seal that signs nothing: what it looks like, and where on page 1."""
    cut = f' Clip="{clip}"' if clip else ""
    shown = _der(
        core.IA5String(form), core.OctetString(picture), core.Integer(30), core.Integer(20)
    )
    kept = _der(_der(core.Integer(4), _der(_der(_der(), core.IA5String("1"), _der(), shown))))
    return {
        "Doc_0/Signs/Signatures.xml": (
            f'<ofd:Signatures {SPACE}><ofd:Signature ID="1" BaseLoc="Sign_0/Signature.xml"/>'
            "</ofd:Signatures>"
        ),
        "Doc_0/Signs/Sign_0/Signature.xml": (
            f'<ofd:Signature {SPACE}><ofd:SignedInfo><ofd:StampAnnot ID="1" PageRef="1" '
            f'Boundary="{box}"{cut}/></ofd:SignedInfo>'
            "<ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>"
        ),
        "Doc_0/Signs/Sign_0/SignedValue.dat": kept.dump(),
    }


def _der(*parts: core.Asn1Value) -> core.Sequence:
    return core.Sequence(contents=b"".join(part.dump() for part in parts))
