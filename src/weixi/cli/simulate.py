"""`weixi simulate`: a company with known truth, as files."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from weixi.cli.output import progress, say
from weixi.simulate.company import END
from weixi.simulate.company import simulate as play


def simulate(
    customers: Annotated[int, typer.Option(help="How many customers.", min=1)],
    out: Annotated[Path, typer.Option(help="Folder to write into.")],
    years: Annotated[int, typer.Option(help="How many years are played.", min=1, max=20)] = 3,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1,
    end: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help=f"Last day; {END}.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    plain: Annotated[bool, typer.Option("--plain", help="Pure BG/NBD purchases only.")] = False,
) -> None:
    """Customers, orders, contacts, complaints, answers, points, costs, referrals, truth.json."""
    if form not in ("csv", "parquet"):
        raise typer.BadParameter("Choose csv or parquet.", param_hint="--format")
    last = end.date() if end else END
    with progress() as report:
        told = play(
            customers,
            years=years,
            seed=seed,
            end=last,
            out=out,
            format="parquet" if form == "parquet" else "csv",
            progress=lambda done, total: report("Simulating customers", done, total),
            plain=plain,
        )
    rows = ", ".join(f"{count:,} {kind}" for kind, count in told.rows.items())
    say(f"{told.out}: {rows} in {told.seconds:.1f} s.")
