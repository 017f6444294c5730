"""What an invoice is for is said only where it is sure."""

import pytest

from app.core.purpose import purpose
from app.invoices.wallet import ICONS
from app.plumbing.settings import ROOT


@pytest.mark.parametrize(
    ("kind", "goods", "seller", "found"),
    [
        ("rail", ["*运输服务*货物运输"], "中国铁路", "train"),
        ("train_ticket", [], "", "train"),
        ("air", [], "", "air"),
        ("taxi", [], "", "taxi"),
        ("digital_toll", [], "", "toll"),
        ("digital_ordinary", ["*住宿服务*住宿费"], "", "hotel"),
        ("digital_ordinary", ["*生产生活服务*住宿费"], "", "hotel"),
        ("digital_ordinary", ["*餐饮服务*餐费"], "某某大酒店", "meal"),
        ("digital_ordinary", ["*服务费", "*餐饮服务*餐饮"], "", "meal"),
        ("digital_special", ["*运输服务*客运服务费"], "", "taxi"),
        ("digital_special", ["*经营租赁*通行费"], "", "toll"),
        ("vat_ordinary", ["*汽油*92号车用汽油(VIB)"], "", "fuel"),
        ("digital_ordinary", [], "北京示例酒店有限公司", "hotel"),
        ("digital_ordinary", [], "上海示例出行科技有限公司", "taxi"),
        ("digital_ordinary", ["*运输服务*货物运输"], "某某出行科技有限公司", ""),
        ("digital_ordinary", [], "北京示例酒店用品商行", ""),
        ("digital_ordinary", [], "", ""),
    ],
)
def test_the_kind_decides_then_the_goods_then_the_shop(kind, goods, seller, found):
    assert purpose(kind, goods, seller) == found


def test_every_purpose_has_a_picture_in_the_sprite():
    sprite = (ROOT / "static" / "icons" / "sprite.svg").read_text()
    words = {"train", "air", "hotel", "meal", "taxi", "toll", "fuel"}
    assert words == ICONS.keys()
    assert all(f'id="{icon}"' in sprite for icon in (*ICONS.values(), "invoice"))
