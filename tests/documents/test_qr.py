"""The text of a QR code is read with every tolerance seen on real ones, and with no other."""

from __future__ import annotations

import csv
import os
import random
from datetime import date
from pathlib import Path

import pytest

from app.core.money import Money
from app.documents.readers import qr
from app.documents.readers.qr import Unreadable

NUMBER = "99002000000000000001"
PLAIN = f"01,32,,{NUMBER},37.73,20990603,,"
SAMPLES = os.environ.get("YANPIAO_SAMPLES", "")
needs_samples = pytest.mark.skipif(not SAMPLES, reason="YANPIAO_SAMPLES is not set")


def payloads() -> list[dict[str, str]]:
    """Rows of the manifest that have the text of a QR code of the VAT grammar."""
    if not SAMPLES:
        return []
    with (Path(SAMPLES) / "MANIFEST.tsv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest, delimiter="\t"))
    return [row for row in rows if row["qr_payload"].startswith("01,") and row["code"] + row["tax"]]


@pytest.mark.parametrize(
    ("text", "crc"),
    [
        ("01,31,,24112000000048542163,4449.00,20240528,,B2B6", "A"),
        ("01,04,1100171320,12356976,566.04,20170425,68290471162609952523,BAA6", "A"),
        ("01,10,011002680026,71500013,9709.00,20200220,03272875819686271285,1818", "B"),
        ("01,51,,25329166851000825796,14.00,20251226,,99ee", "C"),
        ("01,32,,26317200000008021556,16.40,20260908,,b017", "D"),
        ("01,31,,24112000000048542163,4449.00,20240528,,b2b6,", "A"),
        ("01,31,,24112000000048542163,4449.00,20240528,,B2B7", "unmatched"),
        ("01,31,,24112000000048542163,4449.01,20240528,,B2B6", "unmatched"),
        (f"{PLAIN}", "absent"),
    ],
)
def test_the_checksum_tells_its_variant(text: str, crc: str) -> None:
    assert qr.read(text).crc == crc


def test_every_field_is_given_as_a_value() -> None:
    found = qr.read("01,04,1100171320,12356976,566.04,20170425,68290471162609952523,BAA6")
    assert found.kind_code == "04"
    assert str(found.key) == "vat:1100171320-12356976"
    assert found.amount == Money(56604)
    assert found.issued == date(2017, 4, 25)
    assert found.check_code == "68290471162609952523"
    assert qr.read(PLAIN).check_code is None


@pytest.mark.parametrize(
    "text",
    [
        f"01,32, ,{NUMBER},37.73,20990603, ,3AF0",
        f" 01 , 32,,{NUMBER} ,37.73,20990603,,3AF0 \r\n",
        f"01,32,,{NUMBER},37.73,2099-06-03,,3AF0",
        f"01,32,,{NUMBER},37.73,20990603,,3af0,",
        f"01,32,,{NUMBER},37.73,20990603,,A",
        f"01,32,,{NUMBER},37.73,20990603,,",
        f"01,32,,{NUMBER},37.73,20990603,",
        f"01,32,,{NUMBER},37.73,20990603",
        f"01,77,,{NUMBER},37.73,20990603,,,",
        "01,32,990020000000,00000001,37.73,20990603,,3AF0",
    ],
)
def test_what_real_codes_do_is_tolerated(text: str) -> None:
    found = qr.read(text)
    assert (found.key.number, found.amount, found.raw) == (NUMBER, Money(3773), text)
    assert found.issued == date(2099, 6, 3)


@pytest.mark.parametrize(
    ("amount", "fen"), [("57", 5700), ("6.2", 620), ("-100.00", -10000), ("620", 62000)]
)
def test_amounts_may_lack_decimals_and_be_negative(amount: str, fen: int) -> None:
    assert qr.read(f"01,32,,{NUMBER},{amount},20990603,,").amount == Money(fen)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4408",
        "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan?hash=00&bill_num=1&total_amount=2",
        "http://einvoice.jsczt.cn/d/0",
        "145011622518163738608780",
        f"02,32,,{NUMBER},37.73,20990603,,",
        f"01,3,,{NUMBER},37.73,20990603,,",
        f"01,32,,{NUMBER[:-1]},37.73,20990603,,",
        f"01,32,,{NUMBER}0,37.73,20990603,,",
        "01,61,,9223372036854775807,620,20210728,,7890",
        f"01,32,1100171320,{NUMBER},37.73,20990603,,",
        "01,32,,12345678,37.73,20990603,,",
        "01,04,1100171320,00000000,37.73,20170603,,",
        f"01,32,,{NUMBER},37.735,20990603,,",
        f"01,32,,{NUMBER},1e3,20990603,,",
        f"01,32,,{NUMBER},,20990603,,",
        f"01,32,,{NUMBER},37.73,20990230,,",
        f"01,32,,{NUMBER},37.73,2099063,,",
        f"01,32,,{NUMBER},37.73,2099/06/03,,",
        f"01,32,,{NUMBER},37.73,20990603,123456,",
        f"01,32,,{NUMBER},37.73,20990603,,GGGG",
        f"01,32,,{NUMBER},37.73,20990603,,12345",
        f"01,32,,{NUMBER},37.73,20990603,,3AF0,,",
        f"01,32,,{NUMBER},37.73,20990603,,3AF0\n01,32",
        f"０１,32,,{NUMBER},37.73,20990603,,",
        f"01,32,,{NUMBER},١٢,20990603,,",
        f"01,32,,{NUMBER},99999999999999,20990603,,",
        PLAIN + " " * 1000,
    ],
)
def test_anything_else_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        qr.read(text)


def test_no_text_makes_it_fail_in_any_other_way_or_slowly() -> None:
    chance = random.Random(7)
    for _ in range(3000):
        text = list(chance.choice([PLAIN, ",", " " * 200, "01,,,,,,,", NUMBER * 9]))
        for _ in range(chance.randrange(6)):
            text.insert(chance.randrange(len(text) + 1), chance.choice(",0 1-.AF\x00年\ud800１"))
        try:
            qr.read("".join(text))
        except Unreadable:
            continue


@needs_samples
@pytest.mark.parametrize("row", payloads(), ids=lambda row: Path(row["file"]).name)
def test_real_codes_say_what_is_printed(row: dict[str, str]) -> None:
    if len(row["number"]) == 19:
        pytest.skip("the air specimen has a number of 19 digits, which is no number")
    found = qr.read(row["qr_payload"])
    expected = {"": "absent", "unexplained": "unmatched"}
    assert (found.key.code, found.key.number) == (row["code"], row["number"])
    assert found.issued.isoformat() == row["date"]
    assert found.crc == expected.get(row["qr_crc_variant"], row["qr_crc_variant"])
    amounts = row["total"] if row["type"] in ("31", "32", "51") else row["amount_ex_tax"]
    assert amounts in ("?", "") or found.amount == Money.parse(amounts)
