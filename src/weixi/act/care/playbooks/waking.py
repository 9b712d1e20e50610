"""Which runs can have come any further, found by conditions in the database.

A run stands until a time has come, its task is closed, or something happened that its flow waits
for or stops at. The others would be walked for nothing: there are as many as customers on the way.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from weixi.act.care.models import Ask
from weixi.act.care.rules import AskState

from .definition import is_tree
from .definition import playbook as parsed
from .facts import happened, holding, key_of
from .models import Effect, Run, Version
from .rules import RUNNING, Flow, Happening, RunState, StepKind


def due(at: datetime) -> "QuerySet[Run]":
    """Their time has come, or nobody has an open task of them any more."""
    open_ = Ask.objects.filter(pk=OuterRef("ask_id"), state=AskState.OPEN)
    asked = Effect.objects.filter(Exists(open_), run=OuterRef("pk"), step=OuterRef("step"))
    waits = Q(state=RunState.WAITING) & (Q(wake_at=None) | Q(wake_at__lte=at))
    return Run.objects.filter(waits | Q(~Exists(asked), state=RunState.ACTIVE))


def woken(at: datetime) -> list[int]:
    """By number: those that are due, and those for which something happened."""
    found = set(_ids(due(at)))
    running = Run.objects.filter(state__in=RUNNING)
    versions = running.order_by().values_list("version", flat=True).distinct()
    for version in Version.objects.filter(pk__in=list(versions)):
        flow = parsed(version.definition).flow
        found.update(_changed(running.filter(version=version), flow, at))
    return sorted(found)


def _changed(rows: "QuerySet[Run]", flow: Flow, at: datetime) -> Iterator[int]:
    for condition in {key_of(one): one for one in flow.stop}.values():
        yield from fulfilled(rows, condition, at=at)
    for step in flow.steps:
        if step.kind == StepKind.WAIT_FOR:
            there = rows.filter(step=step.code)
            yield from fulfilled(there, step.get("until", {}), at=at, since="since")


def fulfilled(
    rows: "QuerySet[Run]",
    condition: Mapping[str, Any],
    *,
    at: datetime,
    since: str = "started_at",
) -> Iterable[int]:
    """Runs of `rows` for whose customer the condition holds. How a task ended is not looked at
    here: all of them."""
    if "since_start" in condition:
        return _ids(rows.filter(happened(Happening(condition["since_start"]), since, at)))
    if not is_tree(condition):
        return _ids(rows)
    customers = dict(rows.values_list("pk", "customer"))
    holds = holding(condition, customers.values())
    return [pk for pk, customer in customers.items() if customer in holds]


def _ids(rows: "QuerySet[Run]") -> Iterable[int]:
    return rows.values_list("pk", flat=True)
