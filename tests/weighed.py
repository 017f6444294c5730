"""The sandbox with scales under it: what a tool said of a file, and what that took.

``python -m tests.weighed SOCKET``; its children are held as those of the product are.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO

from flask import Flask

from app.plumbing import cage, sandbox
from app.plumbing.sandbox import Unreadable
from app.plumbing.settings import ROOT, Settings
from workers.sandbox import Answer, Server, Tool, tools


def weighed(tool: Tool, file: BinaryIO, **facts: Any) -> Iterator[Answer]:
    """``{"word", "seconds", "mib"}``: the refusal, if it was one, and the most memory held."""
    begun, word = time.monotonic(), ""
    try:
        for _answer in tool(file, **facts):
            pass
    except Unreadable as refusal:
        word = refusal.reason
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    yield {"word": word, "seconds": time.monotonic() - begun, "mib": held}, b""


@contextmanager
def scales() -> Iterator[None]:
    """Whatever is asked of the sandbox in here is weighed."""
    app = Flask(__name__)
    with TemporaryDirectory(prefix="yanpiao-", dir="/tmp") as folder:
        box = Path(folder) / "box.sock"
        app.extensions["settings"] = Settings.read({"YANPIAO_VAR": folder})
        app.extensions["sandbox"] = {False: box}
        with _running(box), app.app_context():
            yield


@contextmanager
def _running(box: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.weighed", str(box)]
    with subprocess.Popen(command, cwd=ROOT) as server:
        try:
            while not box.exists():
                assert server.poll() is None
                time.sleep(0.01)
            yield
        finally:
            server.kill()


def weigh(tool: str, file: IO[bytes], **facts: Any) -> dict[str, Any]:
    """What a child of these scales said."""
    return sandbox.ask(tool, file, **facts)[0]


if __name__ == "__main__":
    cage.die_with_parent()
    found = tools(Settings.read())
    on_scales = {name: (partial(weighed, tool), late) for name, (tool, late) in found.items()}
    Server(Path(sys.argv[1]), on_scales).serve(count=1)
