"""The bars of the sandbox: limits, no network, no new programs, no files but the libraries.

Plain Linux calls. What the kernel does not offer is left out and said on the health page.
"""

import ctypes
import os
import resource
import struct
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.plumbing.settings import ROOT

MEMORY = 1 << 30
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_THREAD = 0x10000000, 0x40000000, 0x00010000
_NO_NEW_PRIVS, _SECCOMP, _PDEATHSIG, _FILTER = 38, 22, 1, 2
_X86_64, _X32 = 0xC000003E, 0x40000000
_ALLOW, _REFUSE, _UNKNOWN = 0x7FFF0000, 0x00050001, 0x00050026
_LOAD, _EQUAL, _AT_LEAST, _BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_FORBIDDEN = {
    "socket": 41,
    "connect": 42,
    "vfork": 58,
    "fork": 57,
    "execve": 59,
    "kill": 62,
    "ptrace": 101,
    "rt_sigqueueinfo": 129,
    "mount": 165,
    "tkill": 200,
    "tgkill": 234,
    "unshare": 272,
    "rt_tgsigqueueinfo": 297,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "execveat": 322,
    "pidfd_send_signal": 424,
    "io_uring_setup": 425,
}
_CLONE, _CLONE3 = 56, 435
_RULESET, _ADD_RULE, _RESTRICT = 444, 445, 446
_EVERY_ACCESS, _READ = (1 << 13) - 1, 0b1100
_libc = ctypes.CDLL(None, use_errno=True)


def leave_network() -> bool:
    """Move this process, and all it forks, into a network of nothing; False if not allowed."""
    return bool(_libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def die_with_parent() -> None:
    """End when the process that forked us ends."""
    _libc.prctl(_PDEATHSIG, 9)


def prepare() -> None:
    """Make ready, in the process that forks them, what all children lock themselves in with."""
    _rules(), _filter()


def lock_in(seconds: float, memory: int = MEMORY, threads: int = 1) -> dict[str, bool]:
    """Set the limits of a child for good; says whether calls and files are held as well.

    ``memory`` is in bytes of addresses beside those that libraries take already, ``seconds`` of
    work of each of its threads.
    """
    cpu, room = int(seconds * threads) + 1, memory + _taken()
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    return {"files": _close_files(), "calls": _filter_calls()}


def _taken() -> int:
    """Asked without a buffered file: making one touches half of a forked heap."""
    handle = os.open("/proc/self/statm", os.O_RDONLY)
    pages = int(os.read(handle, 100).split()[0])
    os.close(handle)
    return pages * resource.getpagesize()


def _close_files() -> bool:
    """Landlock: the libraries and fonts may be read, nothing else, and nothing written."""
    rules = _rules()
    if rules < 0:
        return False
    done = bool(_libc.syscall(_RESTRICT, rules, 0) == 0)
    os.close(rules)
    return done


@cache
def _rules() -> int:
    """The handle of what may be read, negative where the kernel knows no such rules."""
    attributes = ctypes.c_uint64(_EVERY_ACCESS)
    rules = int(_libc.syscall(_RULESET, ctypes.byref(attributes), 8, 0))
    for place in _readable() if rules >= 0 else ():
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", _READ, handle), 12)
        _libc.syscall(_ADD_RULE, rules, 1, rule, 0)
        os.close(handle)
    return rules


def _readable() -> Iterator[Path]:
    for name in ("/usr", "/lib", "/lib64", "/etc/fonts", sys.prefix, sys.base_prefix, ROOT / "app"):
        if Path(name).exists():
            yield Path(name)


def _filter_calls() -> bool:
    """A BPF program: forbidden calls, new processes and other call tables get an error.

    Threads may be made (``clone`` with CLONE_THREAD); ``clone3`` says "unknown", so that the C
    library falls back to ``clone``.
    """
    if os.uname().machine != "x86_64":
        return False
    code = _filter()
    pointer = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(code))
    argument = ctypes.create_string_buffer(pointer, len(pointer))
    return bool(_libc.prctl(_SECCOMP, _FILTER, argument, 0, 0) == 0)


@cache
def _filter() -> ctypes.Array[ctypes.c_char]:
    code = b"".join(struct.pack("HBBI", *step) for step in _program())
    return ctypes.create_string_buffer(code, len(code))


def _program() -> list[tuple[int, int, int, int]]:
    """Steps of (code, jump if true, jump if false, value); a jump counts the steps it skips."""
    calls = list(_FORBIDDEN.values())
    head, tail = 4, 4
    allow = head + len(calls) + tail
    refuse, unknown = allow + 1, allow + 2
    steps = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, refuse - 2, _X86_64),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, refuse - 4, 0, _X32),
    ]
    for number in calls:
        steps.append((_EQUAL, refuse - len(steps) - 1, 0, number))
    steps += [
        (_EQUAL, unknown - head - len(calls) - 1, 0, _CLONE3),
        (_EQUAL, 0, allow - head - len(calls) - 2, _CLONE),
        (_LOAD, 0, 0, 16),
        (_BITS, 0, refuse - head - len(calls) - 4, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    return steps
