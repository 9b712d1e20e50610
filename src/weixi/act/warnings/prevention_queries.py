"""What was done against losses, and what became of the losses of that cause (P4)."""

from dataclasses import dataclass
from datetime import date, timedelta

from weixi.analytics.rates import RateRatio, rate_ratio
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.runs import newest_run
from weixi.staff.permissions import listed

from .models import Loss, Prevention
from .rules import Unclear, Windows, unclear, windows_of

MONTH = 30


@dataclass(frozen=True)
class Effect:
    """Losses of the cause before and since the start, by the day they were noticed.

    `unclear`: why nothing can be told yet; `ratio` is known when it is None.
    """

    windows: Windows
    before: int
    since: int
    unclear: Unclear | None
    ratio: RateRatio | None

    @property
    def before_rate(self) -> float | None:
        """Losses in 30 days."""
        return _rate(self.before, self.windows.days_before)

    @property
    def since_rate(self) -> float | None:
        return _rate(self.since, self.windows.days_since)


@dataclass(frozen=True)
class PreventionRow:
    id: int
    cause: str
    title: str
    started_on: date
    ended_on: date | None
    note: str
    by: str
    effect: Effect


def preventions(actor: Actor) -> list[PreventionRow]:
    """The newest first; losses counted within reach, as the list behind them shows."""
    newest, counted_from = _known_days()
    return [
        _row(actor, one, newest or one.started_on, counted_from or one.started_on)
        for one in Prevention.objects.order_by("-started_on", "-pk")
    ]


def prevention(prevention_id: int) -> Prevention:
    found = Prevention.objects.filter(pk=prevention_id).first()
    if found is None:
        raise Missing("prevention")
    return found


def _known_days() -> tuple[date | None, date | None]:
    """The day of the newest figures, and the first on which only new losses were noticed: the
    first refresh of all notices whoever had gone long before."""
    newest = newest_run()
    first = Loss.objects.order_by("noticed_on").values_list("noticed_on", flat=True).first()
    counted_from = first + timedelta(days=1) if first else None
    return (newest.as_of if newest else None), counted_from


def _row(actor: Actor, one: Prevention, newest: date, counted_from: date) -> PreventionRow:
    windows = windows_of(
        one.started_on, ended=one.ended_on, newest=newest, counted_from=counted_from
    )
    before = _count(actor, one.cause, windows.first, windows.start)
    since = _count(actor, one.cause, windows.counted, windows.end)
    why = unclear(windows, before + since)
    ratio = None
    if why is None:
        ratio = rate_ratio(
            before, since, first_days=windows.days_before, second_days=windows.days_since
        )
    effect = Effect(windows, before, since, why, ratio)
    return PreventionRow(
        one.pk, one.cause, one.title, one.started_on, one.ended_on, one.note, one.by_name, effect
    )


def _count(actor: Actor, cause: str, since: date, before: date) -> int:
    rows = Loss.objects.filter(listed(actor, "customer__"), cause=cause)
    return rows.filter(noticed_on__gte=since, noticed_on__lt=before).count()


def _rate(losses: int, days: int) -> float | None:
    return losses / days * MONTH if days else None
