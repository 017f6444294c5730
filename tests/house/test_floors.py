"""The house keeps its shape: floors, rooms in order, one committer, sizes, names."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.plumbing.settings import ROOT

ROOMS = ("journal", "accounts", "notices", "documents", "invoices", "bureau", "verification",
         "intake", "papers", "console")  # fmt: skip
WINDOWS = ("app/core", "app/documents/readers", "app/documents/specimens")
OUTSIDE = {"flask", "sqlalchemy", "flask_sqlalchemy", "flask_login", "redis", "rq"}
DOORS = {"views.py", "me_views.py", "company_views.py", "asking_views.py", "batch_views.py",
         "mending_views.py", "repair_views.py", "review_views.py",
         "ca_views.py", "diag_views.py", "scan_views.py", "trust_views.py", "hold_views.py",
         "pair_views.py", "pack_views.py", "asked_views.py", "finding_views.py",
         "cleaning_views.py",
         "door.py", "web.py", "shell.py", "navigation.py"}  # fmt: skip
READERS = {"cv2", "openpyxl", "onnxruntime", "pydyf", "pypdfium2", "pi_heif", "python_calamine",
           "qrcode", "rapidocr", "weasyprint", "zxcvbn"}  # fmt: skip
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "service", "services", "base"}
LONGEST = 300
TOP = {".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "app", "bench",
       "bin", "docs", "pyproject.toml", "requirements-dev.lock", "requirements.lock", "static",
       "templates", "tests", "translations", "workers", "wsgi.py"}  # fmt: skip
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".npy", ".pkl", ".pdf", ".ofd", ".zip", ".xlsx", ".db"}
PICTURES = ("static/", "docs/screens/")


def sources() -> list[Path]:
    found = [*(ROOT / "app").rglob("*.py"), *(ROOT / "workers").rglob("*.py"), ROOT / "wsgi.py"]
    return sorted(place.relative_to(ROOT) for place in found)


def code() -> list[Path]:
    return [place for place in sources() if "versions" not in place.parts]


def imports(place: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, also inside functions."""
    for node in ast.walk(ast.parse((ROOT / place).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor(name: str) -> int | None:
    """0 core, 1 plumbing, 2 and up the rooms in their order; the doors are above all."""
    parts = name.split(".")
    if parts[0] in ("workers", "wsgi"):
        return 100
    if parts[0] != "app" or len(parts) < 2 or parts[1] == "__init__":
        return None
    if parts[1] in ("core", "plumbing"):
        return 0 if parts[1] == "core" else 1
    return 2 + ROOMS.index(parts[1])


@pytest.mark.parametrize("place", code(), ids=str)
def test_imports_go_down_and_to_the_left(place):
    mine = floor(".".join(place.with_suffix("").parts))
    for name in imports(place):
        theirs = floor(name)
        if mine is not None and theirs is not None:
            assert theirs <= mine, f"{place} reaches up or right for {name}"


@pytest.mark.parametrize("place", code(), ids=str)
def test_windows_and_core_know_neither_web_nor_database(place):
    if str(place).startswith(WINDOWS):
        for name in imports(place):
            assert name.partition(".")[0] not in OUTSIDE, f"{place} imports {name}"


def test_every_room_is_on_the_list():
    rooms = {p.name for p in (ROOT / "app").iterdir() if p.is_dir() and not p.name.startswith("_")}
    assert rooms == {*ROOMS, "core", "plumbing"}


@pytest.mark.parametrize("place", code(), ids=str)
def test_only_the_database_module_commits(place):
    commits = re.findall(r"\.commit\(\)", (ROOT / place).read_text())
    assert not commits or str(place) == "app/plumbing/db.py"


@pytest.mark.parametrize("place", code(), ids=str)
def test_only_views_and_doors_read_the_request(place):
    tree = ast.parse((ROOT / place).read_text())
    read = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "flask"
        for alias in node.names
    } & {"request", "session", "g"}
    assert not read or place.name in DOORS, f"{place} reads {read}"


@pytest.mark.parametrize(
    ("names", "without"),
    [
        ("wsgi", READERS | {"numpy"}),
        ("workers.work, workers.sweep", READERS | {"numpy"}),
        ("workers.sandbox, app.documents.drawing", OUTSIDE | {"cv2", "numpy", "zxingcpp"}),
    ],
)
def test_a_process_loads_no_library_that_it_does_not_work_with(names, without):
    command = [sys.executable, "-c", f"import sys, {names}; print(*sys.modules)"]
    loaded = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert without.isdisjoint(loaded.split()), without & set(loaded.split())


def test_nothing_lies_about_in_the_tree():
    """What is no text has a place of its own; what an experiment left behind has none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [Path(name) for name in listed.stdout.decode().split("\0") if name]
    at_the_top = {place.parts[0] for place in files}
    assert at_the_top <= TOP, at_the_top - TOP
    strays = [one for one in files if one.suffix in BINARY and not str(one).startswith(PICTURES)]
    assert not strays


def test_no_file_is_longer_than_one_can_hold_in_the_head():
    kinds = ("app/**/*.py", "workers/**/*.py", "tests/**/*.py", "templates/**/*.html",
             "static/css/*.css", "static/js/*.js")  # fmt: skip
    for kind in kinds:
        for place in ROOT.glob(kind):
            assert len(place.read_text().splitlines()) <= LONGEST, place


@pytest.mark.parametrize("place", code(), ids=str)
def test_no_file_is_called_by_what_it_is_not(place):
    assert place.stem not in FORBIDDEN_NAMES


@pytest.mark.parametrize("place", code(), ids=str)
def test_every_function_people_may_call_says_something(place):
    """Views are named by their route and say it; everything else has a sentence."""
    if place.name in DOORS or place.name == "env.py":
        return
    tree = ast.parse((ROOT / place).read_text())
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{place}: {node.name} says nothing"


def test_templates_stay_safe():
    for place in (ROOT / "templates").rglob("*.html"):
        text = re.sub(r"\{#.*?#\}", "", place.read_text(), flags=re.DOTALL)
        for wrong in (
            "|safe",
            "| safe",
            "Markup(",
            "hx-on",
            ' style="',
            "<script>",
            "onclick=",
            "js:",
        ):
            assert wrong not in text, f"{place.name} has {wrong}"
