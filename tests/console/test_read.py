"""The command line reads files where nothing is installed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.documents import specimens
from app.documents.readers import account
from app.documents.readers.found import Found
from tests import make, sheets
from tests.installation import ROOT
from tests.photographed import dim, on_desk, printed

NO_CODE = {"reader": "jpeg", "found": [], "seals": [], "is_picture": True}
NOWHERE = {
    "YANPIAO_VAR": "/proc/nowhere",
    "DATABASE_URL": "nonsense://nobody@nowhere/none",
    "REDIS_URL": "nonsense://",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.xml").write_bytes(specimens.write_xml(make.specimen()))
    (tmp_path / "2.ofd").write_bytes(specimens.write_ofd(make.specimen(2)))
    (tmp_path / "3.png").write_bytes(make.picture(3).getvalue())
    (tmp_path / "4.txt").write_text("hello")
    return tmp_path


def read(*words: str) -> subprocess.CompletedProcess[str]:
    flask = [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "read"]
    return subprocess.run([*flask, *words], cwd=ROOT, env=NOWHERE, capture_output=True, text=True)


def test_one_object_a_document_in_order_without_database_or_redis(folder):
    ended = read(str(folder), str(folder / "nothing.pdf"), "--json")
    assert ended.returncode == 0, ended.stderr
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [Path(one["path"]).name for one in told] == [
        "1.xml", "2.ofd", "3.png", "4.txt", "nothing.pdf",
    ]  # fmt: skip
    assert [one["reader"] for one in told] == ["xml", "ofd", "png", None, None]
    numbers = [one["invoices"][0]["number"] for one in told[:3]]
    assert numbers == [specimens.number(n) for n in (1, 2, 3)]
    reasons = [one["unreadable_reason"] for one in told]
    assert reasons == [None, None, None, "wrong_kind", "no such file or directory"]
    assert set(told[0]["invoices"][0]) == {
        "type", "code", "number", "date", "amount_ex_tax", "tax", "total", "buyer_name",
        "buyer_tax_id", "seller_name", "seller_tax_id", "check_code", "lines", "sources",
        "contradictions", "signature", "warnings",
    }  # fmt: skip
    assert told[0]["ms"] > 0


@pytest.mark.full
def test_people_get_a_line_an_invoice(folder):
    ended = read(str(folder / "1.xml"), str(folder / "4.txt"))
    first, second = ended.stdout.splitlines()
    assert first.endswith(f"1.xml: 32 ? {specimens.number(1)} 2026-11-10 106.00")
    assert second.endswith("4.txt: wrong_kind")


@pytest.mark.full
def test_a_page_that_cannot_be_drawn_changes_nothing_of_the_reading(folder):
    page = folder / "page.png"
    ended = read(str(folder / "1.xml"), "--json", "--page", str(page))
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["invoices"][0]["number"] == specimens.number(1)
    assert "no page that can be drawn" in ended.stderr
    assert not page.exists()


def test_a_paper_ticket_without_a_number_is_told_with_what_it_has():
    facts = {"kind": "jpeg", "refusal": "", "ms": 1.0, "read": NO_CODE}
    ticket = Found("ocr", {"kind_word": "train_ticket", "total": "117.00"})
    told = account.tell("photo.jpg", facts, {"found": [ticket.plain()], "parts": [], "ms": 2.0})
    (one,) = told["invoices"]
    assert (one["number"], one["total"], told["unreadable_reason"]) == (None, "117.00", None)


@pytest.mark.full
def test_a_photo_is_looked_at_and_its_page_is_drawn_with_its_boxes(tmp_path):
    photo, page = tmp_path / "photo.jpg", tmp_path / "page.png"
    one = make.specimen(97531864)
    dim(on_desk(printed(sheets.paper(one)))).save(photo, "JPEG", quality=88)
    ended = read(str(photo), "--json", "--page", str(page))
    assert ended.returncode == 0, ended.stderr
    (told,) = json.loads(ended.stdout)["invoices"]
    assert (told["number"], told["total"], told["sources"]["total"]) == (
        one.number[-8:], one.total.yuan, "ocr",
    )  # fmt: skip
    drawn = Image.open(page).convert("RGB")
    inked = {colour: count for count, colour in drawn.getcolors(drawn.width * drawn.height)}
    assert inked[11, 87, 208] > 500
