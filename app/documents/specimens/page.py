"""The specimen as a page: a PDF in the look of a 数电票, and a photo of it."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Mapping
from html import escape
from io import BytesIO
from types import MappingProxyType
from typing import Literal

from PIL import Image

from app.core.capitals import spell
from app.core.errors import N_, Problem
from app.documents.readers.page import draw, open_pdf
from app.documents.specimens.code import draw_code
from app.documents.specimens.invoice import MARK, Line, Specimen, qr_text

EMPTY: Mapping[str, bytes] = MappingProxyType({})
_PAGE_INCHES = 210 / 25.4
_TABLE = (120, 110, 100)


class MissingLibrary(Problem):
    """Pango, or another system library that WeasyPrint loads, is not installed."""

    message = N_("The system library %(name)s is missing, so no PDF can be drawn.")
    status = 503

    def __init__(self, name: str) -> None:
        """Keep ``name`` as the loader spelled it."""
        super().__init__(name=name)
        self.name = name


def draw_pdf(specimen: Specimen, attached: Mapping[str, bytes] = EMPTY) -> bytes:
    """One page of 210 × 140 mm with its text and QR code; the same values give the same bytes.

    ``attached`` are files by name, such as the XML that rail tickets carry.
    Raises MissingLibrary where Pango is not installed.
    """
    return write_pdf(_page(specimen), attached)


def write_pdf(html: str, attached: Mapping[str, bytes] = EMPTY) -> bytes:
    """A page of HTML as a PDF; nothing from outside it is fetched.

    Raises MissingLibrary where Pango is not installed.
    """
    try:
        from weasyprint import HTML, Attachment
        from weasyprint.urls import URLFetcher
    except OSError as fault:
        named = re.search(r"library '([^']+)'", str(fault))
        raise MissingLibrary(named[1] if named else "Pango") from fault

    class Closed(URLFetcher):  # type: ignore[misc]
        """Lets the page's own QR picture in and nothing else (TRUST §2.8)."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> object:
            """Refuse every address that is not a PNG inside the page."""
            if not url.startswith("data:image/png;base64,"):
                raise ValueError(f"blocked: {url[:80]}")
            return super().fetch(url, headers)

    fetcher = Closed(allowed_protocols=("data",), allow_redirects=False)
    page = HTML(string=html, url_fetcher=fetcher)
    files = [Attachment(string=data, name=name) for name, data in attached.items()]
    drawn: bytes = page.write_pdf(attachments=files)
    return drawn


def draw_picture(
    specimen: Specimen,
    *,
    form: Literal["JPEG", "PNG"] = "JPEG",
    width: int = 2000,
    tilt: float = 0.0,
    noise: float = 0.0,
) -> bytes:
    """The page as a photo: ``tilt`` in degrees, ``noise`` from 0 (none) to 1 (nothing else)."""
    with open_pdf(draw_pdf(specimen)) as pdf:
        picture = draw(pdf, 1, dpi=width / _PAGE_INCHES, mode="RGB")
    if tilt:
        picture = picture.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=_TABLE)
    if noise:
        grain = random.Random(specimen.number).randbytes(picture.width * picture.height)
        speckled = Image.frombytes("L", picture.size, grain).convert("RGB")
        picture = Image.blend(picture, speckled, noise)
    photo = BytesIO()
    picture.save(photo, form, quality=88)
    return photo.getvalue()


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _page(specimen: Specimen) -> str:
    rows = "".join(_row(line) for line in specimen.lines)
    return f"""<!doctype html><html lang="zh"><meta charset="utf-8"><title>{MARK}</title>
<style>{_STYLE}</style>
<img class="qr" src="{_inline(draw_code(qr_text(specimen)))}">
<h1>{specimen.title}</h1>
<p class="number"><b>发票号码：</b>{specimen.number}<br><b>开票日期：</b>{specimen.day}</p>
<table>
<tr><th class="side">购买方信息</th><td class="party">{_party(*specimen.buyer)}</td>
<th class="side">销售方信息</th><td class="party">{_party(*specimen.seller)}</td></tr>
<tr><td class="lines" colspan="4"><div><table><tr><th>项目名称<th>单 位<th>数 量<th>单 价
<th>金 额<th>税率/征收率<th>税 额</tr>{rows}</table></div>
<table><tr><th>合&#12288;&#12288;计<td><td><td><td>¥{specimen.amount.yuan}<td>
<td>¥{specimen.tax.yuan}</tr></table></td></tr>
<tr class="total"><th colspan="4"><b>价税合计（大写）</b><span>{spell(specimen.total)}</span>
<b>（小写）</b><span>¥{specimen.total.yuan}</span></th></tr>
<tr><th class="side">备注</th><td class="note" colspan="3">{escape(specimen.remark)}</td></tr>
</table>
<p class="drawer"><b>开票人：</b>{escape(specimen.drawer)}</p>
<p class="mark">{MARK}</p></html>"""


def _party(name: str, tax_id: str) -> str:
    return (
        f"<p><b>名称：</b>{escape(name)}</p>"
        f"<p><b>统一社会信用代码/纳税人识别号：</b>{escape(tax_id)}</p>"
    )


def _row(line: Line) -> str:
    cells = (
        line.name,
        line.unit,
        line.quantity,
        line.price,
        line.amount.yuan,
        line.rate,
        line.tax.yuan,
    )
    return f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}</tr>"


_STYLE = """
@page { size: 210mm 140mm; margin: 0 }
body { margin: 0; font: 3.2mm/1.5 "Noto Serif CJK SC", "Noto Sans CJK SC", "WenQuanYi Micro Hei",
  "SimSun", serif; color: #000 }
b, th, h1 { color: #800000; font-weight: normal }
p { margin: 0 }
.qr { position: absolute; left: 6mm; top: 5mm; width: 22mm; image-rendering: pixelated }
h1 { position: absolute; left: 62mm; width: 86mm; top: 8mm; margin: 0; padding-bottom: 1.5mm;
  font-size: 6.4mm; line-height: 1.2; text-align: center; white-space: nowrap;
  border-bottom: 1mm double #800000 }
.number { position: absolute; left: 154mm; top: 10mm; line-height: 6mm; white-space: nowrap }
body > table { position: absolute; left: 5mm; top: 30mm; width: 200mm }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
body > table > tbody > tr > * , body > table > tr > * { border: .25mm solid #800000 }
.side { width: 4mm; line-height: 4mm; padding: 1mm; text-align: center }
.party { padding: 1mm; line-height: 8mm; height: 20mm; white-space: nowrap; font-size: 3mm }
.lines { padding: 0 }
.lines div { height: 37mm; overflow: hidden }
.lines th, .lines td { text-align: right; padding: 0 1mm; white-space: nowrap }
.lines th:first-child { width: 30%; text-align: center }
.lines td:first-child { text-align: left }
.total th { height: 8mm; text-align: left; padding: 0 4mm }
.total span { color: #000; margin: 0 16mm 0 6mm }
.note { height: 16mm; padding: 1mm 2mm; vertical-align: top }
.drawer { position: absolute; left: 20mm; top: 131mm }
.mark { position: absolute; left: 55mm; width: 100mm; top: 56mm; text-align: center; color: #e60012;
  font-size: 30mm; line-height: 1.1; opacity: .5;
  transform: rotate(-14deg) }
"""
