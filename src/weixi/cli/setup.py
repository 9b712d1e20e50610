"""Setting up, checking, backing up: `weixi init`, `doctor`, `backup`, `restore`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command

from weixi.cli.output import say, show_json, show_table
from weixi.cli.shipped import install_shipped
from weixi.collect.calendar.words import findings as calendar_findings
from weixi.core import append_only, heartbeats
from weixi.core.alone import alone
from weixi.core.backups import restore_backup, write_backup
from weixi.core.checkup import WRONG, Finding, findings, refuse_a_wrong_start
from weixi.core.clock import today
from weixi.core.errors import RuleBroken


def init() -> None:
    """Make the database and what is shipped in it, also what a newer version ships. Running it
    twice changes nothing; of two at once the second waits for the first."""
    with alone(_waits):
        set_up()


def set_up() -> None:
    """What `init` does; the caller holds the lock."""
    call_command("migrate", verbosity=0, interactive=False)
    append_only.install()
    made = install_shipped()
    refuse_a_wrong_start()
    told = ", ".join(f"{count} {name}" for name, count in made.items() if count)
    say(f"The database is ready: {told} added." if told else "The database is ready.")


def _waits() -> None:
    say("Another run is setting up this database: waiting for it.")


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """What is wrong here, and how to mend it. Exit code 1 when something is."""
    found = findings(_calendar)
    if as_json:
        show_json([finding._asdict() for finding in found])
    else:
        show_table(("check", "state", "found", "mend"), found)
    if any(finding.state == WRONG for finding in found):
        raise typer.Exit(1)


def _calendar() -> Iterator[Finding]:
    return calendar_findings(today())


def backup(file: Annotated[Path, typer.Argument(help="Where to write it.")]) -> None:
    """Write a consistent copy of the database while people work."""
    size = write_backup(file)
    say(f"{file}: {size / 1e6:,.1f} MB, verified. Keep {settings.VAR}/data.key apart from it.")


def restore(file: Annotated[Path, typer.Argument(help="A file that backup wrote.")]) -> None:
    """Verify a backup, keep what is there now, then put the backup in place."""
    if heartbeats.is_any_alive():
        raise RuleBroken("A worker is running: stop the worker and the web server first.")
    kept = restore_backup(file, keep_in=Path(settings.VAR))
    init()
    say(f"Restored from {file}. What was there before is in {kept}.")
