"""Geometry of the small drawings: numbers in, places in an SVG out. No markup, no colours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

SPARK_WIDTH, SPARK_HEIGHT, SPARK_EDGE = 84, 24, 3
RHYTHM_LEFT, RHYTHM_RIGHT, RHYTHM_BASE, RHYTHM_TALLEST = 12.0, 888.0, 72.0, 52.0
RHYTHM_SHORTEST = 10.0
MONTH_WIDTH = 34.0  # room for the word under its tick


@dataclass(frozen=True)
class Spark:
    points: str
    end_x: float
    end_y: float


def spark(values: Sequence[float]) -> Spark:
    """A line through the values, oldest first, from the lowest (zero at most) to the largest."""
    low = min([*values, 0])
    span = max([*values, 0]) - low or 1
    step = (SPARK_WIDTH - 2 * SPARK_EDGE) / max(len(values) - 1, 1)
    deep = SPARK_HEIGHT - 2 * SPARK_EDGE
    places = [
        (
            round(SPARK_EDGE + i * step, 1),
            round(SPARK_HEIGHT - SPARK_EDGE - deep * (v - low) / span, 1),
        )
        for i, v in enumerate(values)
    ]
    end = places[-1] if places else (SPARK_EDGE, SPARK_HEIGHT - SPARK_EDGE)
    return Spark(" ".join(f"{x},{y}" for x, y in places), *end)


def percent_of(value: float, whole: float) -> float:
    """0 … 100, rounded to a tenth; nothing of nothing is 0.

    >>> percent_of(1, 8)
    12.5
    """
    if whole <= 0:
        return 0.0
    return round(min(max(value / whole, 0.0), 1.0) * 100, 1)


@dataclass(frozen=True)
class Purchase:
    """`amount` in minor units."""

    day: date
    amount: int


@dataclass(frozen=True)
class Stroke:
    x: float
    height: float
    day: date
    amount: int


@dataclass(frozen=True)
class Month:
    x: float
    day: date
    has_year: bool


@dataclass(frozen=True)
class Rhythm:
    strokes: list[Stroke]
    months: list[Month]
    now_x: float
    due_x: float | None
    due_width: float
    late_x: float
    late_width: float
    late_days: int

    @property
    def is_ahead(self) -> bool:
        """The span begins after today: its label passes over today's line."""
        return self.due_x is not None and self.due_x > self.now_x


def rhythm(
    purchases: Sequence[Purchase],
    *,
    as_of: date,
    due_from: date | None = None,
    due_to: date | None = None,
) -> Rhythm:
    """Twelve months back and a little ahead: purchases, the expected span, the days past it."""
    first = as_of - timedelta(days=365)
    last = max(as_of + timedelta(days=42), (due_to or as_of) + timedelta(days=14))
    scale = (RHYTHM_RIGHT - RHYTHM_LEFT) / (last - first).days

    def x(day: date) -> float:
        return round(RHYTHM_LEFT + (day - first).days * scale, 1)

    late = max((as_of - due_to).days, 0) if due_to else 0
    due_start = max(due_from, first) if due_from else None
    return Rhythm(
        strokes=_strokes([p for p in purchases if first <= p.day <= as_of], x),
        months=_months(first, x),
        now_x=x(as_of),
        due_x=x(due_start) if due_start else None,
        due_width=max(x(due_to) - x(due_start), 2.0) if due_start and due_to else 0.0,
        late_x=x(max(due_to, first)) if due_to else 0.0,
        late_width=x(as_of) - x(max(due_to, first)) if due_to and late else 0.0,
        late_days=late,
    )


def _strokes(purchases: Sequence[Purchase], x: Callable[[date], float]) -> list[Stroke]:
    top = max((p.amount for p in purchases), default=0) or 1
    span = RHYTHM_TALLEST - RHYTHM_SHORTEST
    return [
        Stroke(x(p.day), round(RHYTHM_SHORTEST + span * max(p.amount, 0) / top, 1), p.day, p.amount)
        for p in purchases
    ]


def _months(first: date, x: Callable[[date], float]) -> list[Month]:
    found: list[Month] = []
    day = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while x(day) <= RHYTHM_RIGHT - MONTH_WIDTH:
        found.append(Month(x(day), day, not found or day.month == 1))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def shade(share: float, largest: float) -> int:
    """1 … 6 on the blue ramp, in equal steps up to the largest share; 0 for nothing."""
    if share <= 0 or largest <= 0:
        return 0
    return min(6, 1 + int(share / largest * 5.999))
