"""How a verb becomes a job: on one effect, under its lease, in an application of its own."""

import logging
from collections.abc import Callable
from contextlib import nullcontext, suppress
from functools import cache, wraps

from flask import Flask, has_app_context

from app.plumbing import queue, trace
from app.plumbing.queue import GivenWay, Lost

Verb = Callable[[str], None]
VERBS: dict[str, Verb] = {}
_log = logging.getLogger(__name__)


def job(verb: Verb) -> Verb:
    """List a verb; it takes the id of the effect's row and is called with that of the effect."""

    @wraps(verb)
    def carry_out(effect_id: str) -> None:
        with nullcontext() if has_app_context() else application().app_context():
            _carry_out(verb, effect_id)

    VERBS[f"{verb.__module__}.{verb.__name__}"] = carry_out
    return carry_out


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
        except GivenWay:
            with suppress(Lost):
                lease.give_way()
        except Lost:
            _log.warning("effect %s was taken over by another worker", effect_id)
        except Exception as fault:
            _log.exception("effect %s (%s) failed", effect_id, lease.verb)
            with suppress(Lost):
                lease.fail(f"{type(fault).__name__}: {fault}")
