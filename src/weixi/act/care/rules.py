"""Words and pure decisions of the care list: which reasons hold, when due, by which channel."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

OLDEST_YEARS = 120


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"  # the reason ended before anybody acted


class SignalKind(StrEnum):
    OVERDUE = "overdue"  # past its own rhythm
    NEXT_DUE = "next_due"  # the next purchase is expected about now
    GONE_QUIET = "gone_quiet"  # high value, no purchase or contact for long
    BIRTHDAY = "birthday"
    WARNING = "warning"  # an open alert whose cause asks for an answer
    PROMISE = "promise"  # something promised to the customer is due
    MANUAL = "manual"  # a person asked for it
    PLAYBOOK = "playbook"  # a step of a playbook


class AskSource(StrEnum):
    """Who asked for something to be done for a customer."""

    MANUAL = "manual"
    PLAYBOOK = "playbook"


class AskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"  # no longer wanted


# A word given or asked for by a person goes before what was reckoned, whatever its value.
WORDS_GIVEN = frozenset({SignalKind.PROMISE, SignalKind.MANUAL})
# What the system finds by itself; a playbook's task can stand for it.
FOUND = (
    SignalKind.WARNING,
    SignalKind.OVERDUE,
    SignalKind.GONE_QUIET,
    SignalKind.NEXT_DUE,
    SignalKind.BIRTHDAY,
)
ASKED = frozenset({SignalKind.MANUAL, SignalKind.PLAYBOOK})
MOST_TRIES = 3  # nobody reached so often: the ask ends with that


class Dropped(StrEnum):
    """Why a task was closed by the system."""

    ENDED = "reason_ended"
    OUTRANKED = "outranked"  # others that are worth more filled the day
    WITHDRAWN = "withdrawn"  # who asked for it took it back


# What a contact for this reason is: the balance of care and sale is kept by it (T4).
PURPOSE = {
    SignalKind.OVERDUE: "care",
    SignalKind.GONE_QUIET: "care",
    SignalKind.BIRTHDAY: "care",
    SignalKind.NEXT_DUE: "sale",
    SignalKind.WARNING: "care",
    SignalKind.PROMISE: "service",
    SignalKind.MANUAL: "care",
    SignalKind.PLAYBOOK: "care",
}


@dataclass(frozen=True)
class Thresholds:
    """The values of the settings care.…; days, shares as fractions, money in minor units."""

    overdue_from: float = 1.5  # own gaps since the last purchase
    overdue_to: float = 8.0  # later than this is a matter of winning back
    overdue_least_purchases: int = 3  # purchase days; fewer make no rhythm
    overdue_least_days: int = 7  # days beyond the own rhythm
    least_value: int = 100  # a call is not worth less at stake
    quiet_days: int = 60
    quiet_top_share: float = 0.2
    birthday_days_ahead: int = 3
    next_due_days: int = 7


@dataclass(frozen=True)
class Known:
    """What is known of one customer on the day. None = unknown or never."""

    purchase_days: int = 0
    days_since_purchase: int | None = None
    days_since_contact: int | None = None
    rhythm_days: float | None = None
    lateness: float | None = None
    value_rank: int | None = None  # 1 = most revenue in 12 months
    revenue_12m: int = 0
    next_low: date | None = None
    next_median: date | None = None
    next_high: date | None = None
    birthday: date | None = None
    value: int | None = None  # at stake, minor units
    may_sell: bool = True


@dataclass(frozen=True)
class Signal:
    """A reason to contact somebody, with the numbers behind it. Dates in facts are ISO texts."""

    kind: SignalKind
    facts: Mapping[str, Any]
    due_on: date
    cause: str = "unknown"

    def stored(self) -> dict[str, Any]:
        return {"kind": str(self.kind), "facts": dict(self.facts), "cause": self.cause}


def signals_of(
    known: Known, *, as_of: date, limits: Thresholds, ranked: int, rested: frozenset[str]
) -> tuple[Signal, ...]:
    """The reasons that hold, the leading one first; kinds in `rested` were dealt with lately.

    `ranked`: how many customers have a value rank, for the top share.
    """
    # Losing a customer comes first, occasions last.
    found = (
        _overdue(known, as_of, limits),
        _gone_quiet(known, as_of, limits, ranked),
        _birthday(known, as_of, limits),
        _next_due(known, as_of, limits),
    )
    return tuple(s for s in found if s is not None and s.kind not in rested)


def _overdue(known: Known, as_of: date, limits: Thresholds) -> Signal | None:
    days, rhythm, lateness = known.days_since_purchase, known.rhythm_days, known.lateness
    if days is None or rhythm is None or lateness is None:
        return None
    if known.purchase_days < limits.overdue_least_purchases:
        return None
    if not limits.overdue_from <= lateness <= limits.overdue_to:
        return None
    if days - rhythm < limits.overdue_least_days or not worth_it(known.value, limits):
        return None
    facts = {"days": days, "rhythm": round(rhythm), "lateness": round(lateness, 1)}
    return Signal(SignalKind.OVERDUE, facts, as_of)


def worth_it(value: int | None, limits: Thresholds) -> bool:
    """An unknown value is given the benefit of the doubt."""
    return value is None or value >= limits.least_value


def _gone_quiet(known: Known, as_of: date, limits: Thresholds, ranked: int) -> Signal | None:
    if known.value_rank is None or known.value_rank > top_places(limits.quiet_top_share, ranked):
        return None
    days = quiet_days(known)
    if days is None or days < max(limits.quiet_days, known.rhythm_days or 0):
        return None
    facts = {
        "days": days,
        "top_percent": round(limits.quiet_top_share * 100),
        "revenue": known.revenue_12m,
    }
    return Signal(SignalKind.GONE_QUIET, facts, as_of + timedelta(days=1))


def top_places(share: float, ranked: int) -> int:
    """How many ranks the top share holds; rounded up, guarded against 0.2 × 5 = 1.0000000002."""
    return math.ceil(round(share * ranked, 9))


def quiet_days(known: Known) -> int | None:
    """Days since the last purchase or contact, whichever is later; None: never bought."""
    if known.days_since_purchase is None:
        return None
    if known.days_since_contact is None:
        return known.days_since_purchase
    return min(known.days_since_purchase, known.days_since_contact)


def _birthday(known: Known, as_of: date, limits: Thresholds) -> Signal | None:
    if known.birthday is None:
        return None
    day = next_birthday(known.birthday, as_of)
    if (day - as_of).days > limits.birthday_days_ahead:
        return None
    if not 0 <= day.year - known.birthday.year <= OLDEST_YEARS:
        return None  # a date that stands for "unknown"
    return Signal(SignalKind.BIRTHDAY, {"on": day.isoformat()}, day)


def next_birthday(birthday: date, as_of: date) -> date:
    """The first birthday on or after `as_of`.

    >>> next_birthday(date(1988, 2, 29), date(2026, 2, 27))
    datetime.date(2026, 2, 28)
    """
    this_year = birthday_in(birthday, as_of.year)
    return this_year if this_year >= as_of else birthday_in(birthday, as_of.year + 1)


def birthday_in(birthday: date, year: int) -> date:
    """29 February is kept on the 28th in common years."""
    try:
        return birthday.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def birth_dates(as_of: date, days_ahead: int) -> list[date]:
    """Every date of birth whose birthday falls on `as_of` … `as_of` + `days_ahead`."""
    dates = []
    for ahead in range(days_ahead + 1):
        day = as_of + timedelta(days=ahead)
        for year in range(day.year - OLDEST_YEARS, day.year + 1):
            born_on = {birthday_in(day, year), _leap_day(year)}
            dates += [born for born in born_on if born and birthday_in(born, day.year) == day]
    return sorted(set(dates))


def _leap_day(year: int) -> date | None:
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return date(year, 2, 29) if is_leap else None


def _next_due(known: Known, as_of: date, limits: Thresholds) -> Signal | None:
    expected = known.next_median
    if expected is None or not known.may_sell:
        return None
    if not as_of <= expected <= as_of + timedelta(days=limits.next_due_days):
        return None
    if known.lateness is not None and known.lateness >= limits.overdue_from:
        return None
    facts: dict[str, Any] = {
        "expected": expected.isoformat(),
        "low": (known.next_low or expected).isoformat(),
        "high": (known.next_high or expected).isoformat(),
    }
    if known.rhythm_days is not None:
        facts["rhythm"] = round(known.rhythm_days)
    return Signal(SignalKind.NEXT_DUE, facts, expected)


def value_at_stake(score: int | None, margin_12m: int | None, revenue_12m: int) -> int | None:
    """What a loss would cost: the score's, else the margin, else the revenue of 12 months."""
    if score is not None:
        return score
    if margin_12m is not None and margin_12m > 0:
        return margin_12m
    return revenue_12m if revenue_12m > 0 else None


def rest_days(kind: str, outcome: str, rests: Mapping[str, int], after: Mapping[str, int]) -> int:
    """Days before the same reason may come again; some outcomes call for an earlier try."""
    return min(rests.get(kind, 0), after.get(outcome, rests.get(kind, 0)))


def suggested_channel(
    wished: Sequence[str],
    *,
    needs: Mapping[str, str],
    identities: Iterable[str],
    refused: frozenset[str] = frozenset(),
) -> str:
    """The first wished channel that is on, not refused, and that the customer can be reached by.

    `needs`: the channels that are on, and the kind of identity each needs ("" = none). Where no
    identity is stored the first allowed channel is named: the person may know the number.
    """
    known = set(identities)
    allowed = [code for code in wished if code in needs and code not in refused]
    reached = [code for code in allowed if not needs[code] or needs[code] in known]
    return next(iter(reached or allowed), "")


def is_balanced(care: int, sale: int, least_ratio: float) -> bool:
    """Not every contact may sell: at least `least_ratio` care contacts for one that sells."""
    return care >= least_ratio * sale
