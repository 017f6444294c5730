"""A photo of paper without a code, read by the running product, from the phone to its boxes."""

import re
import shutil

import pytest
from playwright.sync_api import expect

from tests import make, sheets
from tests.browser.house import House
from tests.installation import Installation
from tests.photographed import askew, dim, on_desk, printed, stamped

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.full]
ONE = make.specimen(97531864, total="318.00")


@pytest.fixture
def seeing(prepared, tmp_path):
    """An installation that looks at pictures."""
    shutil.copytree(prepared, tmp_path / "var")
    installation = Installation(tmp_path / "var", YANPIAO_EYES="1")
    try:
        installation.start()
        yield House(installation)
        assert "Traceback" not in installation.said(), installation.said()
    finally:
        installation.end()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_photo_of_paper_is_read_and_each_value_shown_where_it_stands(
    seeing, look, tmp_path, language
):
    page = stamped(printed(sheets.paper(ONE)), "样票专用章", (470, 330))
    photo = tmp_path / "IMG_0001.jpg"
    dim(askew(on_desk(page), 3, 0.05), seed=2).save(photo, "JPEG", quality=88)
    one = look(seeing.url, "android", language=language).sign_in(seeing.person("魏员工")).go("/")
    one.choose(photo)
    row = one.row("IMG_0001.jpg")
    expect(row).to_contain_text("¥318.00", timeout=60_000)

    row.get_by_role("link").first.click()
    expect(one.page.get_by_role("main")).to_contain_text("北京示例酒店有限公司")
    one.page.locator("dl a.tag").first.click()
    expect(one.page).to_have_url(re.compile(r"field=number#page-1$"))
    expect(one.page.locator("figure img")).to_have_js_property("complete", True)
    box = one.page.locator("figure rect").bounding_box()
    picture = one.page.locator("figure img").bounding_box()
    assert box and picture and 0 < box["width"] < picture["width"] / 2
    assert picture["y"] <= box["y"] < picture["y"] + picture["height"] / 2
    assert not one.overflows()
