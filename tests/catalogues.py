"""The gate of both catalogues: everything said, nothing left over, in good typography.

``python -m tests.catalogues`` checks; ``--update`` brings the files up to date first.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "translations"
LANGUAGES = ("en", "zh")
_NAMED = re.compile(r"%\((\w+)\)[sd]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?](?!\w)|[\u4e00-\u9fff]\.(?![\w.])")
_HAND_SPACED = re.compile(r"[\u4e00-\u9fff] [0-9A-Za-z]|[0-9A-Za-z] [\u4e00-\u9fff]")


def extract() -> Catalog:
    """Every msgid in the code and the templates, as they are now."""
    with TemporaryDirectory() as folder:
        pot = Path(folder) / "messages.pot"
        command = [
            sys.executable,
            "-m",
            "babel.messages.frontend",
            "-q",
            "extract",
            "-F",
            str(FOLDER / "babel.cfg"),
            "-k",
            "N_",
            "-k",
            "_",
            "-c",
            "Translators:",
            "--no-location",
            "--sort-output",
            "--project",
            "Yanpiao",
            "--copyright-holder",
            "Yanpiao",
            "-o",
            str(pot),
            ".",
        ]
        subprocess.run(command, check=True, cwd=ROOT)
        return read_po(pot.open("rb"))


def path(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def update(template: Catalog, language: str) -> None:
    """Add what is new, drop what is gone; English repeats its msgids."""
    place = path(language)
    place.parent.mkdir(parents=True, exist_ok=True)
    old = read_po(place.open("rb"), locale=language) if place.exists() else Catalog()
    fresh = Catalog(locale=language, project="Yanpiao", copyright_holder="Yanpiao", fuzzy=False)
    for message in template:
        if message.id:
            known = old.get(message.id)
            said = message.id if language == "en" else known.string if known else ""
            if isinstance(message.id, tuple) and not isinstance(said, tuple | list):
                said = ("",) * fresh.num_plurals
            fresh.add(message.id, said, context=message.context)
    with place.open("wb") as file:
        write_po(file, fresh, width=100, sort_output=True, omit_header=False)


def faults(template: Catalog, language: str) -> Iterator[str]:
    """Everything wrong with one catalogue, a line each."""
    catalogue = read_po(path(language).open("rb"), locale=language)
    wanted = {message.id for message in template if message.id}
    there = {message.id for message in catalogue if message.id}
    for gone in there - wanted:
        yield f"nobody says {gone!r} any more"
    for message in template:
        if message.id:
            found = catalogue.get(message.id)
            yield from _faults(message, found, language)


def _faults(message: Message, found: Message | None, language: str) -> Iterator[str]:
    strings = _strings(found) if found else []
    if not strings or not all(strings) or (found and found.fuzzy):
        yield f"{message.id!r} is not translated"
        return
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    for said in strings:
        if set(_NAMED.findall(said)) - set(_NAMED.findall(" ".join(ids))):
            yield f"{said!r} names what {message.id!r} does not give"
        if language == "zh":
            yield from _typography(said)
    if language == "zh" and set(_NAMED.findall(" ".join(ids))) - set(_NAMED.findall(strings[0])):
        yield f"{strings[0]!r} leaves out what {message.id!r} gives"


def _typography(said: str) -> Iterator[str]:
    if _HALF_WIDTH.search(said):
        yield f"{said!r} has half-width punctuation after Han"
    if _HAND_SPACED.search(said):
        yield f"{said!r} has a space typed between Han and Latin"
    if not _HAN.search(said) and re.search(r"[a-z]{4,} [a-z]{3,}", said):
        yield f"{said!r} is not Chinese"


def _strings(message: Message) -> list[str]:
    said = message.string
    return list(said) if isinstance(said, tuple | list) else [said]


def han_outside() -> Iterator[str]:
    """Chinese text in templates, which belongs into the catalogue."""
    for place in (ROOT / "templates").rglob("*.html"):
        for number, line in enumerate(place.read_text().splitlines(), start=1):
            said = re.sub(r"\{#.*?#\}", "", line)
            if _HAN.search(said) and "_(" not in said:
                yield f"{place.relative_to(ROOT)}:{number} has Chinese text outside the catalogue"


def main() -> int:
    """Check, or update and check; the exit code is 1 when something is wrong."""
    template = extract()
    if "--update" in sys.argv:
        for language in LANGUAGES:
            update(template, language)
    wrong = [f"{name}: {fault}" for name in LANGUAGES for fault in faults(template, name)]
    wrong += han_outside()
    print("\n".join(wrong[:40]) or "Both catalogues are complete.")
    if len(wrong) > 40:
        print(f"… and {len(wrong) - 40} more")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
