"""A document is known: by its XML, by its number, after a correction, after a red letter."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from app.documents import specimens
from tests import make
from tests.browser.screen import Screen

pytestmark = pytest.mark.xdist_group("browser")
ROUNDS = count(1)
LATER = date(2026, 11, 21)


@dataclass
class Walk:
    """Who walks, with which three specimens: known, typed, and too young for the ledger."""

    folder: Path
    clerk: Screen
    finance: Screen
    known: specimens.Specimen
    typed: specimens.Specimen
    young: specimens.Specimen


@pytest.mark.full
@pytest.mark.parametrize("device", ["pixel", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_an_xml_to_a_red_letter(house, look, tmp_path, language, device):
    clerk = look(house.url, device, language).sign_in(house.person("魏员工"))
    finance = look(house.url, "desktop", language).sign_in(house.person("方财务", "finance"))
    for screen in (clerk, finance):
        screen.speak(language)
    month = next(ROUNDS)
    first, day = 7000 + 10 * month, date(2026, month, 12)
    ones = [make.specimen(first + n, issued=day) for n in (0, 1)]
    walk = Walk(tmp_path, clerk, finance, *ones, make.specimen(first + 2, issued=LATER))

    an_xml_is_read_whole(walk)
    the_ledger_makes_it_genuine(walk)
    a_wrong_amount_is_explained_and_mended(walk)
    a_red_letter_reaches_card_notice_and_list(walk)
    what_the_ledger_does_not_cover_is_not_checked(walk)


def an_xml_is_read_whole(walk):
    clerk, file = walk.clerk, hand_in(walk, walk.known)
    clerk.reads(clerk.verdict("open"), clerk.row(file.name))
    clerk.follow_row(file.name)
    for said in (walk.known.seller[0], walk.known.seller[1]):
        clerk.reads(said, clerk.page.locator("#main"))
    clerk.reads("*样票*示例服务", clerk.page.locator("table").first)
    expect(clerk.page.locator(".tag").get_by_text("XML").first).to_be_visible()
    clerk.page.get_by_text(clerk.say("Where each field comes from")).first.click()
    clerk.reads("InvoiceNumber", clerk.page.locator("details code"))
    clerk.shoot(f"knowing-xml-{clerk.language}")


def the_ledger_makes_it_genuine(walk):
    import_ledger(walk, "first.xlsx", [make.export_row(walk.known), make.export_row(walk.typed)])
    walk.clerk.go(path_of(walk.clerk))
    see_verdict(walk.clerk, "genuine")
    walk.clerk.shoot(f"knowing-genuine-{walk.clerk.language}")


def a_wrong_amount_is_explained_and_mended(walk):
    clerk = walk.clerk
    clerk.go("/").follow("No file or code? Look it up by its number")
    clerk.page.locator("[name=q]").press_sequentially(walk.typed.number)
    expect(clerk.page.locator("[name=total]")).to_be_visible()
    clerk.fill(issued=walk.typed.issued.isoformat(), total="160.00")
    clerk.shoot(f"knowing-ask-{clerk.language}")
    clerk.press("Only look it up")
    clerk.reads(clerk.verdict("mismatch"))
    clerk.press("Keep and check")
    see_verdict(clerk, "mismatch")
    clerk.reads("¥160.00", clerk.page.locator("table.compare"))
    clerk.shoot(f"knowing-mismatch-{clerk.language}")
    mend = clerk.say("Change to %(value)s and check again", value="¥106.00")
    clerk.page.get_by_role("button", name=mend).click()
    see_verdict(clerk, "genuine")
    expect(clerk.page.locator(".tag").get_by_text(clerk.say("Corrected")).first).to_be_visible()


def a_red_letter_reaches_card_notice_and_list(walk):
    clerk, finance = walk.clerk, walk.finance
    struck = make.export_row(walk.known, 发票状态="已红冲-全额")
    import_ledger(walk, "newer.xlsx", [struck, make.export_row(walk.typed)], later=1)
    told = clerk.say(
        "%(seller)s ¥%(amount)s was red-flushed at the tax bureau",
        seller=walk.known.seller[0], amount="106.00",
    )  # fmt: skip
    look_until(clerk, "/notices", told)
    clerk.shoot(f"knowing-notice-{clerk.language}")
    clerk.page.get_by_role("link", name=told).first.click()
    expect(clerk.page.locator("#verdict")).to_have_attribute("data-tone", "bad")
    clerk.reads(clerk.say("Do not use this invoice"))
    clerk.shoot(f"knowing-red-{clerk.language}")
    finance.go("/bureau").reads(finance.say("Before"))
    finance.go("/notices").reads(finance.say("To do"))


def what_the_ledger_does_not_cover_is_not_checked(walk):
    clerk, file = walk.clerk, hand_in(walk, walk.young)
    clerk.reads(clerk.verdict("open"), clerk.row(file.name))
    clerk.follow_row(file.name)
    clerk.reads(clerk.say("Not compared with the tax-bureau ledger"))
    walk.finance.go("/missing/ledger")
    walk.finance.reads(walk.finance.say("The imported ledger does not cover its day."))
    walk.finance.shoot(f"knowing-missing-{clerk.language}")


def hand_in(walk: Walk, one: specimens.Specimen) -> Path:
    file = walk.folder / f"票{one.number[-4:]}.xml"
    file.write_bytes(specimens.write_xml(one))
    walk.clerk.go("/").choose(file)
    return file


def import_ledger(walk: Walk, name: str, rows: list[dict[str, Any]], later: int = 0) -> None:
    file = walk.folder / name
    file.write_bytes(make.export(rows).getvalue())
    finance = walk.finance.go("/bureau")
    finance.page.locator("[name=file]").set_input_files(file)
    first = walk.known.issued.replace(day=1)
    days = {"starts": first, "ends": first.replace(day=20 + later)}
    days["exported_on"] = first.replace(day=21 + later)
    finance.fill(**{name: day.isoformat() for name, day in days.items()})
    with finance.imports():
        finance.press("Import")
    card = finance.page.locator("section[id^=import-]").filter(has_text=name).first
    expect(card.get_by_text(finance.say("Done"))).to_be_visible()


def see_verdict(who: Screen, word: str) -> None:
    """The card asks again by itself or is looked at again until the answer has reached it."""
    look_until(who, path_of(who), who.verdict(word), "#verdict")


def look_until(who: Screen, path: str, said: str, where: str = "main") -> None:
    there = who.page.locator(where).get_by_text(said).first
    for _ in range(30):
        if there.count():
            break
        who.page.wait_for_timeout(400)
        who.go(path)
    expect(there).to_be_visible()


def path_of(who: Screen) -> str:
    expect(who.page).to_have_url(re.compile("/invoices/"))
    return who.page.url.removeprefix(who.url)
