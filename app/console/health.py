"""How the installation is: database, disk, queue, sandbox, mail; and what stands in line."""

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from sqlalchemy import func, select, text

from app.core.errors import N_
from app.plumbing import mail, queue, reach, sandbox
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.leadership import Leader
from app.plumbing.migrations import head, present
from app.plumbing.queue import Effect, State
from app.plumbing.settings import Settings, settings

_LATE_SECONDS = 60
_RENEWAL, _ROOT_WARNING = timedelta(days=30), timedelta(days=90)
_NO_CERTIFICATE = N_(
    "%(url)s: the certificate cannot be read or has run out; browsers refuse it. Renew its file."
)
_BARS = {"files": N_("files"), "calls": N_("system calls")}


@dataclass(frozen=True, slots=True)
class Part:
    """One line: what, how it is (passed, look, stopped), and a sentence with its facts."""

    title: str
    outcome: str
    text: str
    facts: dict[str, Any]


def report() -> list[Part]:
    """Every part, looked at now."""
    own = [_database(), _disk(), _redis(), _sweeper(), _line()]
    return [*own, _sandbox(), _eyes(), _mail(), _address()]


def is_ready() -> tuple[bool, dict[str, str]]:
    """Whether requests can be served: the schema is this version's and a write goes through.

    Redis being away is degraded, not down; no outside service counts (TRUST §4.6).
    """
    try:
        with transaction():
            db.session.execute(text("SELECT 1"))
        schema = "ok" if present() == head() else "old"
    except Exception as fault:
        return False, {"database": type(fault).__name__}
    redis = "ok" if queue.is_awake() else "silent"
    return schema == "ok", {"database": "ok", "schema": schema, "redis": redis}


def _database() -> Part:
    name = "SQLite" if settings().is_sqlite else "PostgreSQL"
    version = db.session.scalar(
        text("SELECT sqlite_version()" if settings().is_sqlite else "SHOW server_version")
    )
    outcome = "passed" if present() == head() else "stopped"
    return Part(
        N_("Database"),
        outcome,
        N_("%(name)s %(version)s, schema %(schema)s"),
        {"name": name, "version": version, "schema": present() or "–"},
    )


def _disk() -> Part:
    disk = shutil.disk_usage(settings().var)
    share = disk.free / disk.total
    outcome = "passed" if share > 0.15 else "look" if share > 0.05 else "stopped"
    return Part(
        N_("Disk"),
        outcome,
        N_("%(free)s GB free of %(total)s GB"),
        {"free": f"{disk.free / 2**30:.1f}", "total": f"{disk.total / 2**30:.1f}"},
    )


def _redis() -> Part:
    if queue.is_awake():
        version = queue.redis().info("server").get("redis_version", "")
        return Part(N_("Queue"), "passed", N_("Redis %(version)s answers"), {"version": version})
    text_ = N_("Redis is silent: work goes on by polling, slower. Nothing is lost.")
    return Part(N_("Queue"), "look", text_, {})


def _sweeper() -> Part:
    leader = db.session.get(Leader, "sweeper")
    if leader and leader.until > now():
        return Part(N_("Sweeper"), "passed", N_("It watches over what waits."), {})
    return Part(N_("Sweeper"), "stopped", N_("Nobody watches over what waits. Start it again."), {})


def _line() -> Part:
    waiting = Effect.state.in_([State.READY, State.LEASED])
    counts = {
        "waiting": db.session.scalar(select(func.count()).where(waiting)) or 0,
        "dead": db.session.scalar(select(func.count()).where(Effect.state == State.DEAD)) or 0,
    }
    oldest = db.session.scalar(select(func.min(Effect.made_at)).where(waiting))
    late = oldest is not None and (now() - oldest).total_seconds() > _LATE_SECONDS
    outcome = "stopped" if counts["dead"] else "look" if late else "passed"
    return Part(N_("Work in line"), outcome, N_("%(waiting)s waiting, %(dead)s given up"), counts)


def _sandbox() -> Part:
    try:
        held = sandbox.state()
    except (sandbox.Silent, sandbox.Unreadable):
        return Part(N_("Sandbox"), "stopped", N_("It does not answer; files cannot be read."), {})
    whole = held["network"] != "open" and held["calls"] and held["files"]
    if whole:
        text_ = N_("Files are read apart: no network (%(network)s), no other files, no programs.")
    else:
        text_ = N_("Not isolated; it lacks: %(lacks)s.")
    return Part(N_("Sandbox"), "passed" if whole else "look", text_, _said(held))


def _eyes() -> Part:
    title = N_("Looking at pictures")
    if not settings().has_eyes:
        return Part(title, "passed", N_("Switched off: of photos only the codes are read."), {})
    if sandbox.has_eyes():
        return Part(title, "passed", N_("Text in photos and scans is read on this machine."), {})
    return Part(title, "look", N_("Nobody looks: of photos only the codes are read."), {})


def _said(held: dict[str, Any]) -> dict[str, Any]:
    """How the children are held, in words; what is lacking by name."""
    networks = {"namespace": N_("own namespace"), "seccomp": N_("call filter")}
    lacks = [] if held["network"] in networks else [gettext(N_("network"))]
    lacks += [gettext(word) for name, word in _BARS.items() if not held[name]]
    return {"network": gettext(networks.get(held["network"], "–")), "lacks": ", ".join(lacks)}


def _mail() -> Part:
    if mail.is_set_up():
        return Part(
            N_("Mail service"),
            "passed",
            N_("Sent through %(server)s"),
            {"server": settings().smtp.rpartition("@")[2].rpartition("/")[2]},
        )
    return Part(
        N_("Mail service"), "look", N_("Not set up (YANPIAO_SMTP): notices stay in the app."), {}
    )


def _address() -> Part:
    """How people reach it, and what to do where phones cannot."""
    chosen = settings()
    facts = {"url": chosen.url}
    if chosen.https:
        return _own_authority(chosen) if chosen.has_authority else _own_certificate(chosen)
    if chosen.is_https:
        text_ = N_("%(url)s, encrypted by the proxy in front.")
        return Part(N_("Address"), "passed", text_, facts)
    if reach.is_loopback(urlsplit(chosen.url).hostname or ""):
        text_ = N_(
            "%(url)s works on this machine only; phones cannot reach it. For them start with "
            "bin/run --https NAME (Reach in README)."
        )
    else:
        text_ = N_(
            "%(url)s is not encrypted: phones will not open their camera there. Start with "
            "bin/run --https NAME, or use a domain of your own (Reach in README)."
        )
    return Part(N_("Address"), "look", text_, facts)


def _own_authority(chosen: Settings) -> Part:
    root, until = reach.root(chosen), reach.ends(chosen)
    if root is None or until is None:
        return Part(N_("Address"), "stopped", _NO_CERTIFICATE, {"url": chosen.url})
    outcome = "passed" if root.ends - now() > _ROOT_WARNING else "look"
    text_ = N_(
        "%(url)s, certificate of this installation until %(until)s, renewed by itself 30 days "
        "before. Devices are taught to trust its root once, at /ca: valid until %(root)s, SHA-256 "
        "%(fingerprint)s."
    )
    facts = {"until": f"{until:%Y-%m-%d}", "root": f"{root.ends:%Y-%m-%d}"}
    facts |= {"url": chosen.url, "fingerprint": root.fingerprint}
    return Part(N_("Address"), outcome, text_, facts)


def _own_certificate(chosen: Settings) -> Part:
    until = reach.ends(chosen)
    if until is None or until < now():
        return Part(N_("Address"), "stopped", _NO_CERTIFICATE, {"url": chosen.url})
    is_near = until - now() < _RENEWAL
    text_ = (
        N_("%(url)s, your certificate runs out on %(until)s. Put the new one in its place.")
        if is_near
        else N_("%(url)s, your own certificate until %(until)s. A new file is taken up by itself.")
    )
    facts = {"url": chosen.url, "until": f"{until:%Y-%m-%d}"}
    return Part(N_("Address"), "look" if is_near else "passed", text_, facts)
