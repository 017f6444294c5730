"""The command line: ``flask setup``, ``journal``, ``backup``, ``restore``, ``read``.

What only the specimens and the readers need is imported when they are asked for: every process of
the product has these commands, and would be a third larger.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from app.accounts import companies, links
from app.accounts.models import Purpose
from app.console import backup as backups
from app.core.errors import Problem
from app.journal import journal as journals
from app.plumbing import migrations
from app.plumbing.db import transaction
from app.plumbing.settings import ROOT, Settings


def alone(argv: Sequence[str]) -> Flask | None:
    """An application with ``flask read`` only, when the command line asks for it; else None."""
    if Path(argv[0]).name != "flask" or "read" not in argv[1:4]:
        return None
    app = Flask(__name__)
    app.extensions["settings"] = Settings.read()
    app.cli.add_command(read)
    return app


def register(app: Flask) -> None:
    """Add the commands to the application's command line."""
    app.cli.add_command(setup)
    app.cli.add_command(journal)
    app.cli.add_command(backup)
    app.cli.add_command(restore)
    app.cli.add_command(read)


@click.command()
@click.option("--demo", is_flag=True, help="Add the specimen company and print its sign-ins.")
def setup(demo: bool) -> None:
    """Prepare the database and the catalogues; print the one-time setup link when it is due."""
    compile_catalogues()
    if migrations.present() != migrations.head():
        migrations.upgrade()
    if demo:
        from app.console import demo as demos

        for line in demos.seed():
            click.echo(line)
    if not companies.has_administrator():
        with transaction():
            url = links.make(Purpose.SETUP)
        click.echo(f"Set up your company here (the link works once, for two hours):\n  {url}")


@click.group()
def journal() -> None:
    """The chains of who did what."""


@journal.command()
def verify() -> None:
    """Check every chain; names the first wrong entry of each and ends with 1."""
    wrong = journals.verify()
    for found in wrong:
        click.echo(f"{found.company_id}: entry {found.seq} is {found.reason}")
    click.echo("The journal does not hold." if wrong else "Every chain holds.")
    sys.exit(1 if wrong else 0)


@journal.command()
def anchor() -> None:
    """Write the heads of all chains to a file outside the database, now."""
    click.echo(f"{journals.anchor()}")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def backup(path: Path) -> None:
    """Copy database, files and heads to PATH, a new folder, while the product is in use."""
    with _in_words():
        manifest = backups.make(path)
    click.echo(f"{manifest['counts']['files']} files, {manifest['counts']['rows']} rows: {path}")


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True))
@click.option("--verify", is_flag=True, help="Check every digest, count and chain afterwards.")
def restore(path: Path, verify: bool) -> None:
    """Put a backup into an installation that is empty."""
    with _in_words():
        for line in backups.restore(path, verify=verify):
            click.echo(line)


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a document, in order.")
@click.option("--page", type=click.Path(path_type=Path), help="Draw the first page there, as PNG.")
def read(paths: tuple[Path, ...], as_json: bool, page: Path | None) -> None:
    """Read invoices from files, or from every file of a folder; nothing is kept.

    With --page the first page of the first file is drawn with a box around each value.
    """
    from app.console import reading

    reading.read(paths, as_json=as_json, page=page)


@contextmanager
def _in_words() -> Iterator[None]:
    """A rule that says no ends the command with its sentence and 1."""
    try:
        yield
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem


def compile_catalogues() -> None:
    """Make the binary catalogues where the texts are newer."""
    for text in ROOT.glob("translations/*/LC_MESSAGES/messages.po"):
        binary = text.with_suffix(".mo")
        if not binary.exists() or binary.stat().st_mtime < text.stat().st_mtime:
            command = [
                sys.executable,
                "-m",
                "babel.messages.frontend",
                "compile",
                "-i",
                str(text),
                "-o",
                str(binary),
            ]
            subprocess.run(command, check=True, capture_output=True)
