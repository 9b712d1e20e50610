"""`weixi customer …`: one customer."""

from typing import Annotated, Any

import typer

from weixi.act.care.next_action import next_action_of
from weixi.act.warnings.queries import contributions_of, risk_json
from weixi.classify.queries import cells_of
from weixi.cli.output import say, show_json, show_table
from weixi.collect.complaints.queries import open_complaints_of
from weixi.collect.customers import actions, queries
from weixi.core.access import log_access
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now, today
from weixi.measure.queries import Measured, measured, snapshot_of
from weixi.predict.queries import score_of, suggestions_of

app = typer.Typer(help="One customer.", no_args_is_help=True, add_completion=False)
Number = Annotated[str, typer.Argument(help="The company's own customer number.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
DECIDED_LATER: dict[str, Any] = {"stage": None, "promises": []}


@app.command()
def show(
    customer: Number,
    reveal: Annotated[
        str, typer.Option(help="Show contact data unmasked; the reason is logged.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """All that is known of one customer; contact data masked."""
    told = _told(customer, reveal)
    if as_json:
        show_json(told)
        return
    named = ("customer_id", "name", "type", "phase")
    show_table(("field", "value"), [(name, told[name]) for name in named])
    show_table(("contact", "value"), [(c["kind"], c["value"]) for c in told["contact_data"]])
    show_table(("scheme", "cell"), told["cells"].items())
    show_table(
        ("measure", "value", "unit"),
        [(name, m["why_unknown"] or m["value"], m["unit"]) for name, m in told["measures"].items()],
    )
    if told["next_action"]:
        say(f"Next: {told['next_action']['reason']}")


@app.command()
def merge(keep: Number, other: Number) -> None:
    """OTHER lives on in KEEP; its orders, contacts and numbers go there."""
    kept = queries.by_number(COMMAND_LINE, keep)
    gone = queries.by_number(COMMAND_LINE, other)
    actions.merge(kept.pk, gone.pk, by=COMMAND_LINE, at=now())
    say(f"{other} lives on in {keep}. “weixi customer unmerge {other}” takes it back.")


@app.command()
def unmerge(customer: Number) -> None:
    """Take a merge back: what came from this customer goes back to it."""
    found = queries.by_number(COMMAND_LINE, customer)
    actions.unmerge(found.pk, by=COMMAND_LINE, at=now())
    say(f"{customer} stands for itself again.")


def _told(number: str, reveal: str) -> dict[str, Any]:
    found = queries.by_number(COMMAND_LINE, number)
    card = queries.card(COMMAND_LINE, queries.destination(found.pk))
    snapshot = snapshot_of(card.id)
    task = next_action_of(COMMAND_LINE, card.id, day=today(), at=now())
    day = snapshot.as_of.isoformat() if snapshot else None
    return {
        "customer_id": card.number,
        "name": card.name,
        "type": card.type,
        "phase": snapshot.phase if snapshot else None,
        "city": card.city,
        "owner": card.owner,
        "contact_data": _contact_data(card, reveal),
        "cells": cells_of(card.id),
        "measures": {m.measure.code: _measure(m, day) for m in measured(snapshot)},
        **_foreseen(card.id),
        "open_complaints": _complaints(card.id),
        **DECIDED_LATER,
        "next_action": task,
    }


def _contact_data(card: queries.Card, reveal: str) -> list[dict[str, Any]]:
    """Masked, or opened one by one with the reason in the access log."""
    if not reveal:
        log_access(by=COMMAND_LINE, at=now(), field="card", action="view", customer_id=card.id)
    return [
        {
            "kind": row.kind,
            "label": row.label,
            "value": actions.reveal_identity(row.id, reason=reveal, by=COMMAND_LINE, at=now())
            if reveal
            else row.masked,
        }
        for row in card.identities
    ]


def _complaints(customer_id: int) -> list[dict[str, Any]]:
    """The oldest first."""
    return [
        {
            "number": row.number,
            "received_at": row.received_at.isoformat(),
            "severity": row.severity,
            "description": row.description,
            "is_replied": row.first_reply_at is not None,
        }
        for row in open_complaints_of(COMMAND_LINE, customer_id)
    ]


def _measure(one: Measured, day: str | None) -> dict[str, Any]:
    return {
        "value": one.value,
        "unit": one.measure.unit,
        "as_of": day,
        "why_unknown": one.why_unknown,
    }


def _foreseen(customer_id: int) -> dict[str, Any]:
    """Reasons: the signals that hold, with their points; base + all parts = points."""
    score = score_of(customer_id)
    reading = contributions_of(COMMAND_LINE, customer_id)
    return {
        "risk": {
            "probability": score.churn_risk if score else None,
            "horizon_days": score.horizon_days if score else None,
            "why_unknown": score.why_unknown if score else "not_refreshed",
            "points": reading.points if reading else None,
            "base": reading.base if reading else None,
            "change": reading.change if reading else None,
            "reasons": risk_json(COMMAND_LINE, customer_id),
        },
        "next_purchase": {
            "low": score.next_low if score else None,
            "median": score.next_median if score else None,
            "high": score.next_high if score else None,
        },
        "suggestions": [
            {"product": one.number, "name": one.name, "reason": one.reason}
            for one in suggestions_of(customer_id)
        ],
    }
