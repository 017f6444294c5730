"""What the pages weigh on the wire, and what Lighthouse says of them."""

import json
import os
import shutil
import subprocess
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.place import URL, Place, Row, jar
from tests.browser.conftest import FLAGS

TIMES = 5
SORTS = {"Document": "html", "Stylesheet": "css", "Script": "js"}
TOOLS = Path("/tmp/yanpiao-lighthouse")
CATEGORIES = ("performance", "accessibility", "best-practices")
_NONE = "—"


def weights(place: Place) -> Iterator[Row]:
    """Bodies as they are sent, first visit, without the service worker."""
    names = {"/scan": "total ≤ 60, js ≤ 32, css ≤ 14"}
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        for url in ("/scan", "/", "/invoices", "/ask", "/outbox", place.invoice):
            sizes, requests, wire = _weigh(browser, place.mine, url)
            total = sum(sizes.values())
            parts = " · ".join(f"{sort} {size / 1024:.1f}" for sort, size in sorted(sizes.items()))
            budget = names.get(url, "js ≤ 26, css ≤ 14")
            note = f"{parts} KiB; {budget}; {wire / 1024:.1f} with the headers"
            yield (f"weight of {_name(url)}", f"{total / 1024:.1f} KiB", _NONE, f"{requests}", note)
            if url == "/scan":
                yield _decoder(browser, place.mine)
        browser.close()


def _weigh(browser: Browser, cookie: str, url: str) -> tuple[dict[str, int], int, float]:
    """Bytes by sort, the number of requests, and bytes with headers."""
    sizes: dict[str, int] = defaultdict(int)
    wire, sorts = [], {}
    context = browser.new_context(service_workers="block", locale="zh-CN")
    context.add_cookies(jar(cookie))
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")

    def answered(told: Any) -> None:
        headers = {name.lower(): text for name, text in told["response"]["headers"].items()}
        sort = SORTS.get(told["type"], "other")
        if told["response"]["url"].startswith("http"):
            sorts[told["requestId"]] = sort
            sizes[sort] += int(headers.get("content-length", 0))

    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", lambda told: wire.append(told))
    page.goto(URL + url, wait_until="networkidle")
    context.close()
    loaded = [told["encodedDataLength"] for told in wire if told["requestId"] in sorts]
    return sizes, len(sorts), sum(loaded)


def _decoder(browser: Browser, cookie: str) -> Row:
    """What a phone without a detector of its own fetches in the background."""
    context = browser.new_context(service_workers="block")
    context.add_cookies(jar(cookie))
    page = context.new_page()
    page.goto(f"{URL}/scan")
    script = page.locator("scan-view").get_attribute("data-decoder") or ""
    context.close()
    vendor = f"{script.rpartition('/js/')[0]}/vendor/zxing"
    files = (script, f"{vendor}-reader.js", f"{vendor}_reader.wasm")
    sizes = [_length(file) for file in files]
    parts = " · ".join(
        f"{one.rpartition('/')[2]} {n / 1024:.1f}" for one, n in zip(files, sizes, strict=True)
    )
    total = f"{sum(sizes) / 1024:.1f} KiB"
    return "… and the decoder, in the background", total, _NONE, f"{len(files)}", f"{parts} KiB"


def _length(path: str) -> int:
    asked = urllib.request.Request(URL + path, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(asked) as answer:
        return len(answer.read())


def _name(url: str) -> str:
    return "/invoices/<id>" if url.startswith("/invoices/") else url


def lighthouse(place: Place) -> Iterator[Row]:
    """Mobile, each page five times; the tool is fetched by npx into a folder beside."""
    if not shutil.which("npx"):
        yield "Lighthouse", _NONE, _NONE, "0", "node and npm are not on this machine"
        return
    for url in ("/sign-in", "/scan", "/invoices", place.invoice, "/"):
        cookie = "" if url == "/sign-in" else place.mine
        reports = [one for _ in range(TIMES) if (one := _report(url, cookie))]
        if not reports:
            yield f"Lighthouse {_name(url)}", _NONE, _NONE, "0", "the tool could not be run"
            continue
        scores = [
            [one["categories"][name]["score"] * 100 for one in reports] for name in CATEGORIES
        ]
        middle = " / ".join(f"{median(some):.0f}" for some in scores)
        worst = " / ".join(f"{min(some):.0f}" for some in scores)
        note = f"≥ 95 / 100 / 100; the p95 is the worst; {_faults(reports[-1])}"
        yield f"Lighthouse {_name(url)}", middle, worst, f"{len(reports)}", note


def _report(url: str, cookie: str) -> dict[str, Any]:
    """What one run says; empty when it could not be run."""
    TOOLS.mkdir(exist_ok=True)
    argv = ["npx", "--yes", "lighthouse@12", URL + url, "--output=json", "--quiet"]
    argv += [f"--only-categories={','.join(CATEGORIES)}", "--output-path=stdout"]
    argv += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu", "--form-factor=mobile"]
    if cookie:
        argv.append(f"--extra-headers={json.dumps({'Cookie': cookie})}")
    chrome = shutil.which("chromium") or shutil.which("google-chrome") or ""
    env = {**os.environ, "CHROME_PATH": chrome, "npm_config_cache": str(TOOLS / "cache")}
    ended = subprocess.run(argv, cwd=TOOLS, env=env, capture_output=True, text=True, timeout=300)
    found: dict[str, Any] = json.loads(ended.stdout) if ended.returncode == 0 else {}
    return found


def _faults(report: dict[str, Any]) -> str:
    """The audits that cost points, and the times that matter."""
    audits = report["audits"]
    weighed = {
        one["id"]
        for name in CATEGORIES
        for one in report["categories"][name]["auditRefs"]
        if one["weight"]
    }
    lost = sorted(name for name in weighed if (audits[name]["score"] or 0) < 0.9)
    lost = [name for name in lost if audits[name]["score"] is not None]
    times = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
    said = ", ".join(f"{audits[name]['displayValue']}" for name in times).replace("\xa0", " ")
    return f"LCP, TBT, CLS: {said}" + (f"; lost by {', '.join(lost)}" if lost else "")
