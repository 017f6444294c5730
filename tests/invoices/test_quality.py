"""How much was read whole: of files, photos and codes, not of what somebody typed."""

from io import BytesIO

from app.documents import specimens
from app.intake import batches, intake
from app.invoices import quality
from tests import make
from tests.both import SQLITE_FIRST
from tests.intake.lists_made import numbers


@SQLITE_FIRST
def test_rows_of_a_list_are_no_files_that_were_read_badly(browser, fang, work):
    for number in (1, 2):
        drawn = specimens.draw_pdf(make.specimen(number))
        intake.hand_in(BytesIO(drawn), f"{number}.pdf", by=fang)
    batches.begin_text("\n".join(number for number, *_ in numbers(11, 16)), by=fang)
    work()
    quality.count()
    (month,) = quality.by_month(fang)
    told = {name: month.figures[name] for name in ("brought", "typed", "whole")}
    assert told == {"brought": 8, "typed": 6, "whole": 2} and month.share == 100
    assert "100%" in browser.sign_in(fang).see("/cleaning/figures").words()


@SQLITE_FIRST
def test_where_nothing_was_to_be_read_no_share_is_told(fang, work):
    batches.begin_text(numbers(1, 1)[0][0], by=fang)
    work()
    quality.count()
    assert quality.by_person(fang)[0].share is None
