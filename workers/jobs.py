"""What a worker may run: the verbs listed here by name, each on one effect, and nothing else."""

import logging
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import cache, wraps

from flask import Flask, has_app_context
from rq.job import Job

from app.plumbing import queue, trace
from app.plumbing.queue import Lost

Verb = Callable[[str], None]
VERBS: dict[str, Verb] = {}
_log = logging.getLogger(__name__)


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


def job(verb: Verb) -> Verb:
    """List a verb; it takes the id of the effect's row and is called with that of the effect."""

    @wraps(verb)
    def carry_out(effect_id: str) -> None:
        with nullcontext() if has_app_context() else application().app_context():
            _carry_out(verb, effect_id)

    VERBS[f"{verb.__module__}.{verb.__name__}"] = carry_out
    return carry_out


def listed() -> dict[str, Verb]:
    """Every verb by its full name, with the modules that hold them loaded."""
    from workers import bureau, mail, notices, reading, verification

    assert bureau and mail and notices and reading and verification
    return VERBS


@cache
def application() -> Flask:
    """The application of this process."""
    from wsgi import create_app

    return create_app()


def _carry_out(verb: Verb, effect_id: str) -> None:
    trace.begin()
    with queue.lease(effect_id) as lease:
        if lease is None:
            return
        try:
            verb(lease.subject_id)
            lease.finish()
        except Lost:
            _log.warning("effect %s was taken over by another worker", effect_id)
        except Exception as fault:
            _log.exception("effect %s (%s) failed", effect_id, lease.verb)
            with suppress(Lost):
                lease.fail(f"{type(fault).__name__}: {fault}")
