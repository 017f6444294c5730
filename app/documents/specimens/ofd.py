"""The specimen as an OFD of family C: tags that point at the text of a whole page (FORMATS §5)."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

from app.documents.specimens.code import draw_code
from app.documents.specimens.invoice import MARK, Specimen, qr_text
from app.documents.specimens.sheet import LABELS, LINES, TIMES, Text, values, wide

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_PAGE_ID, _FONT_ID, _LAYER_ID, _CODE_ID, _TEMPLATE_ID, _FIRST_ID = 2, 3, 4, 5, 6, 10
_BOX = "<ofd:PhysicalBox>0 0 210 140</ofd:PhysicalBox>"
_BROWN, _RED = "128 0 0", "230 0 18"


def write_ofd(specimen: Specimen) -> bytes:
    """CustomData in OFD.xml, lines and labels in a template, and its code as a picture."""
    texts = values(specimen)
    entries: dict[str, str | bytes] = {
        "OFD.xml": _root(specimen),
        "Doc_0/Document.xml": _DOCUMENT,
        "Doc_0/PublicRes.xml": _RESOURCES,
        "Doc_0/Pages/Page_0/Content.xml": _content(texts),
        "Doc_0/Tpls/Tpl_0/Content.xml": _template(specimen),
        "Doc_0/Res/qr.png": draw_code(qr_text(specimen)),
        "Doc_0/Tags/CustomTags.xml": _TAG_FILES,
        "Doc_0/Tags/CustomTag.xml": _tags(texts),
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, part in entries.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            data = part if isinstance(part, bytes) else (_HEAD + part).encode()
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _root(specimen: Specimen) -> str:
    data = {
        "发票号码": specimen.number,
        "销售方纳税人识别号": specimen.seller[1],
        "购买方纳税人识别号": specimen.buyer[1],
        "合计金额": specimen.amount.yuan,
        "合计税额": specimen.tax.yuan,
        "开票日期": specimen.day,
        "备注": MARK,
    }
    customs = "".join(
        f'<ofd:CustomData Name="{name}">{escape(text)}</ofd:CustomData>'
        for name, text in data.items()
    )
    return (
        f'<ofd:OFD {_OFD} DocType="OFD" Version="1.0"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:DocID>{specimen.number.zfill(32)}</ofd:DocID><ofd:Title>{MARK}</ofd:Title>"
        f"<ofd:Creator>Yanpiao</ofd:Creator><ofd:CustomDatas>{customs}</ofd:CustomDatas>"
        "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _content(texts: list[Text]) -> str:
    objects = "".join(_object(_FIRST_ID + index, text) for index, text in enumerate(texts))
    mark = (
        f'<ofd:TextObject ID="{_FIRST_ID + len(texts)}" Font="{_FONT_ID}" Size="30" '
        'Boundary="60 42 90 60" CTM="0.9703 -0.2419 0.2419 0.9703 0 0" Alpha="128">'
        f'<ofd:FillColor Value="{_RED}"/><ofd:TextCode X="6" Y="46" DeltaX="30">{MARK}'
        "</ofd:TextCode></ofd:TextObject>"
    )
    code = (
        f'<ofd:ImageObject ID="{_CODE_ID + 3}" ResourceID="{_CODE_ID}" Boundary="6 5 22 22" '
        'CTM="22 0 0 22 0 0"/>'
    )
    return _page(
        f'<ofd:Template TemplateID="{_TEMPLATE_ID}" ZOrder="Background"/>', objects + code + mark
    )


def _template(specimen: Specimen) -> str:
    title = Text("", 105 - wide(specimen.title, 6.4) / 2, 8, 6.4, specimen.title)
    texts = "".join(_object(0, text, _BROWN) for text in (title, *LABELS))
    lines = "".join(
        f'<ofd:PathObject Boundary="0 0 210 140" LineWidth="0.25">'
        f'<ofd:StrokeColor Value="{colour}"/><ofd:AbbreviatedData>{path}</ofd:AbbreviatedData>'
        "</ofd:PathObject>"
        for path, colour in (*((line, _BROWN) for line in LINES), (TIMES, "0 0 0"))
    )
    return _page("", lines + texts)


def _page(below: str, objects: str) -> str:
    return (
        f"<ofd:Page {_OFD}><ofd:Area>{_BOX}</ofd:Area>{below}"
        f'<ofd:Content><ofd:Layer ID="{_LAYER_ID}">{objects}</ofd:Layer></ofd:Content></ofd:Page>'
    )


def _object(number: int, text: Text, colour: str = "") -> str:
    """A text object; a text that runs down has its distances downwards."""
    steps = [wide(sign, text.size) for sign in text.text[:-1]]
    named = "DeltaY" if text.runs_down else "DeltaX"
    written = " ".join(f"{text.runs_down or step:.4g}" for step in steps)
    ink = f'<ofd:FillColor Value="{colour}"/>' if colour else ""
    known_as = f'ID="{number}" ' if number else ""
    return (
        f'<ofd:TextObject {known_as}Font="{_FONT_ID}" Size="{text.size}" '
        f'Boundary="{text.x} {text.y} {wide(text.text, text.size):.2f} {text.size * 1.5:.2f}">'
        f'{ink}<ofd:TextCode X="0" Y="{text.size:.2f}"{f" {named}=" if steps else ""}'
        f"{chr(34) + written + chr(34) if steps else ''}>{escape(text.text)}</ofd:TextCode>"
        "</ofd:TextObject>"
    )


def _tags(texts: list[Text]) -> str:
    """Each path once, with a reference to every piece of its text in reading order."""
    references: dict[str, str] = {}
    for index, text in enumerate(texts):
        reference = f'<ofd:ObjectRef PageRef="{_PAGE_ID}">{_FIRST_ID + index}</ofd:ObjectRef>'
        references[text.tag] = references.get(text.tag, "") + reference
    wrapped = ""
    for path, inner in references.items():
        for tag in reversed(path.split("/")) if path else ():
            inner = f"<ofd:{tag}>{inner}</ofd:{tag}>"
        wrapped += inner if path else ""
    return f'<ofd:root {_OFD} version="1.0">{wrapped}</ofd:root>'


_DOCUMENT = (
    f"<ofd:Document {_OFD}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID>"
    f"<ofd:PageArea>{_BOX}</ofd:PageArea>"
    "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    f'<ofd:TemplatePage ID="{_TEMPLATE_ID}" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
    f'<ofd:Pages><ofd:Page ID="{_PAGE_ID}" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages>'
    "<ofd:CustomTags>Tags/CustomTags.xml</ofd:CustomTags></ofd:Document>"
)
_RESOURCES = (
    f'<ofd:Res {_OFD} BaseLoc="Res"><ofd:Fonts><ofd:Font ID="{_FONT_ID}" FontName="宋体" '
    'FamilyName="SimSun"/></ofd:Fonts><ofd:MultiMedias>'
    f'<ofd:MultiMedia ID="{_CODE_ID}" Type="Image" Format="PNG"><ofd:MediaFile>qr.png'
    "</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
)
_TAG_FILES = (
    f'<ofd:CustomTags {_OFD}><ofd:CustomTag TypeID="root">'
    "<ofd:FileLoc>CustomTag.xml</ofd:FileLoc></ofd:CustomTag></ofd:CustomTags>"
)
