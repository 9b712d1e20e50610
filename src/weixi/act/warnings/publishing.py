"""Writes what a run found: readings, alerts, losses and how earlier warnings came true. Set by
set: a hundred thousand customers take about two seconds."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.utils import timezone

from weixi.core.bulk import insert
from weixi.core.gathered import Numbers, gathered, numbers, places_of
from weixi.core.runs import RunContext, read_table
from weixi.core.staging import Whole
from weixi.core.values import declare, value_of
from weixi.predict.rules import RAISED_FROM

from .judging import Judged
from .models import Alert, AlertEvent, Loss, Precision, Reading
from .rules import (
    ANSWER_DAYS,
    ANSWERS,
    AlertState,
    Cause,
    Changes,
    Episode,
    Held,
    Rests,
    changes_of,
    state_after_the_end,
)
from .running import held_and_running
from .signals import signals_by_code

DUE_DAYS = declare("warnings.answer_days", ANSWER_DAYS)
HANDLED_REST = declare("warnings.handled_rest_days", Rests.handled)
FALSE_ALARM_REST = declare("warnings.false_alarm_rest_days", Rests.false_alarm)
LEAST_STAKE = declare("warnings.least_stake", 100)  # minor units; unknown passes
CHUNK = 900  # of ids in one statement: SQLite knows 999 marks in old builds
ALERT_COLUMNS = (
    "customer_id", "kind", "cause", "state", "points", "opened_on", "evidence_on", "facts",
    "answer", "owner_id", "due_on", "reason", "version",
)  # fmt: skip
LOSS_COLUMNS = (
    "customer_id", "noticed_on", "last_bought_on", "kind", "cause", "evidence", "exit_answer_id",
    "tried", "value", "judged_by", "note",
)  # fmt: skip


def readings_of(run: RunContext) -> Whole:
    columns = {"as_of": f"DATE '{run.as_of.isoformat()}'", "stake": "coalesce(value_at_stake, -1)"}
    return Whole(Reading, run.file("readings"), columns)


def publish_alerts(run: RunContext) -> int:
    """Open, reopen, worsen and end; doing it again for the same day changes nothing."""
    known = signals_by_code()
    held, running = held_and_running(run)
    changes = changes_of(
        held,
        running,
        as_of=run.as_of,
        alone=frozenset(code for code, one in known.items() if one.is_alone),
        raised_from=round(100 * RAISED_FROM),
        least_stake=value_of(LEAST_STAKE),
        rests=Rests(value_of(HANDLED_REST), value_of(FALSE_ALARM_REST)),
    )
    _open(changes.open, {code: one.cause for code, one in known.items()}, run)
    _worsen(changes)
    _reopen(changes.reopen, run)
    _end(changes.end, run)
    return len(changes.open) + len(changes.reopen) + len(changes.worsen) + len(changes.end)


def publish_losses(run: RunContext) -> int:
    """Noticed once; won back with the next purchase; facts of one nobody judged are kept up."""
    table = read_table(run.file("losses"))
    ended, standing = table.column("customer_id").to_numpy(), _standing_losses()
    rows = table.filter(pa.array(places_of(ended, standing) < 0)).to_pylist()
    handled = _handled_alerts(row["customer_id"] for row in rows)
    insert(Loss, LOSS_COLUMNS, [_loss_row(row, handled[row["customer_id"]], run)
                                for row in rows])  # fmt: skip
    _close_losses(sorted(standing[places_of(standing, ended) < 0].tolist()), run)
    return len(rows)


def _standing_losses() -> Numbers:
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {gathered("customer_id")} FROM "{Loss._meta.db_table}"'  # noqa: S608
            ' WHERE "won_back_on" IS NULL'
        )
        return numbers(cursor.fetchone()[0])


def publish_precision(found: Sequence[Judged], as_of: date) -> int:
    for one in found:
        values = {name: value for name, value in vars(one).items() if name not in ("cut", "level")}
        Precision.objects.update_or_create(
            cut=one.cut, level=one.level, defaults={**values, "as_of": as_of}
        )
    return len(found)


def _open(found: list[Held], causes: dict[str, str], run: RunContext) -> None:
    owners = _owners(found, run) if found else {}
    days, day = value_of(DUE_DAYS), run.as_of.isoformat()
    due = {c: (run.as_of + timedelta(days=days.get(c, 3))).isoformat() for c in Cause}
    rows = (
        (
            one.customer_id, one.kind, causes[one.kind], str(AlertState.OPEN), one.points, day,
            one.evidence_on, one.facts, str(ANSWERS[Cause(causes[one.kind])]),
            owners.get(one.customer_id), due[Cause(causes[one.kind])], "", 0,
        )
        for one in found
    )  # fmt: skip
    insert(Alert, ALERT_COLUMNS, rows)


def _owners(found: Sequence[Held], run: RunContext) -> dict[int, int | None]:
    table = read_table(run.file("customers"), columns=["customer_id", "owner_id"])
    wanted = np.unique([one.customer_id for one in found])
    places = places_of(wanted, table.column("customer_id").to_numpy())
    rows = table.take(places[places >= 0])
    return dict(zip(rows[0].to_pylist(), rows[1].to_pylist(), strict=True))


def _worsen(changes: Changes) -> None:
    """The points of today; one statement for all of them."""
    sql = f'UPDATE "{Alert._meta.db_table}" SET points = %s, facts = %s WHERE id = %s'  # noqa: S608
    rows = [(held.points, held.facts, episode.id) for episode, held in changes.worsen]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _reopen(found: list[Episode], run: RunContext) -> None:
    at = _moment(run.as_of)
    for part in _parts([one.id for one in found]):
        Alert.objects.filter(pk__in=part).update(
            state=AlertState.OPEN, snooze_until=None, handled_by=None, handled_at=None, reason=""
        )
    AlertEvent.objects.bulk_create(
        [AlertEvent(alert_id=one.id, at=at, what="reopened", by_name="system") for one in found],
        batch_size=1_000,
    )


def _end(found: list[Episode], run: RunContext) -> None:
    lost = set(read_table(run.file("losses"), columns=["customer_id"])[0].to_pylist())
    groups: dict[str, list[int]] = {}
    for one in found:
        state = state_after_the_end(one.state, is_lost=one.customer_id in lost)
        groups.setdefault(state, []).append(one.id)
    for state, ids in groups.items():
        for part in _parts(ids):
            Alert.objects.filter(pk__in=part).update(state=state, ended_on=run.as_of)


def _handled_alerts(customer_ids: Iterable[int]) -> Counter[int]:
    """How many alerts of each were dealt with by a person."""
    counted: Counter[int] = Counter()
    for part in _parts(list(customer_ids)):
        rows = Alert.objects.filter(state=AlertState.HANDLED, customer__in=part)
        counted.update(rows.values_list("customer_id", flat=True))
    return counted


def _loss_row(row: dict[str, Any], handled: int, run: RunContext) -> tuple[Any, ...]:
    tried = {"contacts": row["contacts"], "alerts_handled": handled}
    return (
        row["customer_id"], run.as_of.isoformat(), row["last_bought_on"].isoformat(), row["kind"],
        row["cause"], row["evidence"], row["answer_id"], json.dumps(tried), row["value"], "", "",
    )  # fmt: skip


def _close_losses(customer_ids: list[int], run: RunContext) -> None:
    """Bought again: won back. Not ended without a purchase (a rule or an import changed): the loss
    never was, unless a person has judged it."""
    days = _last_purchases(run) if customer_ids else {}
    gone = []
    for loss in _standing(customer_ids):
        last = days.get(loss.customer_id)
        if last is not None and last > loss.last_bought_on:
            loss.won_back_on = last
            loss.save(update_fields=["won_back_on"])
        elif not loss.judged_by:
            gone.append(loss.pk)
    for part in _parts(gone):
        Loss.objects.filter(pk__in=part).delete()


def _standing(customer_ids: list[int]) -> Iterator[Loss]:
    for part in _parts(customer_ids):
        yield from Loss.objects.filter(won_back_on=None, customer__in=part)


def _last_purchases(run: RunContext) -> dict[int, date | None]:
    table = read_table(run.file("measures"), columns=["customer_id", "last_purchase"])
    return dict(zip(table[0].to_pylist(), table[1].to_pylist(), strict=True))


def _parts(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
