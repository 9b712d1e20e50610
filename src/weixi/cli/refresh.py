"""`weixi refresh`: the pipeline for a day."""

from datetime import datetime
from typing import Annotated

import typer
from django.conf import settings

from weixi import pipeline
from weixi.cli.output import progress, say, show_json, show_table
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now, today
from weixi.core.errors import RuleBroken

ENGINES = ("duckdb", "spark")


def refresh(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day to look from; today.")
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb or spark; as WEIXI_ENGINE says.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    without: Annotated[list[str], typer.Option(hidden=True)] = [],  # noqa: B006
) -> None:
    """Measure, predict, classify and plan every customer as of a day."""
    chosen = engine or settings.ENGINE
    if chosen not in ENGINES:
        raise typer.BadParameter("Choose duckdb or spark.", param_hint="--engine")
    day = as_of.date() if as_of else today()
    if day > today():
        raise RuleBroken(f"{day} is in the future: the pipeline looks back from a day.")
    with progress() as report:
        told = pipeline.run(
            as_of=day,
            engine=chosen,
            by=COMMAND_LINE,
            at=now(),
            progress=lambda name: report(name),
            without=without,
        )
    if as_json:
        show_json(told)
        return
    show_table(
        ("stage", "rows", "seconds"),
        [(s["name"], s["rows"], s["seconds"]) for s in told["stages"]],
    )
    say(f"{told['customers']:,} customers as of {told['as_of']} in {told['seconds']:.1f} s.")
