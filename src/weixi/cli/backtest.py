"""`weixi backtest`: the models in use, judged on held-out time."""

from datetime import datetime
from typing import Annotated

import typer

from weixi.cli.output import show_json, show_table
from weixi.core.errors import RuleBroken
from weixi.core.runs import newest_run
from weixi.predict.queries import backtest_json, backtest_of, newest_cards

COLUMNS = ("name", "auc", "brier", "lift_10", "total_predicted", "total_actual", "used")


def backtest(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A refreshed day; the newest.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(help="Days held out; as the newest run.", min=1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """AUC, Brier, lift, calibration and totals of every model and of the simple rule."""
    newest = newest_run()
    if newest is None:
        raise RuleBroken('Nothing was measured yet: run "weixi refresh" first.')
    day = as_of.date() if as_of else newest.as_of
    cards = newest_cards()
    days = horizon or (cards[0].horizon_days if cards else 90)
    try:
        told = backtest_json(backtest_of(as_of=day, horizon=days))
    except OSError:
        raise RuleBroken(f"{day} was not refreshed: weixi refresh --as-of {day}") from None
    if as_json:
        show_json(told)
    else:
        show_table(COLUMNS, [[_shown(m[name]) for name in COLUMNS] for m in told["models"]])


def _shown(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
