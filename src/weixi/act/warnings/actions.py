"""The stage "warn", and what people do with alerts and losses."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from weixi.collect.surveys.actions import NewAnswer, record_answer
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import bulk_record, entry, record
from weixi.core.runs import RunContext
from weixi.core.staging import Whole, replace_with
from weixi.core.text import checked
from weixi.core.values import reset, set_value, value_of
from weixi.staff.permissions import reachable
from weixi.staff.queries import colleagues

from .judging import judged
from .lost import EXIT_QUESTION, write_losses
from .models import Alert, AlertEvent, Loss
from .publishing import publish_alerts, publish_losses, publish_precision, readings_of
from .readings import write_readings
from .rules import WAITING, AlertState, Cause, LossKind
from .signals import (
    CHANGES,
    POPULATION,
    SHIPPED,
    SHIPPED_NAMES,
    InForce,
    check_changes,
    check_population,
    differing,
    in_force,
    signals_by_code,
)

MOST_AT_ONCE = 1_000
LONGEST_SNOOZE_DAYS = 180
LONGEST_REASON = 200
KEPT = ("state", "reason", "snooze_until", "handled_by_id", "handled_at", "owner_id")
DATES = {"snooze_until": parse_date, "handled_at": parse_datetime}


@dataclass(frozen=True)
class Acted:
    """`undo` is what undo_act takes."""

    alerts: int
    undo: int


def ready(_run: RunContext) -> Callable[[RunContext], int]:
    """The stage "warn", by what people have set now."""
    return partial(compute, by=in_force())


def compute(run: RunContext, by: InForce) -> int:
    """`contributions`, `readings` and `losses` of the day to the lake. Returns customers read."""
    write_losses(run)
    return write_readings(run, by)


def publish(run: RunContext) -> int:
    """The readings last: they are staged meanwhile."""
    rows = publish_alerts(run) + publish_losses(run)
    rows += publish_precision(judged(run.as_of), run.as_of)
    return rows + sum(map(replace_with, wholes(run)))


def wholes(run: RunContext) -> list[Whole]:
    return [readings_of(run)]


def handle(alert_ids: Iterable[int], *, reason: str, by: Actor, at: datetime) -> Acted:
    """Dealt with. It opens again when the signal grows, or still holds after some weeks."""
    reason = checked(reason, what=_("How it was handled"), at_most=LONGEST_REASON)
    values = {"state": AlertState.HANDLED, "reason": reason, "snooze_until": None}
    return _close(alert_ids, "handled", values, by=by, at=at)


def false_alarm(alert_ids: Iterable[int], *, reason: str = "", by: Actor, at: datetime) -> Acted:
    """There was nothing to it; the share of these is shown with each signal."""
    reason = checked(reason, what=_("The reason"), at_most=LONGEST_REASON)
    values = {"state": AlertState.FALSE_ALARM, "reason": reason, "snooze_until": None}
    return _close(alert_ids, "false_alarm", values, by=by, at=at)


def snooze(alert_ids: Iterable[int], *, until: date, reason: str, by: Actor, at: datetime) -> Acted:
    """Out of the list until a day, with the reason why."""
    today = timezone.localdate(at)
    if not today < until <= today + timedelta(days=LONGEST_SNOOZE_DAYS):
        raise RuleBroken(
            _("Choose a day after today, at most %(most)d days ahead.")
            % {"most": LONGEST_SNOOZE_DAYS}
        )
    reason = checked(reason, what=_("The reason"), at_most=LONGEST_REASON, need=True)
    values = {"state": AlertState.SNOOZED, "reason": reason, "snooze_until": until}
    return _close(alert_ids, "snoozed", values, by=by, at=at)


@transaction.atomic
def reopen(alert_ids: Iterable[int], *, by: Actor, at: datetime) -> Acted:
    """Only while the signal holds: an ended one is opened by its signal alone."""
    alerts = _alerts(alert_ids, by)
    if any(alert.ended_on is not None for alert in alerts):
        raise RuleBroken(_("The signal has ended; it warns again by itself when it returns."))
    values = {
        "state": AlertState.OPEN, "reason": "", "snooze_until": None, "handled_by_id": None,
        "handled_at": None,
    }  # fmt: skip
    waiting = [alert for alert in alerts if alert.state != AlertState.OPEN]
    return _write(waiting, "reopened", values, by=by, at=at)


@transaction.atomic
def assign(alert_ids: Iterable[int], *, owner_id: int | None, by: Actor, at: datetime) -> Acted:
    """Give open alerts to a colleague; the customer keeps its owner."""
    by.need("tasks.assign")
    if owner_id is not None and not colleagues(by).filter(pk=owner_id).exists():
        raise RuleBroken(_("You cannot give warnings to this person."))
    alerts = [alert for alert in _open(alert_ids, by) if alert.owner_id != owner_id]
    return _write(alerts, "assigned", {"owner_id": owner_id}, by=by, at=at)


@transaction.atomic
def undo_act(undo: int, *, by: Actor, at: datetime) -> int:
    """Takes back what was done to alerts that nobody has touched since; returns how many."""
    by.need("tasks.work")
    done = entry(undo)
    if done is None or done.kind != "alerts.changed" or done.actor_id != by.user_id:
        raise Missing("change")
    before = {row["id"]: row for row in done.facts["before"]}
    alerts = Alert.objects.select_for_update().filter(reachable(by, "customer__"), pk__in=before)
    back = [alert for alert in alerts if alert.version == before[alert.pk]["version"] + 1]
    for alert in back:
        for name in KEPT:
            setattr(alert, name, _restored(name, before[alert.pk][name]))
        alert.version += 1
        alert.save(update_fields=[*KEPT, "version"])
    _tell(back, "undone", "", by=by, at=at)
    return len(back)


@transaction.atomic
def judge_loss(
    loss_id: int,
    *,
    kind: str,
    cause: str,
    note: str = "",
    interview: str = "",
    by: Actor,
    at: datetime,
) -> Loss:
    """A person's word on why the customer went; runs leave it as it is.

    `interview`: what the customer said on leaving; it becomes an answer of the customer.
    """
    by.need("tasks.work")
    loss = Loss.objects.filter(reachable(by, "customer__"), pk=loss_id).first()
    if loss is None:
        raise Missing("loss")
    if kind not in set(LossKind) or cause not in set(Cause):
        raise RuleBroken(_("Choose how the customer went, and whose side the cause is on."))
    loss.kind, loss.cause = kind, cause
    loss.note = checked(note, what=_("Note"), at_most=LONGEST_REASON)
    loss.judged_by, loss.judged_at = by.name[:80], at
    if interview.strip():
        said = NewAnswer(survey=_("Exit interview"), question=EXIT_QUESTION, text=interview)
        loss.exit_answer_id = record_answer(loss.customer_id, said, by=by, at=at).pk
    loss.save()
    record("loss.judged", by=by, at=at, customer_id=loss.customer_id, loss=loss.pk, cause=cause)
    return loss


@transaction.atomic
def change_signals(changes: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """{signal: {field: value}} instead of what is shipped; holds from the next refresh on."""
    by.need("settings.manage")
    check_changes(changes)
    set_value(CHANGES, dict(changes), by=by, at=at)
    record("signals.changed", by=by, at=at, signals=sorted(changes))


@transaction.atomic
def change_signal(code: str, fields: Mapping[str, Any], *, by: Actor, at: datetime) -> bool:
    """Some fields of one signal; what is as shipped is not kept as a change. False: nothing new."""
    return _rewrite(code, lambda before: {**before, **fields}, by=by, at=at)


@transaction.atomic
def change_population(when: Mapping[str, Any] | None, *, by: Actor, at: datetime) -> bool:
    """Whom warnings are about; None: as shipped. Holds from the next refresh on. False: nothing
    new."""
    by.need("settings.manage")
    before = value_of(POPULATION)
    after = SHIPPED["population"] if when is None else dict(when)
    check_population(after)
    if after == before:
        return False
    if after == SHIPPED["population"]:
        reset(POPULATION, by=by)
    else:
        set_value(POPULATION, after, by=by, at=at)
    record("warnings.population_changed", by=by, at=at, before=before, after=after)
    return True


@transaction.atomic
def reset_signal(code: str, *, by: Actor, at: datetime) -> bool:
    """A shipped signal as it came."""
    if code not in SHIPPED_NAMES:
        raise Missing("signal")
    return _rewrite(code, lambda before: {}, by=by, at=at)


def _rewrite(
    code: str, change: Callable[[dict[str, Any]], Mapping[str, Any]], *, by: Actor, at: datetime
) -> bool:
    by.need("settings.manage")
    if code not in signals_by_code():
        raise Missing("signal")
    changes = dict(value_of(CHANGES))
    before = changes.pop(code, {})
    after = differing(code, change(before))
    if after == before:
        return False
    changes |= {code: after} if after else {}
    check_changes(changes)
    set_value(CHANGES, changes, by=by, at=at)
    record("signals.changed", by=by, at=at, signals=[code], before=before, after=after)
    return True


@transaction.atomic
def _close(
    alert_ids: Iterable[int], what: str, values: dict[str, Any], *, by: Actor, at: datetime
) -> Acted:
    alerts = _open(alert_ids, by)
    return _write(
        alerts, what, {**values, "handled_by_id": by.user_id, "handled_at": at}, by=by, at=at
    )


def _alerts(alert_ids: Iterable[int], by: Actor) -> list[Alert]:
    """All of them within reach, or none."""
    by.need("tasks.work")
    ids = sorted(set(alert_ids))
    if not ids:
        raise RuleBroken(_("Choose at least one warning."))
    if len(ids) > MOST_AT_ONCE:
        raise RuleBroken(_("At most %(most)d warnings at once.") % {"most": MOST_AT_ONCE})
    rows = Alert.objects.select_for_update(of=("self",)).filter(
        reachable(by, "customer__"), pk__in=ids
    )
    found = list(rows.order_by("pk"))
    if len(found) < len(ids):
        raise Missing("alert")
    return found


def _open(alert_ids: Iterable[int], by: Actor) -> list[Alert]:
    alerts = _alerts(alert_ids, by)
    closed = [alert for alert in alerts if alert.state not in WAITING]
    if closed:
        raise Conflict(_("Somebody has dealt with this warning meanwhile. Look at it again."))
    return alerts


def _write(
    alerts: list[Alert], what: str, values: dict[str, Any], *, by: Actor, at: datetime
) -> Acted:
    before = [_before(alert) for alert in alerts]
    ids = [alert.pk for alert in alerts]
    Alert.objects.filter(pk__in=ids).update(**values, version=F("version") + 1)
    _tell(alerts, what, values.get("reason", ""), by=by, at=at)
    summary = record("alerts.changed", by=by, at=at, what=what, before=before)
    return Acted(len(alerts), summary.pk)


def _before(alert: Alert) -> dict[str, Any]:
    kept = {name: _plain(getattr(alert, name)) for name in KEPT}
    return {"id": alert.pk, "version": alert.version, **kept}


def _tell(alerts: list[Alert], what: str, reason: str, *, by: Actor, at: datetime) -> None:
    """In the alert's own history and in the customer's journal."""
    AlertEvent.objects.bulk_create(
        AlertEvent(
            alert=alert, at=at, what=what, by_id=by.user_id, by_name=by.name[:80], reason=reason
        )
        for alert in alerts
    )
    facts = {alert.customer_id: {"alert": alert.pk, "kind": alert.kind} for alert in alerts}
    bulk_record(f"alert.{what}", facts, by=by, at=at)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _restored(name: str, value: Any) -> Any:
    parse = DATES.get(name)
    return value if value is None or parse is None else parse(value)
