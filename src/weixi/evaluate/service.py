"""Service quality of the company (M6): five dimensions by team, by touchpoint and over time.

Counted are the pairs (expected, perceived) that satisfaction is counted from, of a year back from a
moment. The touchpoint of an answer is the channel of the customer's newest contact in the 30 days
before it; without one it is none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from weixi.analytics import ratio_interval_of_sums
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import Actor
from weixi.core.paging import Keyset, Page, keyset_page
from weixi.measure.rules import DIMENSIONS
from weixi.staff.permissions import listed

from .lines import lines_by

YEAR, QUARTER = timedelta(days=364), timedelta(days=91)
QUARTERS = 4
TOUCH_DAYS = timedelta(days=30)
NOBODY, NONE = 0, "none"  # no team; no contact before the answer
NEWEST = Keyset(("-at", "-id"), "service")
SUMS = ("n", "a", "b", "aa", "ab", "bb")


@dataclass
class Figure:
    """Sums over pairs: a expected, b perceived. c and gap are None without a pair."""

    n: int = 0
    a: float = 0
    b: float = 0
    aa: float = 0
    ab: float = 0
    bb: float = 0

    def add(self, row: Mapping[str, Any]) -> None:
        for name in SUMS:
            setattr(self, name, getattr(self, name) + (row[name] or 0))

    @property
    def c(self) -> float | None:
        return self.b / self.a if self.a else None

    @property
    def gap(self) -> float | None:
        return (self.b - self.a) / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of c; None under two pairs."""
        return ratio_interval_of_sums(self.n, self.a, self.b, self.aa, self.ab, self.bb)


@dataclass
class Line:
    """A team, a touchpoint or everybody: its figure of each dimension, and of all together."""

    key: Any
    name: str
    whole: Figure = field(default_factory=Figure)
    dimensions: dict[str, Figure] = field(
        default_factory=lambda: {name: Figure() for name in DIMENSIONS}
    )

    @property
    def n(self) -> int:
        return self.whole.n

    def weighted(self, weights: Mapping[str, float]) -> float | None:
        """Mean of the dimensions' c, of those with an answer; None without a weight among them."""
        known = [(one.c, weights[name]) for name, one in self.dimensions.items()]
        told = [(c * weight, weight) for c, weight in known if c is not None]
        whole = sum(weight for _part, weight in told)
        return sum(part for part, _weight in told) / whole if whole else None

    def add(self, row: Mapping[str, Any]) -> None:
        self.whole.add(row)
        if row["dimension"] in self.dimensions:
            self.dimensions[row["dimension"]].add(row)


@dataclass(frozen=True)
class Service:
    """`quarters`: the whole, oldest first, each of 91 days up to `until`."""

    until: datetime
    whole: Line
    quarters: list[Line]
    teams: list[Line]
    touchpoints: list[Line]


def service_quality(actor: Actor, *, until: datetime) -> Service:
    """Of the answers within reach; one query."""
    rows = list(
        _told(actor, until)
        .values("dimension", "quarter", "touch", "customer__team_id", "customer__team__name")
        .annotate(
            n=Count("pk"), a=Sum("expected"), b=Sum("perceived"),
            aa=Sum(F("expected") * F("expected")), ab=Sum(F("expected") * F("perceived")),
            bb=Sum(F("perceived") * F("perceived")),
        )
        .order_by()
    )  # fmt: skip
    for row in rows:
        row.update({name: float(row[name] or 0) for name in SUMS[1:]})
    teams = lines_by(
        Line, rows, lambda row: (row["customer__team_id"] or NOBODY, row["customer__team__name"])
    )
    touchpoints = lines_by(Line, rows, lambda row: (row["touch"], row["touch"]))
    quarters = {line.key: line for line in lines_by(Line, rows, lambda row: (row["quarter"], ""))}
    whole = lines_by(Line, rows, lambda row: ("", ""))
    return Service(
        until,
        whole[0] if whole else Line("", ""),
        [quarters.get(place, Line(place, "")) for place in reversed(range(QUARTERS))],
        teams,
        touchpoints,
    )


@dataclass(frozen=True)
class PairRow:
    """One answered pair behind a figure, ready to render."""

    customer_id: int
    customer: str
    at: datetime
    dimension: str
    expected: float
    perceived: float
    touchpoint: str
    survey: str


def pairs_behind(
    actor: Actor,
    *,
    until: datetime,
    dimension: str = "",
    team: int | None = None,
    touchpoint: str = "",
    quarter: int | None = None,
    cursor: str = "",
) -> tuple[Page[PairRow], int]:
    """The pairs of a figure, the newest first, and how many; what is left out is not cut by."""
    rows = _told(actor, until)
    if dimension:
        rows = rows.filter(dimension=dimension)
    if team is not None:
        none = {"customer__team__isnull": True}
        rows = rows.filter(**(none if team == NOBODY else {"customer__team_id": team}))
    if touchpoint:
        rows = rows.filter(touch=touchpoint)
    if quarter is not None:
        rows = rows.filter(quarter=quarter)
    shown = rows.select_related("customer")
    return keyset_page(shown, NEWEST, cursor=cursor, render=_rendered), rows.count()


def _rendered(rows: Iterable[Any]) -> list[PairRow]:
    return [
        PairRow(
            row.customer_id, row.customer.name, row.at, row.dimension, float(row.expected),
            float(row.perceived), row.touch, row.survey,
        )
        for row in rows
    ]  # fmt: skip


def touchpoint() -> Coalesce:
    """Of an answer: the channel of the newest contact before it."""
    before = Contact.objects.filter(
        customer=OuterRef("customer"), at__lte=OuterRef("at"), at__gt=OuterRef("at") - TOUCH_DAYS
    ).order_by("-at", "-id")
    return Coalesce(Subquery(before.values("channel__code")[:1]), Value(NONE))


def _told(actor: Actor, until: datetime) -> QuerySet[Any, Any]:
    """Pairs of the year with their touchpoint, and their quarter: 0 the newest."""
    actor.need("answers.view")
    quarters = [
        When(at__gt=until - (place + 1) * QUARTER, then=Value(place)) for place in range(QUARTERS)
    ]
    return Answer.objects.filter(
        listed(actor, "customer__"), at__gt=until - YEAR, at__lte=until, expected__gt=0,
        perceived__isnull=False,
    ).annotate(
        touch=touchpoint(),
        quarter=Case(*quarters, default=Value(QUARTERS - 1)),
    )  # fmt: skip
