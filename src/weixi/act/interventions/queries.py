"""Read the ledger: the arms of a source, its counts, and the rows that are evaluated."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Max, Min, Q, QuerySet, Sum

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.staff.permissions import reachable

from .models import Intervention, Trial
from .rules import PARTS, Arm, arm_of, bucket_of, share_e4


@dataclass(frozen=True)
class Counts:
    """One trial in figures. `expected_held_out`: the share that chance was told to hold out."""

    treated: int
    held_out: int
    contacted: int  # of the treated
    deviations: int  # held out, contacted all the same
    cost: int  # minor units, of all
    expected_held_out: float | None  # None: nobody is assigned
    assigned_from: datetime | None
    assigned_to: datetime | None
    window_days: int | None


@dataclass(frozen=True)
class Assigned:
    """One row of the ledger, for the evaluation."""

    customer_id: int
    arm: Arm
    assigned_at: datetime
    window_days: int
    contacted: bool
    cost: int


@dataclass(frozen=True)
class MeasuredRow:
    """Effect of one source on the share that buys, with its 95 % limits."""

    source_id: int
    effect: float
    low: float
    high: float
    treated: int
    held_out: int


def measured_by(source_kind: str) -> list[MeasuredRow]:
    """Every source of that kind whose effect was measured soundly."""
    rows = Trial.objects.filter(source_kind=source_kind, measured__isnull=False)
    names = ("source_id", "measured", "measured_low", "measured_high", "measured_treated",
             "measured_held_out")  # fmt: skip
    return [MeasuredRow(*row) for row in rows.order_by("source_id").values_list(*names)]


def arms_of(source_kind: str, source_id: int) -> dict[int, Arm]:
    """The arm of every customer that was ever assigned."""
    rows = _rows(source_kind, source_id).values_list("customer_id", "arm")
    return {customer_id: Arm(arm) for customer_id, arm in rows.iterator(5_000)}


def arms_to_be(
    source_kind: str, source_id: int, customer_ids: Collection[int], *, share: float
) -> dict[int, Arm]:
    """The arms that assigning would give: those that are written, else by the salt."""
    trial = Trial.objects.filter(source_kind=source_kind, source_id=source_id).first()
    if trial is None:
        raise Missing("trial")
    written = arms_of(source_kind, source_id)
    held_out = share_e4(share)
    return {
        pk: written.get(pk) or arm_of(bucket_of(trial.salt, pk), held_out) for pk in customer_ids
    }


def customers_in(source_kind: str, source_id: int, arm: str) -> "QuerySet[Intervention, int]":
    """Ids of the customers of an arm, to cut a list by."""
    return _rows(source_kind, source_id).filter(arm=arm).values_list("customer_id", flat=True)


def customers_of(source_kind: str, source_id: int) -> "QuerySet[Intervention, int]":
    """Ids of everyone assigned."""
    return _rows(source_kind, source_id).values_list("customer_id", flat=True)


def trials() -> list[tuple[str, int, datetime]]:
    """Every trial with customers: its source, and when the last outcome window ends."""
    rows = Trial.objects.annotate(
        last=Max("interventions__assigned_at"), days=Max("interventions__window_days")
    ).filter(last__isnull=False)
    return [
        (kind, pk, last + timedelta(days=days))
        for kind, pk, last, days in rows.values_list("source_kind", "source_id", "last", "days")
    ]


def counts_of(source_kind: str, source_id: int) -> Counts:
    treated, held_out = Q(arm=Arm.TREATED), Q(arm=Arm.HELD_OUT)
    contacted = Q(first_contact_at__isnull=False)
    found = _rows(source_kind, source_id).aggregate(
        treated=Count("pk", filter=treated),
        held_out=Count("pk", filter=held_out),
        contacted=Count("pk", filter=treated & contacted),
        deviations=Count("pk", filter=held_out & contacted),
        cost=Sum("cost", default=0),
        share=Avg("held_out_e4"),
        assigned_from=Min("assigned_at"),
        assigned_to=Max("assigned_at"),
        window_days=Max("window_days"),
    )
    share = found.pop("share")
    return Counts(expected_held_out=None if share is None else float(share) / PARTS, **found)


def assigned(source_kind: str, source_id: int) -> list[Assigned]:
    """Every row of a trial, in the order of the customers."""
    rows = _rows(source_kind, source_id).order_by("customer_id")
    names = ("customer_id", "arm", "assigned_at", "window_days", "first_contact_at", "cost")
    return [
        Assigned(customer_id, Arm(arm), at, window, contacted is not None, cost)
        for customer_id, arm, at, window, contacted, cost in rows.values_list(*names).iterator(
            5_000
        )
    ]


def of_customer(actor: Actor, customer_id: int) -> QuerySet[Intervention]:
    """What treated this customer or held it out, the newest first."""
    rows = Intervention.objects.filter(reachable(actor, "customer__"), customer=customer_id)
    return rows.select_related("trial").order_by("-assigned_at", "-pk")


def _rows(source_kind: str, source_id: int) -> QuerySet[Intervention]:
    return Intervention.objects.filter(trial__source_kind=source_kind, trial__source_id=source_id)
