"""`weixi import` and `weixi undo-import`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from weixi.cli.output import progress, say, show_json
from weixi.collect.intake.actions import Progress, Report, Request, import_files, undo
from weixi.core import clock
from weixi.core.actor import COMMAND_LINE

STOPPED = 1


def import_file(
    kind: Annotated[
        str,
        typer.Argument(
            help="customers, orders, contacts, complaints, answers, points, costs, referrals"
        ),
    ],
    files: Annotated[list[Path], typer.Argument(help="CSV (UTF-8, GB18030), XLSX or Parquet")],
    preset: Annotated[str, typer.Option(help="A well-known file: online-retail, cdnow")] = "",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="FIELD=COLUMN; may be given several times")
    ] = None,
    update_by: Annotated[str, typer.Option(help="Field by which rows are found again")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check all, write nothing")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Where rejected rows go")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON")] = False,
) -> None:
    """Take in customers or what happened with them. A second run of a file adds nothing."""
    request = Request(kind, tuple(files), preset, _told(mapping or []), update_by, dry_run, rejects)
    with progress() as report:

        def show(done: Progress) -> None:
            report("rows", done.done, done.total)

        result = import_files(request, by=COMMAND_LINE, at=clock.now(), on_progress=show)
    if as_json:
        show_json(result.as_json())
    _tell(result, to_terminal=not as_json)


def _told(mapping: list[str]) -> dict[str, str]:
    told = {}
    for item in mapping:
        name, mark, column = item.partition("=")
        if not mark:
            raise typer.BadParameter(f"{item!r} is not FIELD=COLUMN.", param_hint="--map")
        told[name.strip()] = column.strip()
    return told


def _tell(result: Report, *, to_terminal: bool) -> None:
    if to_terminal:
        counts = ("rows", "created", "updated", "unchanged", "rejected", "anonymous")
        sys.stdout.write("".join(f"{name:<10} {getattr(result, name):>12,}\n" for name in counts))
        name = (
            "tried, nothing written" if result.import_id is None else f"import {result.import_id}"
        )
        sys.stdout.write(f"{name}, {result.seconds:.1f} s\n")
    for note in result.notes:
        say(note)
    if result.ignored_columns:
        say(f"Columns not used: {', '.join(result.ignored_columns)}.")
    for reason, rows in sorted(result.reasons.items(), key=lambda item: -item[1]):
        say(f"{rows:>8,} rejected: {reason}")
    for path in result.rejects_files:
        say(f"The rejected rows are in {path}: repair them and import that file.")


def undo_import(
    import_id: Annotated[int, typer.Argument(metavar="ID", help="As `weixi import` said")],
    as_json: Annotated[bool, typer.Option("--json", help="The result as JSON")] = False,
) -> None:
    """Restore what an import created and updated; rows edited since are listed, not touched."""
    done = undo(import_id, by=COMMAND_LINE, at=clock.now())
    if as_json:
        show_json(done.as_json())
        return
    say(f"Import {import_id}: {done.removed:,} rows removed, {done.restored:,} put back.")
    for row in done.kept:
        sys.stdout.write(f"kept: {row['table']} {row['number']} ({row['reason']})\n")
    if done.kept_rows > len(done.kept):
        say(f"And {done.kept_rows - len(done.kept):,} more were kept.")
