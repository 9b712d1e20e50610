"""Read what a customer is entitled to, what is left for surprises, and what was given."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from weixi.classify.models import Membership
from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.staff.permissions import listed, reachable

from .models import Privilege, Surprise, SurpriseBudget
from .rules import PrivilegeKind, first_of_month, left_of

NEWEST = 200


@dataclass(frozen=True)
class Treatment:
    """How one customer is treated: what its tiers and it itself get; `contact`: its own person,
    empty when one is promised and nobody is named."""

    privileges: tuple[Privilege, ...]
    has_contact: bool
    contact: str
    surprises: tuple[Surprise, ...]


@dataclass(frozen=True)
class BudgetRow:
    """Money in minor units; `count`: surprises that were not taken back."""

    budget: SurpriseBudget
    spent: int
    left: int
    count: int


@dataclass(frozen=True)
class PrivilegeRow:
    """`customers`: how many have it, within reach; `without`: of a promised contact person, how
    many have none."""

    privilege: Privilege
    customers: int
    without: int


def treatment_of(actor: Actor, customer_id: int, *, day: date) -> Treatment:
    customer = Customer.objects.select_related("owner").filter(
        reachable(actor), pk=customer_id
    ).first()  # fmt: skip
    if customer is None:
        raise Missing("customer")
    found = tuple(_of_customer(customer_id, day))
    given = Surprise.objects.filter(customer=customer_id).order_by("-at")[:5]
    return Treatment(
        privileges=found,
        has_contact=any(one.kind == PrivilegeKind.CONTACT_PERSON for one in found),
        contact=str(customer.owner) if customer.owner else "",
        surprises=tuple(given),
    )


def privileges(actor: Actor, *, day: date) -> list[PrivilegeRow]:
    """All of them: those of tiers first."""
    actor.need("customers.view")
    rows = Privilege.objects.select_related("customer").filter(
        Q(customer=None) | listed(actor, "customer__")
    )
    return [_row(actor, one) for one in rows.order_by("-is_on", "cell", "name", "pk")]


def holders(actor: Actor, privilege_id: int) -> QuerySet[Customer]:
    """The customers that have it, to cut a list by."""
    one = Privilege.objects.filter(pk=privilege_id).first()
    if one is None:
        raise Missing("privilege")
    rows = Customer.objects.filter(listed(actor))
    if one.customer_id is not None:
        return rows.filter(pk=one.customer_id)
    scheme, _colon, cell = one.cell.partition(":")
    members = Membership.objects.filter(scheme__code=scheme, cell=cell)
    return rows.filter(pk__in=members.values("customer_id"))


def name_of(privilege_id: int) -> str:
    """Empty when there is no such privilege."""
    return Privilege.objects.filter(pk=privilege_id).values_list("name", flat=True).first() or ""


def budgets(actor: Actor, *, month: date) -> list[BudgetRow]:
    """Of the month: everybody's, and of the teams within reach."""
    actor.need("surprises.give")
    rows = SurpriseBudget.objects.select_related("team").filter(month=first_of_month(month))
    if actor.reach != "all":
        rows = rows.filter(Q(team=None) | Q(team=actor.team_id))
    counted = Q(surprises__taken_back_at=None)
    found = rows.annotate(
        spent=Sum("surprises__amount", filter=counted, default=0),
        given=Count("surprises", filter=counted),
    )
    return [
        BudgetRow(row, row.spent, left_of(row.amount, row.spent), row.given)
        for row in found.order_by("team__name", "pk")
    ]


def surprises(actor: Actor, *, budget_id: int | None = None) -> list[Surprise]:
    """The ledger, the newest first, of customers within reach."""
    actor.need("surprises.give")
    rows = Surprise.objects.select_related("customer", "budget__team").filter(
        reachable(actor, "customer__")
    )
    if budget_id is not None:
        rows = rows.filter(budget=budget_id, taken_back_at=None)
    return list(rows.order_by("-at", "-pk")[:NEWEST])


def surprise(actor: Actor, surprise_id: int) -> Surprise:
    """Missing when it is of a customer out of reach."""
    actor.need("surprises.give")
    row = Surprise.objects.filter(reachable(actor, "customer__"), pk=surprise_id).first()
    if row is None:
        raise Missing("surprise")
    return row


def spent_of(budget_id: int) -> int:
    rows = Surprise.objects.filter(budget=budget_id, taken_back_at=None)
    return int(rows.aggregate(spent=Sum("amount", default=0))["spent"])


def _of_customer(customer_id: int, day: date) -> QuerySet[Privilege]:
    members = Membership.objects.filter(customer=customer_id)
    cells = [f"{scheme}:{cell}" for scheme, cell in members.values_list("scheme__code", "cell")]
    rows = Privilege.objects.filter(Q(cell__in=cells) | Q(customer=customer_id), is_on=True)
    return rows.filter(Q(until=None) | Q(until__gte=day)).order_by("kind", "name", "pk")


def _row(actor: Actor, one: Privilege) -> PrivilegeRow:
    rows = holders(actor, one.pk)
    is_contact = one.kind == PrivilegeKind.CONTACT_PERSON
    without = rows.filter(owner=None).count() if is_contact else 0
    return PrivilegeRow(one, rows.count(), without)
