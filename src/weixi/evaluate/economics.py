"""The company's own figures for the plain sums of keeping customers (E1, E2). Unknown stays so."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, Sum

from weixi.core.actor import Actor
from weixi.measure.models import Snapshot
from weixi.staff.permissions import listed

GIVEN_SHEETS = ((10.0, 10.0, 1.0), (10.0, 10.0, 10.0), (11.0, 11.0, 11.0))
GIVEN_BASE, GIVEN_CHURN, GIVEN_RATIO = 1_000, 0.10, 5.0
CHURNS = (0.10, 0.20, 0.30, 0.40, 0.50)


@dataclass(frozen=True)
class OwnFigures:
    """Of the customers the actor reaches, 12 months back from `as_of`. Money in minor units.

    base: bought in the 12 months. before, lost: bought in the 12 months before, and how many of
    those not since. served: of the base, with a cost of contact. None: nothing tells it.
    """

    as_of: date | None
    base: int
    before: int
    lost: int
    orders: int
    revenue: int
    served: int
    cost: int

    @property
    def churn(self) -> float | None:
        return self.lost / self.before if self.before else None

    @property
    def order_value(self) -> float | None:
        return self.revenue / self.orders if self.orders else None

    @property
    def per_year(self) -> float | None:
        return self.orders / self.base if self.base else None

    @property
    def years(self) -> float | None:
        """Expected years with us at this churn: 1 / churn; None also when nobody left."""
        return 1 / self.churn if self.churn else None

    @property
    def keep_cost(self) -> float | None:
        """Cost of contacts a customer of the base and year; None when no contact has a cost."""
        return self.cost / self.base if self.base and self.served else None


def own_figures(actor: Actor) -> OwnFigures:
    actor.need("reports.view")
    rows = Snapshot.objects.filter(listed(actor, "customer__"))
    bought, before = Q(purchase_days_12m__gt=0), Q(revenue_prior_12m__gt=0)
    sums = rows.aggregate(
        as_of=Max("as_of"),
        base=Count("pk", filter=bought),
        before=Count("pk", filter=before),
        lost=Count("pk", filter=before & Q(purchase_days_12m=0)),
        orders=Sum("orders_12m", default=0),
        revenue=Sum("revenue_12m", default=0),
        served=Count("pk", filter=bought & Q(cost_to_serve_12m__gt=0)),
        cost=Sum("cost_to_serve_12m", filter=bought, default=0),
    )
    return OwnFigures(**sums)
