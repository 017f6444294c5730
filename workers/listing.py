"""What a worker may run: the verbs of the modules named here, and nothing else."""

from collections.abc import Callable

from rq.job import Job

from workers import bureau, mail, notices, papers, reading, sight, verification
from workers.jobs import VERBS, Verb

MODULES = (bureau, mail, notices, papers, reading, sight, verification)


class UnlistedJob(PermissionError):
    """Redis offered a function that is none of ours."""


class AllowListJob(Job):
    """RQ would import and call any name that Redis holds; this one calls only listed verbs."""

    @property
    def func(self) -> Callable[..., object]:
        """The verb, if it is listed."""
        found = listed().get(self.func_name or "")
        if found is None:
            raise UnlistedJob(self.func_name)
        return found


def listed() -> dict[str, Verb]:
    """Every verb by its full name."""
    return VERBS
