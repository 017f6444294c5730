"""An invoice has one key, however its number is spelled."""

from __future__ import annotations

import random
from datetime import date

import pytest

from app.core.invoice import (
    KINDS,
    Basis,
    InvoiceKey,
    NotAnInvoiceKey,
    kind,
    kind_of_code,
    kind_of_qr,
    kind_of_title,
)

DIGEST = "ab" * 32


@pytest.mark.parametrize(
    ("code", "number", "key"),
    [
        ("", "99002000000000000001", "digital:99002000000000000001"),
        (None, "99002000000000000001", "digital:99002000000000000001"),
        ("", " ９９００２０００ ０００００００００００１", "digital:99002000000000000001"),
        # 12 + 8 spelling (FORMATS §8.2, APIS §7.3)
        ("255020000001", "45098656", "digital:25502000000145098656"),
        ("241120000000", "48542163", "digital:24112000000048542163"),
        ("241170000009", "65100088", "digital:24117000000965100088"),
        ("259220000000", "77229939", "digital:25922000000077229939"),
        ("263379044509", "00255091", "digital:26337904450900255091"),
        ("990020000000", "00000001", "digital:99002000000000000001"),
        # codes of the older systems
        ("1100171320", "12356976", "vat:1100171320-12356976"),
        ("011002000111", "12345678", "vat:011002000111-12345678"),
        ("042001700112", "11162913", "vat:042001700112-11162913"),
        ("161001718100", "52410626", "local:161001718100-52410626"),
        ("145011622518", "35568417", "local:145011622518-35568417"),
        ("231001400000", "12345678", "local:231001400000-12345678"),
        ("250020000001", "45098656", "local:250020000001-45098656"),
        ("132052300111", "03223884", "local:132052300111-03223884"),
        ("32060123", "0012345678", "fiscal:32060123-0012345678"),
    ],
)
def test_the_scheme_follows_from_code_and_number(code: str, number: str, key: str) -> None:
    assert str(InvoiceKey.of(code, number)) == key


def test_a_spelling_that_fits_both_stays_as_written_until_a_date_decides() -> None:
    # 25|32|9: year 25, Jiangsu, rail; or 2|5329|16: local bureau, Dali, 2016.
    code, number = "253291668510", "00825796"
    assert InvoiceKey.of(code, number).scheme == "local"
    assert InvoiceKey.of(code, number, issued=date(2016, 5, 1)).scheme == "local"
    joined = InvoiceKey.of(code, number, issued=date(2025, 12, 26))
    assert str(joined) == "digital:25329166851000825796"


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("", ""),
        ("", "12345678"),
        ("", "9223372036854775807"),
        ("", "0" * 20),
        ("1100171320", ""),
        ("1100171320", "00000000"),
        ("1100171320", "1235697"),
        ("110017132", "12356976"),
        ("11001713201", "12356976"),
        ("990020000000", "99002000000000000001"),
        ("1100171320", "1235697X"),
        ("', DROP", "12356976"),
        ("32060123", "12345678"),
    ],
)
def test_what_no_invoice_can_have_is_no_key(code: str, number: str) -> None:
    with pytest.raises(NotAnInvoiceKey):
        InvoiceKey.of(code, number)


def test_a_key_is_read_back_as_it_was_written() -> None:
    chance = random.Random(7)
    for _ in range(300):
        code = "".join(chance.choices("0123456789", k=chance.choice([0, 8, 10, 12])))
        number = "".join(chance.choices("0123456789", k={0: 20, 8: 10}.get(len(code), 8)))
        try:
            key = InvoiceKey.of(code, number)
        except NotAnInvoiceKey:
            continue
        assert InvoiceKey.parse(str(key)) == key
        assert InvoiceKey.of(key.code, key.number) == key
        assert code + number == key.code + key.number


def test_slips_and_files_have_keys_too() -> None:
    ticket = InvoiceKey.ticket(" z12k 045 678 ")
    assert (str(ticket), ticket.code, ticket.number) == ("ticket:Z12K045678", "", "Z12K045678")
    assert str(InvoiceKey.file(DIGEST.upper())) == f"file:{DIGEST}"
    for text in ("ticket:", "ticket:a", "file:ab", "other:1", "digital", "", "vat:1-2"):
        with pytest.raises(NotAnInvoiceKey):
            InvoiceKey.parse(text)


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("1100162130", "vat_special"),
        ("3200154350", "vat_ordinary"),
        ("1100164320", "vat_ordinary"),
        ("1100171760", "freight_special"),
        ("011002000111", "vat_e_ordinary"),
        ("042001700112", "toll_e_ordinary"),
        ("011002000113", "vat_e_special"),
        ("011001900104", "vat_ordinary"),
        ("011001900107", "vat_roll"),
        ("011001900117", "used_vehicle"),
        ("144031539110", "vat_e_ordinary"),
        ("111001571071", "vat_e_ordinary"),
        ("111001520000", "motor_vehicle"),
        ("161001718100", None),
        ("011002680026", None),
        ("", None),
    ],
)
def test_the_kind_from_a_code_is_what_the_official_page_makes_of_it(
    code: str, word: str | None
) -> None:
    found = kind_of_code(code)
    assert (found.word if found else None) == word


def test_field_two_of_a_qr_code_is_read_together_with_the_key() -> None:
    rail = InvoiceKey.of("", "99009000000000000001")
    old = InvoiceKey.of("011001700111", "12345678")
    toll = InvoiceKey.of("011001700112", "12345678")
    asked = [("51", rail), ("51", old), ("10", old), ("10", toll), ("01", old), ("99", rail)]
    words = [found.word if (found := kind_of_qr(field, key)) else None for field, key in asked]
    assert words == [
        "rail", "vat_e_ordinary", "vat_e_ordinary", "toll_e_ordinary", "vat_special", None,
    ]  # fmt: skip


def test_only_kinds_whose_codes_were_seen_have_a_basis() -> None:
    basis = {found.qr: found.basis for found in KINDS if found.qr}
    with_tax = {qr for qr, meaning in basis.items() if meaning is Basis.WITH_TAX}
    ex_tax = {qr for qr, meaning in basis.items() if meaning is Basis.EX_TAX}
    assert with_tax == {"31", "32", "51", "61"}
    assert ex_tax == {"01", "04", "10", "11", "14"}


def test_a_kind_is_found_by_word_and_by_either_title() -> None:
    assert kind("digital_special") is kind_of_title("电子发票(增值税专用发票)")
    assert kind("digital_special") is kind_of_title("数电发票（增值税专用发票）")
    assert kind("toll_e_ordinary") is kind_of_title(" 道路通行费 电子普通发票 ")
    assert kind_of_title("收据") is None
    with pytest.raises(KeyError):
        kind("forged")


def test_words_codes_and_titles_are_each_used_once() -> None:
    for column in ("word", "zh", "en", "qr", "bureau", "ledger"):
        values = [value for found in KINDS if (value := getattr(found, column))]
        assert len(values) == len(set(values)), column
