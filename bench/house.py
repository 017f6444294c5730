"""What the house costs: starting, pages, the disk, the sandbox. ``.venv/bin/python -m bench.house``

Everything is measured on the real product in a folder of its own; medians of five or more.
"""

import http.client
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import brotli

from app.plumbing.settings import Settings
from bench.running import BIND, durable_entry, flask, millis, running, seconds, timed

EMAIL = "fang@demo.invalid"
Row = tuple[str, str, str]


def main() -> None:
    """Print one table."""
    with TemporaryDirectory(prefix="bench-", dir="/tmp") as folder:
        env = {**os.environ, "YANPIAO_VAR": folder, "YANPIAO_BIND": BIND}
        rows = [("cold start, empty folder → ready", *seconds([_start(env)]))]
        subprocess.run(flask("setup", "--demo"), env=env, check=True, capture_output=True)
        rows.append(("warm start → ready", *seconds([_start(env) for _ in range(5)])))
        with running(env):
            time.sleep(6)
            rows += _pages(Path(folder))
            rows += _memory(Path(folder))
        rows += _inside(folder)
    print("| what | median | p95 or note |\n|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


def _start(env: dict[str, str]) -> float:
    """Seconds from nothing to an answer of /livez, as bin/run does it; then stop again."""
    begun = time.perf_counter()
    with running(env):
        return time.perf_counter() - begun


def _pages(var: Path) -> Iterator[Row]:
    """Server time of pages and partials over one kept connection; weights as the browser loads."""
    cookie = _sign_in((var / "demo-password").read_text())
    wallet = _get("/invoices", cookie)
    invoice = re.findall(rb'href="(/invoices/\w+)"', wallet)[0].decode()
    for path in ("/", "/invoices", invoice, "/bureau", "/me"):
        name = "/invoices/<id>" if path == invoice else path
        yield (f"page {name}", *_millis(lambda path=path: _get(path, cookie)))
    imported = re.findall(rb'id="import-(\w+)"', _get("/bureau", cookie))[0].decode()
    partial = f"/bureau/imports/{imported}"
    yield ("partial, one import", *_millis(lambda: _get(partial, cookie, fragment=True)))
    yield ("static file", *_millis(lambda: _get(_assets(wallet)[0], cookie)))
    yield from _weights("/", _get("/", cookie))


def _weights(path: str, page: bytes) -> Iterator[Row]:
    sizes = {"html": len(brotli.compress(page)), "css": 0, "js": 0}
    for asset in _assets(page):
        body = _get(asset, "", encoding="br")
        sizes["css" if asset.endswith(".css") else "js"] += len(body)
    total = sum(sizes.values())
    parts = " · ".join(f"{kind} {size / 1024:.1f}" for kind, size in sizes.items())
    note = f"{parts} KiB brotli; html sent plain is {len(page) / 1024:.1f}"
    yield f"first view of {path}", f"{total / 1024:.1f} KiB", note


def _assets(page: bytes) -> list[str]:
    """Styles and scripts of a page, and what its scripts import."""
    named = re.findall(rb'(?:href|src)="(/static/[^"]+\.(?:css|js))"', page)
    found, todo = set[str](), {one.decode() for one in named}
    while todo:
        asset = todo.pop()
        found.add(asset)
        if "/js/" in asset:
            names = re.findall(rb'^import .*"\./(.+)"', _get(asset, ""), re.M)
            folder = asset.rpartition("/")[0]
            todo |= {f"{folder}/{name.decode()}" for name in names} - found
    return sorted(found)


def _sign_in(password: str) -> str:
    line = http.client.HTTPConnection(BIND)
    typed = urlencode({"identifier": EMAIL, "password": password})
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{BIND}"}
    line.request("POST", "/sign-in", typed, sent)
    answer = line.getresponse()
    assert answer.status == 303, answer.status
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


_line = http.client.HTTPConnection(BIND)


def _get(path: str, cookie: str, *, fragment: bool = False, encoding: str = "") -> bytes:
    headers = {"Cookie": cookie, "Accept-Encoding": encoding or "identity"}
    if fragment:
        headers["HX-Request"] = "true"
    _line.request("GET", path, headers=headers)
    answer = _line.getresponse()
    body = answer.read()
    assert answer.status == 200, (path, answer.status)
    return body


def _memory(var: Path) -> Iterator[Row]:
    """Proportional memory of each part, with its children."""
    for place in sorted((var / "run").glob("*.pid")):
        if place.stem == "supervise":
            continue
        pids = [int(place.read_text())]
        pids += [int(child) for child in _children(pids[0])]
        size = sum(_resident(pid) for pid in pids)
        yield f"memory of {place.stem}", f"{size / 1024:.0f} MiB", f"{len(pids)} processes"


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.findall(r"^Pss:\s+(\d+)", status, re.MULTILINE)[0])


def _inside(folder: str) -> Iterator[Row]:
    """The disk's commit and the sandbox, asked from a process of our own."""
    from app.documents import specimens
    from app.plumbing import sandbox
    from tests.make import specimen
    from wsgi import create_app

    app = create_app(Settings.read({"YANPIAO_VAR": folder}))
    pdf = specimens.draw_pdf(specimen())
    picture = specimens.draw_picture(specimen())

    with app.app_context():
        sandbox.state()
        yield ("commit: one durable journal entry", *_millis(durable_entry))
        yield ("sandbox: nothing, there and back", *_millis(sandbox.state))
        for name, data, kind in (
            ("PDF", pdf, "pdf"),
            ("picture", picture, "jpeg"),
        ):
            yield (
                f"sandbox: inspect a {name} ({len(data) >> 10} KiB)",
                *_millis(lambda data=data: sandbox.ask("inspect", BytesIO(data))),
            )
            yield (
                f"sandbox: read a {name}",
                *_millis(
                    lambda data=data, kind=kind: sandbox.ask("read", BytesIO(data), kind=kind)
                ),
            )


def _millis(act: Callable[[], object]) -> tuple[str, str]:
    return millis(timed(act))


if __name__ == "__main__":
    main()
