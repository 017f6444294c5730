"""The dated tables: every entry has a source, days are in order, and nothing contradicts."""

from datetime import date, timedelta
from itertools import pairwise
from urllib.parse import urlsplit

import pytest

from app.core import official, regions
from app.core.dated import TABLES, holds, table
from app.core.invoice import KINDS, InvoiceKey
from app.core.official import Reach

DAY = timedelta(days=1)
NAMES = sorted(place.stem for place in TABLES.glob("*.toml"))


def entries(name: str) -> list[dict]:
    """Every table of the file, whether it stands alone or in a list."""
    found = [value if isinstance(value, list) else [value] for value in table(name).values()]
    return [entry for some in found for entry in some if isinstance(entry, dict)]


def test_there_are_tables():
    assert NAMES == ["kinds", "official", "platforms", "purposes", "rates", "regions"]


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_has_a_source_and_its_days_are_in_order(name):
    for entry in entries(name):
        if name != "official" or "url" not in entry:
            assert entry["source"], entry
        if "since" in entry and "until" in entry:
            assert entry["since"] <= entry["until"], entry
        for day in ("since", "until"):
            assert type(entry.get(day, date.min)) is date, entry


def test_an_entry_holds_from_its_first_day_to_its_last():
    entry = {"since": date(2018, 5, 1), "until": date(2019, 3, 31)}
    days = [date(2018, 4, 30), date(2018, 5, 1), date(2019, 3, 31), date(2019, 4, 1)]
    assert [holds(entry, day) for day in days] == [False, True, True, False]
    assert holds({}, date(1999, 1, 1)) and holds({"since": days[0]}, date(2099, 1, 1))


def spans(rate: str) -> list[tuple[date, date | None]]:
    found = [(one["since"], one.get("until")) for one in table("rates")["rate"]
             if one["rate"] == rate]  # fmt: skip
    return sorted(found)


def test_one_rate_never_holds_twice_and_stops_only_where_the_law_stopped_it():
    gaps = {}
    for rate in {entry["rate"] for entry in table("rates")["rate"]}:
        for (_, ends), (begins, _) in pairwise(spans(rate)):
            assert ends is not None and ends < begins, rate
            if ends + DAY != begins:
                gaps[rate] = (ends, begins)
    assert gaps == {
        "13%": (date(2017, 6, 30), date(2019, 4, 1)),
        "1%": (date(2022, 3, 31), date(2023, 1, 1)),
    }


@pytest.mark.parametrize("chain", [("17%", "16%", "13%"), ("11%", "10%", "9%")])
def test_each_general_rate_follows_the_one_before_without_a_gap(chain):
    for before, after in pairwise(chain):
        ended = spans(before)[-1][1]
        assert ended and ended + DAY == spans(after)[-1][0], (before, after)
    assert spans(chain[-1])[-1][1] is None


def test_the_rates_that_a_kind_is_held_to_are_in_the_table():
    listed = {entry["rate"] for name in ("rate", "word") for entry in table("rates")[name]}
    for entry in table("rates")["only"]:
        assert set(entry["rates"]) <= listed
        assert set(entry["kinds"]) <= {kind.word for kind in KINDS}


def test_kinds_ask_only_for_fields_that_exist():
    for kind in KINDS:
        assert set(kind.asks) <= {"code", "issued", "amount", "total", "check_code"}, kind.word
        assert kind.source and ("issued" in kind.asks or not kind.asks)
        assert not kind.word.startswith("digital") or "code" not in kind.asks


@pytest.mark.parametrize(("code", "name"), [
    ("1100171320", "北京"), ("011001900111", "北京"), ("3702154350", "青岛"),
    ("3701154350", "山东"), ("3301154350", "浙江"),
    ("4403154350", "深圳"), ("144031539110", "深圳"), ("1600171320", None),
    ("9900171320", None), ("", None),
])  # fmt: skip
def test_a_code_names_its_region(code, name):
    assert regions.of_code(code) == name


@pytest.mark.parametrize(("key", "name"), [
    ("digital:24112000000048542163", "北京"), ("digital:25922000000077229939", "青岛"),
    ("digital:25942000000036499020", "厦门"), ("digital:99002000000000000001", None),
    ("vat:1100171320-12356976", "北京"), ("local:161001718100-52410626", None),
    ("ticket:Z12K045678", None),
])  # fmt: skip
def test_a_key_names_its_region(key, name):
    assert InvoiceKey.parse(key).region == name


@pytest.mark.parametrize(("issued", "today", "reach"), [
    (date(2026, 11, 21), date(2026, 11, 21), Reach.TOO_NEW),
    (date(2026, 11, 22), date(2026, 11, 21), Reach.TOO_NEW),
    (date(2026, 11, 20), date(2026, 11, 21), Reach.ANSWERS),
    (date(2021, 11, 21), date(2026, 11, 21), Reach.ANSWERS),
    (date(2021, 11, 20), date(2026, 11, 21), Reach.TOO_OLD),
    (date(2024, 2, 29), date(2029, 3, 1), Reach.ANSWERS),
    (date(2024, 2, 29), date(2029, 3, 2), Reach.TOO_OLD),
])  # fmt: skip
def test_the_official_site_answers_from_the_next_day_for_five_years(issued, today, reach):
    assert official.reach(issued, today) is reach


def test_only_official_addresses_stand_in_the_table():
    urls = [official.SITE, *(entry["url"] for entry in table("official")["region"])]
    for url in urls:
        assert urlsplit(url).scheme == "https"
        assert str(urlsplit(url).hostname).endswith(f".{official.DOMAIN}")
    assert official.HOTLINE == "12366"


def test_beijing_has_a_bureau_for_every_district_and_no_other_region_is_made_up():
    beijing = official.bureau_of("北京")
    assert beijing and len(set(beijing.districts)) == 17
    assert all(name.startswith("国家税务总局北京") for name in beijing.districts)
    assert official.bureau_of("上海") is None and official.bureau_of(None) is None
