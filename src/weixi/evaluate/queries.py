"""Reports, ready to render: cohort retention, the customer pyramid, the company's figures.

All are cut to what the actor reaches; the page says "as of" with every figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.classify.models import Membership, Scheme, Transition
from weixi.classify.queries import CellRow, scheme_table
from weixi.collect.customers.models import Customer
from weixi.collect.orders.models import OrderLine
from weixi.collect.orders.rules import LineKind
from weixi.core.actor import Actor
from weixi.measure.models import Snapshot
from weixi.staff.permissions import listed, reachable

from .models import Cohort
from .rules import CellState, cell_state, month_of, months_after, ratio, shares_of_100

PYRAMID = "value_pyramid"
FINDING_MONTHS = 3


@dataclass(frozen=True)
class CohortCell:
    """`share` 0–1 of the cohort; None where the month has not begun or the cohort is empty."""

    months_later: int
    state: CellState
    active: int
    share: float | None
    revenue: int  # minor units


@dataclass(frozen=True)
class CohortRow:
    cohort: date  # first day of the month
    size: int
    is_growing: bool  # its month has not ended
    cells: tuple[CohortCell, ...]


@dataclass(frozen=True)
class CohortTable:
    """`average`: by months later, over complete months, weighted by size; None = none yet."""

    as_of: date | None
    rows: tuple[CohortRow, ...]
    average: tuple[float | None, ...]
    definition: str
    finding: str


def cohort_table(actor: Actor, *, months: int = 12) -> CohortTable:
    """The newest `months` cohorts that have customers, the oldest first."""
    actor.need("reports.view")
    cells = _cohort_cells(actor)
    as_of = Cohort.objects.aggregate(day=Max("as_of"))["day"]
    cohorts = sorted({cohort for cohort, _later in cells})[-months:]
    rows = tuple(_cohort_row(cohort, cells, as_of, months) for cohort in cohorts)
    average = tuple(_average(rows, later) for later in range(months))
    return CohortTable(as_of, rows, average, active_definition(), _cohort_finding(rows, average))


def active_definition() -> str:
    return _("Active in a month: at least one day with sales of more than zero in that month.")


def customers_of_cell(actor: Actor, *, cohort: date, months_later: int) -> QuerySet[Customer]:
    """The customers a cell counts, from the orders: as many as the cell says."""
    actor.need("reports.view")
    as_of = Cohort.objects.aggregate(day=Max("as_of"))["day"]
    if as_of is None:
        return Customer.objects.none()
    first = Snapshot.objects.filter(
        first_purchase__gte=cohort, first_purchase__lt=months_after(cohort, 1)
    )
    start = months_after(cohort, months_later)
    end = min(months_after(start, 1), as_of + timedelta(days=1))
    bought = _buyers_between(start, end)
    return Customer.objects.filter(reachable(actor), pk__in=first.values("customer_id")).filter(
        pk__in=bought
    )


def _buyers_between(start: date, end: date) -> QuerySet[Any, Any]:
    """Customers with a purchase day from `start` to the day before `end`."""
    zone = timezone.get_default_timezone()
    return (
        OrderLine.objects.filter(
            kind=LineKind.SALE,
            order__customer__isnull=False,
            order__ordered_at__gte=datetime.combine(start, time.min, zone),
            order__ordered_at__lt=datetime.combine(end, time.min, zone),
        )
        .annotate(day=TruncDate("order__ordered_at", tzinfo=zone))
        .values("order__customer_id", "day")
        .annotate(sales=Sum("amount"))
        .filter(sales__gt=0)
        .values("order__customer_id")
    )


def _cohort_cells(actor: Actor) -> dict[tuple[date, int], tuple[int, int]]:
    """(cohort, months later) → (active, revenue)."""
    rows = (
        Cohort.objects.filter(reachable(actor))
        .values_list("cohort", "months_later")
        .annotate(customers=Sum("active"), money=Sum("revenue"))
    )
    return {(cohort, later): (active, money) for cohort, later, active, money in rows}


def _cohort_row(
    cohort: date, cells: Mapping[tuple[date, int], tuple[int, int]], as_of: date, months: int
) -> CohortRow:
    size = cells.get((cohort, 0), (0, 0))[0]
    found = []
    for later in range(months):
        state = cell_state(cohort, later, as_of)
        active, money = cells.get((cohort, later), (0, 0))
        share = None if state == CellState.FUTURE else ratio(active, size)
        found.append(CohortCell(later, state, active, share, money))
    is_growing = cell_state(cohort, 0, as_of) == CellState.PARTIAL
    return CohortRow(cohort, size, is_growing, tuple(found))


def _average(rows: Sequence[CohortRow], later: int) -> float | None:
    full = [row for row in rows if row.cells[later].state == CellState.FULL]
    return ratio(sum(row.cells[later].active for row in full), sum(row.size for row in full))


def _cohort_finding(rows: Sequence[CohortRow], average: Sequence[float | None]) -> str:
    """One sentence about the third month, or the latest complete one before it."""
    later = next(
        (m for m in range(min(FINDING_MONTHS, len(average) - 1), 0, -1) if average[m] is not None),
        None,
    )
    if later is None:
        return _("No month after a first purchase is complete yet.")
    full = [row for row in rows if row.cells[later].state == CellState.FULL]
    return _(
        "%(percent)s of customers bought again in month %(month)d after their first purchase"
        " (monthly cohorts: %(cohorts)d, n = %(n)s)."
    ) % {
        "percent": f"{(average[later] or 0) * 100:.1f}%",
        "month": later,
        "cohorts": len(full),
        "n": f"{sum(row.size for row in full):,}",
    }


@dataclass(frozen=True)
class PyramidRow:
    """Money in minor units of 12 months; shares in percent with one decimal.

    `profit_share` None: profit unknown, or a cell makes a loss. `change`: customers against a
    month ago, None while there is no history.
    """

    code: str
    name: str
    color: str
    strategy: str
    customers: int
    customer_share: float
    revenue: int
    revenue_share: float | None
    profit: int | None
    profit_share: float | None
    average: int | None
    change: int | None


@dataclass(frozen=True)
class Pyramid:
    as_of: date | None
    rows: tuple[PyramidRow, ...]
    customers: int
    revenue: int
    profit: int | None
    compared_with: date | None
    finding: str
    rounding: str


def pyramid(actor: Actor) -> Pyramid:
    """The value pyramid, the most valuable cell first; the shares sum to 100.0 %."""
    actor.need("reports.view")
    table = scheme_table(actor, PYRAMID)
    cells = table.rows
    earlier = months_after(table.as_of, -1) if table.as_of else None
    changes = _changes(actor, table.scheme, earlier)
    profits = [cell.profit for cell in cells]
    profit = None if None in profits else sum(p or 0 for p in profits)
    customer_shares = shares_of_100([cell.customers for cell in cells]) or []
    revenue_shares = shares_of_100([cell.revenue for cell in cells])
    profit_shares = None if profit is None else shares_of_100([p or 0 for p in profits])
    rows = tuple(
        _pyramid_row(
            cell,
            customer_shares[place],
            revenue_shares[place] if revenue_shares else None,
            profit_shares[place] if profit_shares else None,
            None if changes is None else changes.get(cell.cell.code, 0),
        )
        for place, cell in enumerate(cells)
    )
    return Pyramid(
        as_of=table.as_of,
        rows=rows,
        customers=table.population,
        revenue=sum(cell.revenue for cell in cells),
        profit=profit,
        compared_with=earlier if changes is not None else None,
        finding=_pyramid_finding(rows),
        rounding=_(
            "Shares have one decimal, rounded by largest remainder so that they sum to a hundred."
        ),
    )


def _pyramid_row(
    found: CellRow,
    customer_share: float,
    revenue_share: float | None,
    profit_share: float | None,
    change: int | None,
) -> PyramidRow:
    language, cell = get_language() or "", found.cell
    is_chinese = language.startswith("zh")
    return PyramidRow(
        code=cell.code,
        name=found.name(language),
        color=cell.color,
        strategy=cell.strategy_zh if is_chinese else cell.strategy_en,
        customers=found.customers,
        customer_share=customer_share,
        revenue=found.revenue,
        revenue_share=revenue_share,
        profit=found.profit,
        profit_share=profit_share,
        average=round(found.revenue / found.customers) if found.customers else None,
        change=change,
    )


def _changes(actor: Actor, scheme: Scheme, earlier: date | None) -> dict[str, int] | None:
    """Net moves into each cell since then; None when the scheme is younger than that."""
    if earlier is None or not _existed_on(scheme, earlier):
        return None
    moves = Transition.objects.filter(reachable(actor, "customer__"), scheme=scheme, on__gt=earlier)
    counted = moves.values_list("from_cell", "to_cell").annotate(n=Count("pk"))
    changes: dict[str, int] = {}
    for came_from, went_to, customers in counted:
        changes[went_to] = changes.get(went_to, 0) + customers
        changes[came_from] = changes.get(came_from, 0) - customers
    return changes


def _existed_on(scheme: Scheme, day: date) -> bool:
    return (
        Membership.objects.filter(scheme=scheme, since__lte=day).exists()
        or Transition.objects.filter(scheme=scheme, on__lte=day).exists()
    )


def _pyramid_finding(rows: Sequence[PyramidRow]) -> str:
    """What all cells but the last bring together."""
    top = rows[:-1]
    if not top or any(row.revenue_share is None for row in rows) or not rows[0].customers:
        return ""
    return _("The top %(customers)s of customers bring %(revenue)s of revenue in 12 months.") % {
        "customers": f"{sum(row.customer_share for row in top):.1f}%",
        "revenue": f"{sum(row.revenue_share or 0 for row in top):.1f}%",
    }


@dataclass(frozen=True)
class Company:
    """Money in minor units. Rates 0–1, None when there is nobody to take a share of."""

    as_of: date | None
    customers: int
    active: int  # bought in the last 12 months
    repeated: int  # on two days or more
    new: int  # first purchase in the last 12 months
    bought_before: int  # in the 12 months before those
    kept: int  # of them, bought again in the last 12 months
    revenue: int
    revenue_before: int

    @property
    def repeat_rate(self) -> float | None:
        return ratio(self.repeated, self.active)

    @property
    def retention_rate(self) -> float | None:
        return ratio(self.kept, self.bought_before)


def company(actor: Actor) -> Company:
    """Retention and repurchase of everyone the actor reaches, from the newest measures."""
    actor.need("reports.view")
    as_of = Snapshot.objects.aggregate(day=Max("as_of"))["day"]
    active, before = Q(purchase_days_12m__gt=0), Q(revenue_prior_12m__gt=0)
    year_ago = as_of - timedelta(days=365) if as_of else date.max
    sums = Snapshot.objects.filter(listed(actor, "customer__")).aggregate(
        customers=Count("pk"),
        active=Count("pk", filter=active),
        repeated=Count("pk", filter=Q(purchase_days_12m__gte=2)),
        new=Count("pk", filter=Q(first_purchase__gt=year_ago)),
        bought_before=Count("pk", filter=before),
        kept=Count("pk", filter=active & before),
        revenue=Sum("revenue_12m", default=0),
        revenue_before=Sum("revenue_prior_12m", default=0),
    )
    return Company(as_of=as_of, **sums)


def month_label(cohort: date) -> str:
    """2026-11, the same in every language."""
    return month_of(cohort).strftime("%Y-%m")
