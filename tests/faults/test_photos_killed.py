"""Photos of a pile whose worker is killed while they are looked at end as if nothing happened."""

import random
from collections.abc import Callable
from functools import partial
from itertools import count

import pytest

from app.documents.specimens import draw_picture
from app.intake import batches
from app.intake.batches import RUN
from app.intake.intake import LOOK, READ
from app.intake.models import Step
from tests import make
from tests.faults import killing
from tests.faults.test_piles_killed import at_work, end, see_that_all_is_tidy
from tests.intake.test_sight import ONE, without_code
from tests.zipped import archive

pytestmark = [
    pytest.mark.full,
    pytest.mark.xdist_group("faults"),
    pytest.mark.parametrize("settings", ["sqlite"], indirect=True),
]
MOMENTS = 6


def begun(seed: int) -> str:
    """A pile of two photos of which only the code was read, or not even that."""
    company = make.company(f"北京示例{seed}号有限公司", seed + 10)
    by = make.member("甲", company, "finance")
    photos = {"无码.jpg": without_code(), "有码.jpg": draw_picture(make.specimen(42), width=1600)}
    batch_id = batches.begin(archive(photos), "照片.zip", by=by).id
    for verb in (RUN, READ):
        killing.carry_out(verb)
    return batch_id


def test_f06_killed_while_photos_are_looked_at_a_pile_ends_alike(
    app: object, look: Callable[[], int]
) -> None:
    act = partial(killing.carry_out, LOOK)
    whole = begun(0)
    assert at_work(whole)[1] == 1, "of the one without a code nothing is known yet"
    taken = killing.seconds(act)
    expected = end(whole)
    assert expected[0] is Step.DONE and ONE.number in str(expected)
    chance, seed = random.Random(6), count(1)
    for change in count(1):
        batch_id = begun(next(seed))
        was_killed = killing.kill_at(act, change)
        killing.let_time_pass()
        act()
        assert end(batch_id) == expected, f"killed before change {change}"
        if not was_killed:
            break
    assert change > 2
    for _ in range(MOMENTS):
        batch_id = begun(next(seed))
        killing.kill(act, chance.uniform(0, taken))
        killing.let_time_pass()
        act()
        assert end(batch_id) == expected
    see_that_all_is_tidy()
