"""Satisfaction of the company (M5): NPS, CSAT and CES with n and a 95 % interval.

Each customer counts once: with the newest answer to the question in the period, so that n is a
number of customers. The touchpoint of an answer is the channel of the customer's newest contact in
the 30 days before it; team and cell are those of today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from weixi.analytics import mean_interval_of_sums, net_promoter_interval, share_interval
from weixi.classify.models import Membership
from weixi.collect.surveys.models import Answer
from weixi.core.actor import Actor
from weixi.core.values import declare
from weixi.staff.permissions import listed

from .lines import lines_by
from .rules import MARKS, QUESTIONS, Mark, Question
from .service import NOBODY, touchpoint

LEAST_ANSWERS = declare("evaluate.least_answers", 10)
PERIODS = (91, 182, 364)  # days
MONTHS = 12
NO_CELL = ""


@dataclass
class Score:
    """Customers of one question by mark; sums of their scores."""

    question: Question
    marks: dict[Mark, int] = field(default_factory=lambda: dict.fromkeys(Mark, 0))
    total: float = 0
    squares: float = 0

    def add(self, row: Mapping[str, Any]) -> None:
        self.marks[Mark(row["mark"])] += row["n"]
        self.total += float(row["total"])
        self.squares += float(row["squares"])

    @property
    def n(self) -> int:
        return sum(self.marks.values())

    @property
    def value(self) -> float | None:
        """nps: points, -100 to 100; csat: share of 4 and 5; ces: the mean. None without n."""
        if not self.n:
            return None
        if self.question == "nps":
            return 100 * (self.marks[Mark.HIGH] - self.marks[Mark.LOW]) / self.n
        return self.marks[Mark.HIGH] / self.n if self.question == "csat" else self.total / self.n

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the middle 95 %; None where nothing tells it."""
        if not self.n:
            return None
        if self.question == "nps":
            return net_promoter_interval(*(self.marks[mark] for mark in reversed(Mark)))
        if self.question == "csat":
            return share_interval(self.marks[Mark.HIGH] / self.n, self.n)
        return mean_interval_of_sums(self.n, self.total, self.squares)


@dataclass
class Line:
    """A team, a cell, a touchpoint, a month or everybody."""

    key: Any
    name: str = ""
    scores: dict[Question, Score] = field(default_factory=lambda: {q: Score(q) for q in QUESTIONS})

    def add(self, row: Mapping[str, Any]) -> None:
        self.scores[row["question"]].add(row)

    @property
    def n(self) -> int:
        return sum(score.n for score in self.scores.values())


@dataclass(frozen=True)
class Satisfaction:
    """`months`: the newest twelve of the calendar, oldest first; keys are their first days. A
    customer who answered in several months counts in each."""

    whole: Line
    teams: list[Line]
    cells: list[Line]
    touchpoints: list[Line]
    months: list[Line]


@dataclass(frozen=True)
class Cut:
    """What a figure is cut by. `days`: of PERIODS, back from `until`; `month`: its first moment,
    instead of them. None and empty: not cut. `team` NOBODY: none; `cell`: scheme and cell."""

    question: str
    until: datetime
    days: int = PERIODS[-1]
    month: datetime | None = None
    mark: str = ""
    team: int | None = None
    touch: str = ""
    cell: tuple[str, str] | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """After the first, up to the second moment."""
        if self.month is None:
            return self.until - timedelta(self.days), self.until
        return self.month - timedelta(microseconds=1), min(next_month(self.month), self.until)


def satisfaction(actor: Actor, *, until: datetime, days: int, scheme: str) -> Satisfaction:
    """Of the customers within reach; `scheme`: whose cells stand beside teams and touchpoints."""
    rows = _summed(
        _newest(actor, until - timedelta(days), until).annotate(
            touch=touchpoint(), cell=_cell(scheme)
        ),
        "customer__team_id", "customer__team__name", "touch", "cell",
    )  # fmt: skip
    whole = lines_by(Line, rows, lambda row: ("", ""))
    return Satisfaction(
        whole=whole[0] if whole else Line(""),
        teams=lines_by(
            Line, rows, lambda r: (r["customer__team_id"] or NOBODY, r["customer__team__name"])
        ),
        cells=lines_by(Line, rows, lambda row: (row["cell"], "")),
        touchpoints=lines_by(Line, rows, lambda row: (row["touch"], "")),
        months=_by_month(actor, until),
    )


def customers_behind(actor: Actor, cut: Cut) -> QuerySet[Any, Any]:
    """Keys of the customers that a figure counts."""
    rows = _newest(actor, *cut.span).filter(question=cut.question)
    if cut.mark:
        rows = rows.filter(mark=cut.mark)
    if cut.team is not None:
        none = {"customer__team__isnull": True}
        rows = rows.filter(**(none if cut.team == NOBODY else {"customer__team_id": cut.team}))
    if cut.touch:
        rows = rows.annotate(touch=touchpoint()).filter(touch=cut.touch)
    if cut.cell is not None:
        scheme, cell = cut.cell
        rows = rows.annotate(cell=_cell(scheme)).filter(cell=cell)
    return rows.values("customer_id")


def months_before(until: datetime) -> list[datetime]:
    """First moments of the newest twelve months of the company's calendar, oldest first."""
    first = timezone.localtime(until).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    found = [first]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def next_month(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


def _by_month(actor: Actor, until: datetime) -> list[Line]:
    months = months_before(until)
    lines = {place: Line(first) for place, first in enumerate(months)}
    after = months[0] - timedelta(microseconds=1)
    for row in _summed(_newest(actor, after, until, months), "month"):
        lines[row["month"]].scores[row["question"]].add(row)
    return list(lines.values())


def _newest(
    actor: Actor, after: datetime, until: datetime, months: Sequence[datetime] = ()
) -> QuerySet[Any, Any]:
    """The newest answer of each customer to each question in the span (in each of the months),
    with its mark."""
    actor.need("answers.view")
    begun = [When(at__gte=first, then=Value(n)) for n, first in enumerate(months)]
    asked = Answer.objects.filter(
        question__in=QUESTIONS, score__isnull=False, at__gt=after, at__lte=until
    ).annotate(month=Case(*reversed(begun), default=Value(0)))
    same = {name: OuterRef(name) for name in ("customer", "question", "month")}
    later = asked.filter(**same).filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    marks = [
        When(question=question, **{f"score__{word}": score}, then=Value(mark.value))
        for question, limits in MARKS.items()
        for mark, (word, score) in limits.items()
    ]
    return asked.filter(listed(actor, "customer__"), ~Exists(later)).annotate(
        mark=Case(*marks, default=Value(Mark.MIDDLE.value))
    )


def _summed(rows: QuerySet[Any, Any], *parts: str) -> Sequence[Mapping[str, Any]]:
    return list(
        rows.values("question", "mark", *parts)
        .annotate(n=Count("pk"), total=Sum("score"), squares=Sum(F("score") * F("score")))
        .order_by()
    )


def _cell(scheme: str) -> Coalesce:
    held = Membership.objects.filter(customer=OuterRef("customer"), scheme__code=scheme)
    return Coalesce(Subquery(held.values("cell")[:1]), Value(NO_CELL))
