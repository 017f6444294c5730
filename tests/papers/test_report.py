"""The report as PDF, opened by another program: pages, text, marks, and how it looks."""

import pypdfium2 as pdfium
import pytest

from app.core.money import Money
from app.core.verdict import Authenticity, Lifecycle
from app.papers import lettering, papers, report
from app.papers.lettering import Lettering
from app.papers.models import Kind, Step
from app.plumbing import storage
from app.plumbing.db import db, transaction
from tests import make
from tests.both import SQLITE_FIRST


@pytest.fixture
def drawn(work):
    """Ask for a report and open it; the paper and the text of each page."""

    def of(by, language="en"):
        paper = papers.request(Kind.PDF, {"state": {}}, by=by, language=language)
        work()
        db.session.rollback()
        assert paper.step is Step.DONE, paper.reason
        with pdfium.PdfDocument(storage.path(paper.digest)) as pdf:
            texts = [page.get_textpage().get_text_bounded() for page in pdf]
            first = pdf[0].render(scale=1).to_pil()
        return texts, first

    return of


def many(by, count, **facts):
    for sequence in range(1, count + 1):
        make.invoice(by, sequence, **facts)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_invoice_is_on_it_and_the_pages_are_counted(wei, fang, drawn):
    many(wei, 60, total=Money(1001))
    texts, _ = drawn(fang)
    assert len(texts) == 3 and "Page 3 of 3" in texts[2]
    told = "\n".join(texts)
    assert all(make.specimens.number(n) in told for n in range(1, 61))
    assert "¥600.60" in texts[0] and "Sum ¥600.60" in " ".join(texts[2].split())
    assert told.count("Date of issue") == 3, "each page has its heads"


@SQLITE_FIRST
def test_it_says_what_is_known_and_what_is_not(wei, fang, tea, drawn):
    make.invoice(wei, 1, total=Money(-62800), authenticity=Authenticity.GENUINE)
    make.invoice(wei, 2, total=None, lifecycle=Lifecycle.VOIDED)
    texts, first = drawn(fang)
    assert len(texts) == 1
    for words in (tea.name, "方财务", "All invoices", "Genuine", "Voided", "-¥628.00",
                  "1 of unknown amount", "It is not zero"):  # fmt: skip
        assert words in texts[0], words
    colours = {pixel for _, pixel in first.convert("RGB").getcolors(1 << 20)}
    assert {(227, 244, 234), (252, 232, 230)} <= colours, "green and red grounds"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_every_verdict_of_the_specimen_company_wears_the_word(wei, fang, tea, drawn):
    many(wei, 40, authenticity=Authenticity.GENUINE)
    with transaction():
        tea.is_specimen = True
    texts, _ = drawn(fang, "zh")
    assert "".join(texts).count("样票 · 真票") == 41
    assert all("样票 · 样票-" in text for text in texts), "the foot of every page"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_machine_without_fonts_and_a_list_too_long_are_said(wei, fang, work, monkeypatch):
    make.invoice(wei, 1)
    monkeypatch.setattr(lettering, "installed", lambda: iter(()))
    bare, pack = (
        papers.request(kind, {"state": {}}, by=fang, language="en")
        for kind in (Kind.PDF, Kind.PACK)
    )
    work()
    monkeypatch.setattr(report, "MOST_ROWS", 0)
    late = papers.request(Kind.PDF, {"state": {}}, by=fang, language="en")
    work()
    db.session.rollback()
    assert (bare.reason, pack.reason, late.reason) == ("font", "font", "long")
    assert "No font" in papers.why(bare) and "Narrow it down" in papers.why(late)


def test_a_long_name_becomes_smaller_and_then_is_cut():
    letters = Lettering()
    words, size = letters.fit("很长的公司名称" * 5, 10, 100)
    assert words.endswith("…") and size == 8
    assert letters.wide(words, size) <= 100
    assert letters.fit("十一个字的公司名称啊呀", 10, 100)[0] == "十一个字的公司名称啊呀"
    assert letters.wide("\U000f0000", 10) > 0, "a sign that no font has is a box"
