"""Work for the other core: a process beside this one takes what this one makes."""

import multiprocessing
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, TypeVar

_FORK = multiprocessing.get_context("fork")
T = TypeVar("T")


class LeftAlone(RuntimeError):
    """The process beside ended in the middle of its work: that can be done again."""


@contextmanager
def beside(work: Callable[[Iterator[T]], None]) -> Iterator[Callable[[T], None]]:
    """Fork a process for ``work``, which is given what the function is called with, in its order.

    ``work`` must leave the database alone: the connection is this process's. If the block raises,
    or this process is killed, the iterator of ``work`` raises EOFError.

    Raises:
        LeftAlone: the process beside was killed.
        Exception: what ``work`` raised.
    """
    taking, giving = _FORK.Pipe(duplex=False)
    hearing, saying = _FORK.Pipe(duplex=False)
    other = _FORK.Process(target=_take, args=(work, taking, saying, (giving, hearing)))
    other.start()
    taking.close()
    saying.close()

    def give(one: T) -> None:
        try:
            giving.send((one,))
        except BrokenPipeError:
            _settle(hearing)

    try:
        yield give
        with suppress(BrokenPipeError):
            giving.send(None)
        _settle(hearing)
    finally:
        giving.close()
        hearing.close()
        other.join()


def _settle(hearing: Connection) -> None:
    """Wait until it has ended well; raises what it raised."""
    try:
        fault = hearing.recv()
    except EOFError:
        raise LeftAlone from None
    if fault:
        raise fault


def _take(
    work: Callable[[Iterator[Any]], None],
    taking: Connection,
    saying: Connection,
    others: tuple[Connection, ...],
) -> None:
    """The process beside; its copies of the other ends are shut, so that it hears of an end."""
    for end in others:
        end.close()
    try:
        work(_each(taking))
    except EOFError:
        return
    except Exception as fault:
        fault.add_note(traceback.format_exc())
        saying.send(fault)
    else:
        saying.send(None)


def _each(taking: Connection) -> Iterator[Any]:
    while (one := taking.recv()) is not None:
        yield one[0]
