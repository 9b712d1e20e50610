"""Signals that hold on a day beside alerts that run, without the pairs that change nothing.

Most alerts are open, were never touched by a person and give the points of yesterday. They come out
of the database as numbers and are compared as such; an object is made only of the others.
"""

from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from weixi.core.gathered import Numbers, gathered, numbers, places_of
from weixi.core.runs import RunContext, read_table

from .models import Alert
from .rules import HISTORY, AlertState, Episode, Held

UNTOUCHED = Q(state=AlertState.OPEN, snooze_until=None, handled_at=None)
POINTS = 2**16  # more than a small whole number of the database


class Group(NamedTuple):
    """Untouched alerts of a signal that give the same points."""

    kind: str
    points: int
    ids: Numbers
    customers: Numbers


def held_and_running(run: RunContext) -> tuple[list[Held], list[Episode]]:
    """What `changes_of` has to look at: an untouched alert whose signal gives the same points as
    yesterday stays as it is, and is in neither."""
    parts, groups = _parts(run), _untouched()
    kinds = list({*parts.column("signal").unique().to_pylist(), *(one.kind for one in groups)})
    today = _pairs(
        parts.column("customer_id").to_numpy(),
        pc.index_in(parts.column("signal"), value_set=pa.array(kinds, pa.string())).to_numpy(),
        parts.column("points").to_numpy().astype(np.int64),
        len(kinds),
    )
    stays = np.zeros(len(today), np.bool_)
    running = _touched()
    for one in groups:
        pairs = _pairs(one.customers, kinds.index(one.kind), one.points, len(kinds))
        places = places_of(pairs, today)
        stays[places[places >= 0]] = True
        running += _episodes(one, places < 0)
    return _held(parts.filter(pa.array(~stays)), run), running


def _pairs(customers: Numbers, kind: Numbers | int, points: Numbers | int, kinds: int) -> Numbers:
    """A number for each customer, signal and points."""
    return (customers * kinds + kind) * POINTS + points


def _parts(run: RunContext) -> pa.Table:
    names = ["customer_id", "signal", "points", "on_day", "facts"]
    parts = read_table(run.file("contributions"), columns=names)
    return parts.filter((pc.field("points") > 0) & (pc.field("signal") != HISTORY))


def _held(parts: pa.Table, run: RunContext) -> list[Held]:
    """In the order of customers, with the total of each."""
    parts = parts.sort_by([("customer_id", "ascending"), ("signal", "ascending")])
    names = ["customer_id", "points", "value_at_stake"]
    totals = read_table(run.file("readings"), columns=names)
    places = places_of(
        parts.column("customer_id").to_numpy(), totals.column("customer_id").to_numpy()
    )
    parts, totals = parts.filter(pa.array(places >= 0)), totals.take(places[places >= 0])
    days = pc.fill_null(parts.column("on_day"), pa.scalar(run.as_of)).cast(pa.string())
    columns = [
        parts.column("customer_id"), parts.column("signal"), parts.column("points"),
        totals.column("points"), days, parts.column("facts"), totals.column("value_at_stake"),
    ]  # fmt: skip
    return [Held._make(row) for row in zip(*(one.to_pylist() for one in columns), strict=True)]


def _untouched() -> list[Group]:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "kind", "points", {gathered("id")}, {gathered("customer_id")}'  # noqa: S608
            f' FROM "{Alert._meta.db_table}" WHERE "ended_on" IS NULL AND "state" = %s'
            ' AND "snooze_until" IS NULL AND "handled_at" IS NULL GROUP BY "kind", "points"',
            [AlertState.OPEN],
        )
        rows = cursor.fetchall()
    return [Group(kind, points, numbers(ids), numbers(who)) for kind, points, ids, who in rows]


def _episodes(one: Group, chosen: npt.NDArray[np.bool_]) -> list[Episode]:
    pairs = zip(one.ids[chosen].tolist(), one.customers[chosen].tolist(), strict=True)
    return [
        Episode(pk, customer, one.kind, AlertState.OPEN, one.points, None, None)
        for pk, customer in pairs
    ]


def _touched() -> list[Episode]:
    rows = Alert.objects.filter(ended_on=None).exclude(UNTOUCHED)
    names = ("pk", "customer_id", "kind", "state", "points", "snooze_until", "handled_at")
    return [_episode(*row) for row in rows.values_list(*names)]


def _episode(
    pk: int,
    customer_id: int,
    kind: str,
    state: str,
    points: int,
    snooze_until: date | None,
    handled_at: datetime | None,
) -> Episode:
    handled_on = None if handled_at is None else timezone.localdate(handled_at)
    return Episode(pk, customer_id, kind, state, points, snooze_until, handled_on)
