"""`weixi today`: the care list."""

from typing import Annotated

import typer

from weixi.act.care.day import list_day
from weixi.act.care.queries import today_json
from weixi.cli.output import say, show_json, show_table
from weixi.collect.touchpoints.queries import channel_names
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now
from weixi.core.clock import today as current_day
from weixi.core.errors import RuleBroken
from weixi.core.money import short
from weixi.core.runs import newest_run
from weixi.staff.queries import actor_of, user_by_name


def today(
    user: Annotated[str, typer.Option(help="Whose list; everybody's when left out.")] = "",
    limit: Annotated[int, typer.Option(help="Most rows.", min=1, max=1000)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Whom to contact today, why, how, what to say, and the value at stake."""
    person = user_by_name(user) if user else None
    if user and person is None:
        raise RuleBroken(f"There is no user named {user}.")
    actor = actor_of(person, door="cli") if person else COMMAND_LINE
    if newest_run() is None:
        raise RuleBroken('Nothing was measured yet: run "weixi refresh" first.')
    rows = today_json(actor, day=list_day(current_day()), at=now(), limit=limit)
    if as_json:
        show_json(rows)
    elif not rows:
        say("Nobody is waiting for care today.")
    else:
        names = channel_names()
        show_table(
            ("rank", "customer", "name", "reason", "channel", "at stake", "due"),
            [
                (r["rank"], r["customer_id"], r["name"], r["reason"], names[r["channel"]],
                 "unknown" if r["value_at_stake"] is None else short(r["value_at_stake"]), r["due"])
                for r in rows
            ],
        )  # fmt: skip
