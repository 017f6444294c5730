"""A Firefox of its own, driven by what it has built in: WebDriver BiDi on a websocket."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.installation import until

Node = dict[str, str]
# What a page still waited for when it was left; a request that truly fails says so as well.
LEFT = re.compile("NS_BINDING_ABORTED|NS_ERROR_ABORT|ServiceWorker intercepted the request and")
TROUBLE: dict[str, Callable[[Any], bool]] = {
    "log.entryAdded": lambda told: told["level"] == "error" and not LEFT.search(told["text"]),
    "network.fetchError": lambda told: not LEFT.search(told["errorText"]),
    "network.responseCompleted": lambda told: told["response"]["status"] >= 400,
}
DOOR = re.compile(r"WebDriver BiDi listening on (ws://\S+)\n")
IN_SIGHT = "(node) => node.checkVisibility({ visibilityProperty: true })"


class Refused(Exception):
    """Firefox could not do what it was asked; often the page is on its way to another."""


@contextmanager
def firefox(size: tuple[int, int], pointer: str, prefs: dict[str, Any]) -> Iterator["Window"]:
    """One window of that size in CSS pixels, with nothing kept from before."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    assert path, "there is no Firefox on this machine"
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as home:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(to)});" for name, to in prefs.items()]
        Path(home, "user.js").write_text("\n".join(lines))
        argv = [path, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", home]
        with Path(home, "said").open("w") as said:
            process = subprocess.Popen(
                argv, env={**os.environ, "HOME": home}, stdout=said, stderr=said, process_group=0
            )
        try:
            with _line_to(Path(home, "said")) as line:
                yield Window(line, size, pointer)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _line_to(said: Path) -> ClientConnection:
    with suppress(AssertionError):
        until(lambda: DOOR.search(said.read_text()))
    door = DOOR.search(said.read_text())
    assert door, said.read_text()
    return connect(f"{door[1]}/session", max_size=None, proxy=None)


class Window:
    """What a person does in it, and in ``trouble`` whatever goes wrong unseen."""

    def __init__(self, line: ClientConnection, size: tuple[int, int], pointer: str) -> None:
        self.line, self.pointer, self.numbers = line, pointer, count(1)
        self.trouble: list[str] = []
        self.ask("session.new", capabilities={})
        self.context = self.ask("browsingContext.getTree")["contexts"][0]["context"]
        self.ask("session.subscribe", events=list(TROUBLE))
        self._here("browsingContext.setViewport", viewport={"width": size[0], "height": size[1]})

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """One command and its answer; what happened meanwhile is noted."""
        number = next(self.numbers)
        self.line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self.line.recv(timeout=30))
            if said["type"] == "error":
                raise Refused(f"{method}: {said['error']}: {said['message']}")
            if said["type"] == "success" and said["id"] == number:
                return dict(said["result"])
            if said["type"] == "event" and TROUBLE[said["method"]](said["params"]):
                self.trouble.append(json.dumps(said["params"]))

    def _here(self, method: str, **params: Any) -> dict[str, Any]:
        return self.ask(method, context=self.context, **params)

    def go(self, url: str) -> None:
        """Open a page and wait until it is loaded."""
        self._here("browsingContext.navigate", url=url, wait="complete")

    def run(self, function: str, *given: str | Node) -> Any:
        """Call a function in the page with texts and nodes; gives a plain value."""
        values = [{"type": "string", "value": v} if isinstance(v, str) else v for v in given]
        call = {"functionDeclaration": function, "arguments": values, "awaitPromise": True}
        answer = self.ask("script.callFunction", target={"context": self.context}, **call)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return answer["result"].get("value")

    def until(self, holds: Callable[[], Any], what: str) -> Any:
        """Ask again and again, over reloads too; gives the first answer that is not empty."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with suppress(Refused):
                if found := holds():
                    return found
            time.sleep(0.05)
        raise AssertionError(f"{what}: waited for in vain; trouble so far: {self.trouble}")

    def find(self, css: str = "", **role_and_name: str) -> Node:
        """The first node in sight, by a selector or by ``role`` and ``name``."""
        by = ("css", css) if css else ("accessibility", role_and_name)
        return dict(self.until(lambda: self._in_sight(*by), f"{by[1]}"))

    def _in_sight(self, kind: str, value: Any) -> Node | None:
        locator = {"type": kind, "value": value}
        found = self._here("browsingContext.locateNodes", locator=locator)
        nodes = [{"sharedId": one["sharedId"]} for one in found["nodes"]]
        return next((node for node in nodes if self.run(IN_SIGHT, node)), None)

    def press(self, node: Node) -> None:
        """In its middle, with finger or mouse."""
        self.run("(node) => node.scrollIntoView({ block: 'center', behavior: 'instant' })", node)
        there = {"x": 0, "y": 0, "origin": {"type": "element", "element": node}}
        acts = [{"type": "pointerMove", **there}]
        acts += [{"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp")]
        pointer = {"type": "pointer", "id": "pointer", "parameters": {"pointerType": self.pointer}}
        self._here("input.performActions", actions=[{**pointer, "actions": acts}])

    def type(self, node: Node, text: str) -> None:
        """Key by key."""
        self.press(node)
        strokes = [{"type": way, "value": key} for key in text for way in ("keyDown", "keyUp")]
        self._here("input.performActions", actions=[{"type": "key", "id": "k", "actions": strokes}])

    def choose(self, field: Node, *files: Path) -> None:
        """Hand files in through a field for files."""
        self._here("input.setFiles", element=field, files=[str(file) for file in files])

    def shoot(self, path: Path) -> None:
        """A picture of the whole page."""
        taken = self._here("browsingContext.captureScreenshot", origin="document")
        path.write_bytes(base64.b64decode(taken["data"]))
