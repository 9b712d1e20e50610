"""`weixi backtest`: the models judged on held-out time."""

from datetime import datetime
from typing import Annotated, Any

import typer

from weixi.analytics.boosting import NOT_INSTALLED
from weixi.cli.output import say, show_json, show_table
from weixi.core.errors import RuleBroken
from weixi.core.runs import newest_run
from weixi.predict.queries import (
    WHY,
    backtest_of,
    competition_in_force,
    competition_json,
    newest_cards,
)

USUAL_DAYS = 90
COLUMNS = ("name", "auc", "average_precision", "brier", "lift_10", "total_predicted",
           "total_actual", "used")  # fmt: skip


def backtest(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A refreshed day; the newest.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(help="Days held out; as the newest run.", min=1)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """AUC, Brier, lift, calibration and totals of every model and of the simple rule.

    Without options: the judgement that the newest refresh went by, as the page shows it.
    """
    newest = newest_run()
    if newest is None:
        raise RuleBroken('Nothing was measured yet: run "weixi refresh" first.')
    day = as_of.date() if as_of else newest.as_of
    cards = newest_cards()
    days = horizon or (cards[0].horizon_days if cards else USUAL_DAYS)
    is_kept = as_of is None and horizon is None
    try:
        judged = (competition_in_force if is_kept else backtest_of)(day, days)
    except OSError:
        raise RuleBroken(f"{day} was not refreshed: weixi refresh --as-of {day}") from None
    told = competition_json(judged)
    if as_json:
        show_json(told)
    else:
        _show(told)


def _show(told: dict[str, Any]) -> None:
    """The means over the cuts, then each cut."""
    if told["not_installed"]:
        say(NOT_INSTALLED)
    say(f"As of {told['as_of']}, {told['horizon_days']} days held out: {WHY[told['why']][1]}.")
    if not told["models"]:
        return
    show_table(COLUMNS, [[_shown(model[name]) for name in COLUMNS] for model in told["models"]])
    rows = [
        [
            held["day"],
            f"{held['n']:,}",
            model["name"],
            *(_shown(cut[name]) for name in COLUMNS[1:5]),
        ]
        for place, held in enumerate(told["cuts"])
        for model in told["models"]
        for cut in (model["cuts"][place],)
    ]
    say("Every cut; the smallest mean Brier is used:")
    show_table(("cut", "customers", "name", *COLUMNS[1:5]), rows)
    means = [(model["name"], _shown(model["mean"]["brier"])) for model in told["models"]]
    show_table(("name", "mean brier"), means)


def _shown(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
