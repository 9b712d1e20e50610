"""`weixi economics …`: the plain sums of keeping customers."""

from dataclasses import asdict
from typing import Annotated

import typer

from weixi.analytics.economics import lifetime_value, retention_table
from weixi.cli.output import show_json, show_lines, show_table
from weixi.core.errors import RuleBroken

app = typer.Typer(help="What retention is worth.", no_args_is_help=True, add_completion=False)
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
COLUMNS = ("churn", "new_customers", "acquisition_cost", "keeping_cost", "total_cost")


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
