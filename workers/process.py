"""Linux processes, started so that none of them can outlive the one that started them."""

import ctypes
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def start(argv: list[str], env: Mapping[str, str]) -> int:
    """Run ``argv`` in a session of its own, ended by SIGTERM should this process vanish."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        _become(argv, env, parent)
    except OSError as error:
        os.write(2, f"cannot start {argv[0]}: {error.strerror}\n".encode())
    finally:
        os._exit(127)


def _become(argv: list[str], env: Mapping[str, str], parent: int) -> None:
    os.setsid()
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        return
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.execvpe(argv[0], argv, env)


def ended() -> Iterator[tuple[int, int]]:
    """Pid and exit code (negative: the signal) of every child that is over, without waiting."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may already be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def in_session(session: int) -> list[int]:
    """The processes of one session: a part and whatever it forked."""
    return [pid for pid, _, found in _alive() if found == session]


def children() -> list[int]:
    """The direct children of this process, adopted ones among them."""
    return [pid for pid, parent, _ in _alive() if parent == os.getpid()]


def _alive() -> Iterator[tuple[int, int, int]]:
    """Pid, parent and session of every process that is not a zombie."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if state != "Z":
            yield int(folder.name), int(parent), int(session)
