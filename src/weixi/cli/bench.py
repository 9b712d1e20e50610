"""`weixi bench`: the measured figures of docs/benchmarks.md, from the real commands."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from weixi.cli.benchmarks import BENCHMARKS, Bench, machine
from weixi.cli.output import say, show_json, show_table


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all when left out.")] = None,
    customers: Annotated[
        int | None, typer.Option(help="Another size than each one's own.", min=100)
    ] = None,
    cdnow: Annotated[
        Path | None, typer.Option(help="CDNOW_master.txt, for fit-cdnow.", exists=True)
    ] = None,
    retail: Annotated[
        Path | None, typer.Option(help="online_retail.parquet, for churn-retail.", exists=True)
    ] = None,
    telco: Annotated[
        Path | None, typer.Option(help="The Telco churn file, for churn-telco.", exists=True)
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Folder for the database of “pages”, used again next time.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Run the real commands on data of a stated size; the median of three."""
    unknown = set(names or ()) - set(BENCHMARKS)
    if unknown:
        raise typer.BadParameter(f"Choose from {', '.join(BENCHMARKS)}.", param_hint="NAME")
    told: list[dict[str, Any]] = []
    for name in names or BENCHMARKS:
        with tempfile.TemporaryDirectory(prefix="weixi-bench.") as folder:
            say(f"{name} …")
            place = keep.absolute() if keep and name == "pages" else Path(folder)
            told += BENCHMARKS[name](Bench(place, customers, cdnow, retail, telco))
    if as_json:
        show_json({"machine": machine(), "figures": told})
        return
    say(machine())
    columns = ("name", "figure", "unit", "command", "size")
    show_table(columns, [[row[column] for column in columns] for row in told])
