"""`weixi economics …`: the plain sums of keeping customers."""

from dataclasses import asdict
from typing import Annotated

import typer

from weixi.analytics.economics import lifetime_value, retention_table
from weixi.cli.output import show_json, show_lines, show_table
from weixi.core.errors import RuleBroken

app = typer.Typer(help="What retention is worth.", add_completion=False)
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
COLUMNS = ("churn", "new_customers", "acquisition_cost", "keeping_cost", "total_cost")


SHEETS = ((10, 10, 1), (10, 10, 10), (11, 11, 11))
CHURNS = (0.1, 0.2, 0.3, 0.4, 0.5)
BASE, RATIO = 1_000, 5


@app.callback(invoke_without_command=True)
def worked(context: typer.Context) -> None:
    """Without a command: the worked examples, E1 and E2."""
    if context.invoked_subcommand is None:
        show_lines([*_sheet_lines(), "", *_table_lines()])


def _sheet_lines() -> list[str]:
    lines = ["Lifetime value = value of an order x orders a year x years"]
    for value, often, years in SHEETS:
        whole = lifetime_value(order_value=value, per_year=often, years=years)
        lines.append(f"{value} x {often} x {years} = {whole:,}")
    return lines


def _table_lines() -> list[str]:
    lines = [f"Base {BASE:,}, winning one costs {RATIO} times keeping one (n)"]
    for row in retention_table(base=BASE, churns=CHURNS, ratio=RATIO):
        lines.append(
            f"churn {row.churn:.0%}: {row.new_customers:,.0f} new,"
            f" {row.acquisition_cost:,.0f}n + {row.keeping_cost:,.0f}n = {row.total_cost:,.0f}n"
        )
    return lines


@app.command("retention-table")
def retention(
    base: Annotated[float, typer.Option(help="Customers to hold.")],
    churn: Annotated[list[float], typer.Option(help="Share that leaves; may be given often.")],
    ratio: Annotated[float, typer.Option(help="Winning one costs this many times keeping one.")],
    keep_cost: Annotated[float, typer.Option(help="Cost to keep one customer.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """What it costs to hold the base at each churn rate (E2)."""
    try:
        rows = retention_table(base=base, churns=churn, ratio=ratio, keep_cost=keep_cost)
    except ValueError as problem:
        raise RuleBroken(f"{problem}.") from None
    told = [asdict(row) for row in rows]
    if as_json:
        show_json(told if len(told) > 1 else told[0])
    else:
        show_table(COLUMNS, [[f"{row[name]:,.10g}" for name in COLUMNS] for row in told])


@app.command()
def lifetime(
    order_value: Annotated[float, typer.Option(help="Value of an order.")],
    per_year: Annotated[float, typer.Option(help="Orders a year.")],
    years: Annotated[float, typer.Option(help="Years the customer stays.")],
    as_json: AsJson = False,
) -> None:
    """Order value x orders a year x years (P1 a)."""
    try:
        value = lifetime_value(order_value=order_value, per_year=per_year, years=years)
    except ValueError as problem:
        raise RuleBroken(f"{problem}.") from None
    if as_json:
        show_json({"value": value})
    else:
        show_lines([f"{value:,.10g}"])
