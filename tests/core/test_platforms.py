"""Whose rides a list of them shows, and whose invoices go with it."""

import pytest

from app.core import platforms


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("滴滴出行-行程单", "滴滴出行"),
        ("DIDITravel-TripTable", "滴滴出行"),
        ("高德地图—打车—行程单", "高德地图"),
        ("第三方网约车服务提供方曹操出行—行程单", "曹操出行"),
        ("T3出行-行程单", "T3出行"),
        ("示例出行-行程单", ""),
    ],
)
def test_a_title_names_its_platform(title, word):
    assert platforms.of_title(title) == word


@pytest.mark.parametrize(
    ("platform", "seller", "may"),
    [
        ("滴滴出行", "滴滴出行科技有限公司", True),
        ("滴滴出行", "苏州市吉利优行电子科技有限公司", False),
        ("曹操出行", "苏州市吉利优行电子科技有限公司", True),
        ("高德地图", "苏州市吉利优行电子科技有限公司", True),
        ("滴滴出行", "示例出行科技有限公司", True),
        ("", "滴滴出行科技有限公司", True),
    ],
)
def test_only_a_seller_that_is_known_to_be_another_platform_s_is_refused(platform, seller, may):
    assert platforms.may_be_of(platform, seller) is may
