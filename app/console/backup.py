"""Backup and restore: every row of one snapshot, every file it names, heads, and a manifest.

The database is read in one transaction first and the files after it: files are only ever added,
so none that a row names can be missing (TRUST §4.4).
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from app.console import rows
from app.core.errors import N_, Problem
from app.documents.models import Document
from app.journal import journal
from app.journal.models import Head
from app.plumbing import migrations, storage
from app.plumbing.clock import now
from app.plumbing.db import db, transaction
from app.plumbing.settings import settings


class NotEmpty(Problem):
    """Restoring over something that is there would mix two histories."""

    message = N_("This installation has data already. Restore into an empty one.")


class OtherVersion(Problem):
    """The backup was made by another version of the schema."""

    message = N_("The backup has schema %(theirs)s, this version %(ours)s. Use that version.")


class Damaged(Problem):
    """Something in the backup is not what its manifest says."""

    message = N_("The backup is damaged: %(what)s.")


class NoRoom(Problem):
    """The disk of the backup is full."""

    message = N_("There is no room for the backup. Nothing of it was kept; your data is untouched.")


def make(place: Path) -> dict[str, Any]:
    """Write a backup to ``place``, a new folder, whole or not at all; safe while people work.

    Raises:
        FileExistsError: there is something at ``place``.
        NoRoom: its disk is full.
    """
    place.mkdir(parents=True)
    try:
        return _write(place)
    except BaseException as fault:
        shutil.rmtree(place)
        if isinstance(fault, OSError) and fault.errno in storage.NO_ROOM:
            raise NoRoom from fault
        raise


def _write(place: Path) -> dict[str, Any]:
    (place / "rows").mkdir()
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    tables: dict[str, dict[str, Any]] = {}
    for table in db.metadata.sorted_tables:
        path = place / "rows" / f"{table.name}.jsonl"
        tables[table.name] = {"rows": rows.dump(table, path), "sha256": _digest(path)}
    heads = {head.company_id: [head.seq, head.hash] for head in db.session.scalars(select(Head))}
    digests = sorted(set(db.session.scalars(select(Document.digest))))
    schema = migrations.present()
    db.session.rollback()
    for digest in digests:
        _copy_file(storage.path(digest), place / "files" / digest[:2] / digest)
    if (settings().var / "heads").exists():
        shutil.copytree(settings().var / "heads", place / "heads")
    manifest = {
        "made_at": now().isoformat(timespec="seconds"),
        "schema": schema,
        "tables": tables,
        "files": digests,
        "heads": heads,
        "counts": {"rows": sum(one["rows"] for one in tables.values()), "files": len(digests)},
    }
    (place / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False))
    return manifest


def restore(place: Path, *, verify: bool) -> Iterator[str]:
    """Put a backup into an empty installation; says what was done, line by line.

    Raises:
        NotEmpty, OtherVersion, Damaged: nothing was changed, or all of it was taken back.
    """
    manifest = _manifest(place)
    migrations.upgrade()
    _refuse_unfit(manifest)
    _check_backup(place, manifest)
    for digest in manifest["files"]:
        _copy_file(place / "files" / digest[:2] / digest, storage.path(digest))
    if (place / "heads").exists():
        shutil.copytree(place / "heads", settings().var / "heads", dirs_exist_ok=True)
    with transaction():
        for table in db.metadata.sorted_tables:
            rows.load(table, place / "rows" / f"{table.name}.jsonl")
    yield f"{manifest['counts']['rows']} rows and {manifest['counts']['files']} files are back."
    if verify:
        yield from _verify(manifest)


def _manifest(place: Path) -> dict[str, Any]:
    """What the backup says of itself; it is written last, so a cut-off backup has none."""
    try:
        found: dict[str, Any] = json.loads((place / "manifest.json").read_text())
    except (OSError, ValueError) as fault:
        raise Damaged(what="manifest.json") from fault
    return found


def _refuse_unfit(manifest: dict[str, Any]) -> None:
    if db.session.scalar(select(Head.company_id).limit(1)) is not None:
        raise NotEmpty
    if manifest["schema"] != migrations.head():
        raise OtherVersion(theirs=manifest["schema"], ours=migrations.head())


def _check_backup(place: Path, manifest: dict[str, Any]) -> None:
    """Every table file and every document against its digest, before anything is written."""
    if manifest["tables"].keys() != db.metadata.tables.keys():
        raise Damaged(what="manifest.json")
    for name, facts in manifest["tables"].items():
        if not _is_whole(place / "rows" / f"{name}.jsonl", facts["sha256"]):
            raise Damaged(what=f"{name}.jsonl")
    for digest in manifest["files"]:
        if not _is_whole(place / "files" / digest[:2] / digest, digest):
            raise Damaged(what=digest)


def _verify(manifest: dict[str, Any]) -> Iterator[str]:
    for table in db.metadata.sorted_tables:
        count = db.session.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
        if count != manifest["tables"][table.name]["rows"]:
            raise Damaged(what=f"{table.name}: {count} rows")
    for digest in manifest["files"]:
        if not _is_whole(storage.path(digest), digest):
            raise Damaged(what=digest)
    heads = {head.company_id: [head.seq, head.hash] for head in db.session.scalars(select(Head))}
    wrong = journal.verify()
    if wrong or heads != manifest["heads"]:
        raise Damaged(what=f"journal {wrong[0].company_id if wrong else ''}")
    yield "Counts, digests and journal are as they were."


def _copy_file(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)


def _is_whole(path: Path, digest: str) -> bool:
    return path.is_file() and _digest(path) == digest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
