"""The real product with short patience, and somebody who hands files in while it breaks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tests.installation import Installation, Visitor, started

FAST = {
    "YANPIAO_LEASE_SECONDS": "3",
    "YANPIAO_SWEEP_SECONDS": "1",
    "YANPIAO_BUSY_SECONDS": "2",
    "YANPIAO_MIN_FREE_MIB": "1",
}


class Scene:
    """An installation, its finance (who may also hand in), and a look into its data."""

    def __init__(self, at: Installation) -> None:
        self.at = at
        with at.inside():
            company = make.company("北京示例茶叶有限公司", 1)
            self.phone = make.member("方财务", company, "finance", "employee").person.phone or ""
            self.health_phone = make.member("林管理", company, "administrator").person.phone or ""

    def visitor(self, phone: str = "") -> Visitor:
        """Somebody who has signed in."""
        return Visitor(self.at).sign_in(phone or self.phone)

    def inside(self) -> AbstractContextManager[Any]:
        """This process among the product's own."""
        return self.at.inside()


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared data."""
    var = tmp_path_factory.mktemp("ready") / "var"
    Installation(var).setup()
    return var


@pytest.fixture(scope="module")
def scene(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One installation for the faults of a file."""
    with started(ready, tmp_path_factory.mktemp("scene"), **FAST) as at:
        yield Scene(at)


@pytest.fixture
def stage_with(ready: Path, tmp_path: Path) -> Iterator[Callable[..., Scene]]:
    """An installation of its own with settings of its own."""
    with ExitStack() as ends:

        def begin(**more: str) -> Scene:
            return Scene(ends.enter_context(started(ready, tmp_path, **FAST, **more)))

        yield begin
