"""What people and programs do to numbers in lists: told row by row, never guessed (F52–F56)."""

import time
import zipfile
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter

from app.documents.documents import Refused
from app.documents.readers import kind
from app.intake import batches, columns, lists, table
from app.plumbing.sandbox import Unreadable
from tests import make
from tests.intake.lists_made import HEAD, numbers, rows, text, workbook
from tests.weighed import scales, weigh

NUMBER = make.specimen(1).number


def lines(file: BytesIO, sort: str = "xlsx", sheet: str = "发票") -> list[tuple[int, list[str]]]:
    file.seek(0)
    return [
        line
        for one, _ in table.rows(file, kind=sort, sheet=sheet, after=0)
        for line in one["lines"]
    ]


def said(texts: dict[str, str]) -> tuple[str, str] | dict[str, str]:
    """The key and values of a line, or the reason and the column at fault."""
    try:
        told = lists.read(texts)
    except lists.Wrong as wrong:
        return wrong.word, wrong.column
    return {"key": str(told.key), **told.values}


def test_f52_a_sheet_that_claims_a_million_columns_is_read_as_far_as_it_goes():
    book, made = openpyxl.Workbook(), BytesIO()
    book.active.title = "发票"
    book.active.append([NUMBER])
    book.save(made)
    bomb = BytesIO()
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(bomb, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(b'ref="A1"', b'ref="A1:XFD1048576"')
            after.writestr(name, data)
    begun = time.monotonic()
    assert lines(bomb) == [(1, [NUMBER])]
    assert time.monotonic() - begun < 20


def test_f52_cells_of_every_sort_come_as_a_person_sees_them():
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("发票")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(0, 0, 0, 3, "合并的标题")
    sheet.write_row(1, 0, [NUMBER, "１２３．４５", "1e5", "=cmd|calc", 106.1])
    sheet.write_datetime(1, 5, datetime(2026, 11, 10), day)
    sheet.write_formula(1, 6, "=1+1", None, 2)
    sheet.write_string(1, 7, "长" * 5000)
    book.close()
    title, row = lines(made)
    assert title[1][0] == "合并的标题"
    assert row[0] == 2 and row[1][:7] == [
        NUMBER, "１２３．４５", "1e5", "=cmd|calc", "106.10", "2026-11-10", "2",
    ]  # fmt: skip
    assert len(row[1][7]) == table.MOST_SIGNS


def test_f52_days_that_count_from_1904_are_the_same_days():
    book, made = openpyxl.Workbook(), BytesIO()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.title = "发票"
    book.active.append([NUMBER, date(2026, 11, 10)])
    book.save(made)
    assert lines(made)[0][1] == [NUMBER, "2026-11-10"]


@pytest.mark.full
def test_f52_more_lines_than_can_be_held_are_refused_before_the_first():
    many = text([[NUMBER]] * (table.MOST_LINES + 1))
    with pytest.raises(Unreadable, match="too_large"):
        list(table.head(many, kind="csv"))


@pytest.mark.full
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_f52_a_workbook_of_a_million_lines_is_refused_in_words_and_takes_little(fang, tmp_path):
    place = tmp_path / "百万.xlsx"
    book = xlsxwriter.Workbook(place, {"constant_memory": True})
    sheet = book.add_worksheet("发票")
    for line in range(1 << 20):
        sheet.write_row(line, 0, (str(int(NUMBER) + line), "2026-11-10", 106))
    book.close()
    with place.open("rb") as file, scales():
        told = weigh("list_head", file, kind="xlsx")
    assert told["word"] == "too_large" and told["mib"] < 512
    with place.open("rb") as file, pytest.raises(Refused) as refused:
        batches.begin(file, place.name, by=fang)
    assert refused.value.message == batches.REASONS["too_large"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_f52_each_line_that_is_wrong_is_named_as_excel_numbers_it(browser, fang, work):
    batch = batches.begin(untidy(), "十一月.xlsx", by=fang)
    batches.choose(batch, "发票", batch.columns["places"], by=fang)
    work()
    browser.sign_in(fang)
    told = [
        (cells[0], cells[-2])
        for row in browser.see(f"/batches/{batch.id}?only=problem").all("tr")
        if (cells := ["".join(cell.itertext()).strip() for cell in row.findall("td")])[1:]
    ]
    assert told == [
        ("5", "Excel turned the number into 2.4112000000e+19 and lost its last digits."
              " Type all 20."),
        ("6", "An invoice number has 8 or 20 digits; these are 1."),
        ("8", "The amount “1e5” cannot be read. Write it in yuan, such as 628.00."),
        ("9", "The date “45000” cannot be read. Write it as 2026-11-18."),
    ]  # fmt: skip
    good = [(one.line, one.invoice.total.yuan) for one in rows(batch) if one.invoice]
    assert good == [(3, "123.45"), (10, "106.00")]


def untidy() -> BytesIO:
    """A list as people keep them, with a title over it, blank lines and whatever else."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet("发票")
    sheet.merge_range(0, 0, 0, 3, "十一月的发票")
    sheet.write_row(1, 0, [*HEAD, "销售方"])
    full = "".join(chr(ord(sign) + 0xFEE0) for sign in NUMBER)
    sheet.write_row(2, 0, [full, "2026-11-10", "１２３．４５", "长" * 5000])
    sheet.write_row(4, 0, [24112000000000001234.0, "2026-11-10", 106])
    sheet.write_formula(5, 0, "=1+1", None, 2)
    for line, cells in {7: ("2026-11-10", "1e5"), 8: (45000, 106), 9: ("2026-11-10",)}.items():
        sheet.write_row(line, 0, [make.specimen(line).number, *cells])
    sheet.write_formula(9, 2, "=53+53", None, 106)
    book.close()
    made.seek(0)
    return made


def test_f52_macros_and_links_to_other_files_do_not_come_in():
    file = workbook([[NUMBER]])
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\0")
    assert kind.inspect(file.getvalue(), "a.xlsx")["refusal"] == "active"


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_f53_texts_of_every_program_are_read(codec, sign):
    told = [*numbers(1, 2), ['名"字', "a\nb", "=1+1"]]
    file = text([HEAD, *told], codec, sign)
    assert kind.inspect(file.getvalue(), "清单.csv")["refusal"] is None
    found = lines(file, "csv", "")
    assert [cells for _, cells in found] == [HEAD, *told]
    assert [line for line, _ in found] == [1, 2, 3, 4], "counted as the file's own lines"
    assert columns.propose(found).places == {"number": 0, "issued": 1, "total": 2}


@pytest.mark.parametrize("data", [b"\x81\xff\x00", b"\xff\xfe\x00\xd8", bytes(range(256)) * 9])
def test_f53_what_is_no_text_is_refused(data):
    assert kind.inspect(data, "清单.csv")["refusal"] == "broken"


def test_f53_one_quote_that_never_ends_is_refused_or_read_but_never_hangs():
    begun = time.monotonic()
    try:
        assert lines(BytesIO(b'"' + b"1," * 4_000_000), "csv", "")
    except Unreadable as refusal:
        assert refusal.reason == "broken"
    assert time.monotonic() - begun < 20


ODD = ["😀", "𠮷", "\u202e倒", "a\u200bb", "'; DROP TABLE", "{{7*7}}", "<script>alert(1)</script>",
       "${jndi:ldap://x}", "x" * (1 << 20)]  # fmt: skip


@pytest.mark.parametrize("word", ODD, ids=range(len(ODD)))
def test_f54_odd_words_stay_words(word):
    cells = lines(text([["发票号码", "销售方"], [NUMBER, word]]), "csv", "")[1][1]
    assert cells == [NUMBER, word[: table.MOST_SIGNS]]
    told = said({"number": cells[0], "seller_name": cells[1]})
    assert told["key"] == f"digital:{NUMBER}"
    assert said({"number": word[:300]}) in [("length", "number"), ("no_number", "number")]


@pytest.mark.parametrize(("typed", "total"), [
    ("0", "0.00"), ("-0.00", "0.00"), ("0.005", None), ("1e309", None), ("NaN", None),
    ("99999999999.99", "99999999999.99"), ("9999999999999.99", None), ("１２３", "123.00"),
    ("1,234.5", "1234.50"), ("¥628", "628.00"), ("-628.00", "-628.00"), ("六百", None), ("—", ""),
])  # fmt: skip
def test_f55_amounts_are_exact_or_refused(typed, total):
    told = said({"number": NUMBER, "total": typed})
    if total is None:
        assert told == ("money", "total")
    else:
        assert told.get("total", "") == total


def test_f56_a_text_in_which_excel_had_rounded_the_numbers_says_so():
    rounded = ["24117000000012300000", "24117000000045600000"]
    found = lines(text([HEAD, *([one, "2026-11-10", "1.00"] for one in rounded)]), "csv", "")
    assert [cells[0] for _, cells in found[1:]] == ["2.41170000000123e+19", "2.41170000000456e+19"]
    assert said({"number": found[1][1][0]}) == ("lost", "number")
    long = [[NUMBER], *[[make.specimen(n).number] for n in range(2, 450)], [rounded[0]]]
    assert lines(text(long), "csv", "")[-1] == (450, [rounded[0]]), "in all of the list"
    mixed = lines(text([[rounded[0]], [NUMBER]]), "csv", "")
    assert [cells for _, cells in mixed] == [[rounded[0]], [NUMBER]], "one true number ends so"


@pytest.mark.parametrize(("texts", "told"), [
    ({"number": f" {NUMBER[:10]} {NUMBER[10:]} "}, f"digital:{NUMBER}"),
    ({"number": "".join(chr(ord(sign) + 0xFEE0) for sign in NUMBER)}, f"digital:{NUMBER}"),
    ({"number": f"'{NUMBER}"}, f"digital:{NUMBER}"),
    ({"number": "1234567", "code": "11001900111"}, "vat:011001900111-01234567"),
    ({"number": "12345678", "code": "011001900111"}, "vat:011001900111-12345678"),
    ({"number": "9.9002e+19"}, ("lost", "number")),
    ({"number": "1234567"}, ("length", "number")),
    ({"number": "12345678"}, ("no_code", "code")),
    ({"number": NUMBER[:19]}, ("length", "number")),
    ({"number": "00000000000000000000"}, ("number", "number")),
])  # fmt: skip
def test_f56_numbers_get_back_what_excel_took_where_that_is_sure(texts, told):
    found = said(texts)
    assert (found["key"] if isinstance(found, dict) else found) == told
