"""Reads of the newest measures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from weixi.core.prepared import prepared

from .models import Snapshot
from .registry import MEASURES, Measure

# Reasons that hold for who never bought as well.
OF_NO_PURCHASE = ("never_contacted", "no_referrals", "no_limit", "no_bills_at_all")


@dataclass(frozen=True)
class Measured:
    """One measure of one customer, ready to render; `why_unknown` is empty when it is known."""

    measure: Measure
    value: Any
    why_unknown: str

    @property
    def is_known(self) -> bool:
        return not self.why_unknown


def snapshot_of(customer_id: int) -> Snapshot | None:
    """None before the first refresh that saw the customer."""
    return next(iter(_snapshot(customer_id)), None)


@prepared
def _snapshot(customer_id: int) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(pk=customer_id)


def snapshots_of(customer_ids: Iterable[int]) -> dict[int, Snapshot]:
    return Snapshot.objects.in_bulk(list(customer_ids))


def measured(snapshot: Snapshot | None) -> list[Measured]:
    """All measures in the order of the registry; unknown ones say why."""
    return [_measured(measure, snapshot) for measure in MEASURES]


def _measured(measure: Measure, snapshot: Snapshot | None) -> Measured:
    if snapshot is None:
        return Measured(measure, None, "not_refreshed")
    value = getattr(snapshot, measure.code)
    if value is not None:
        return Measured(measure, value, "")
    if measure.code == "credit_use" and snapshot.credit_limit:
        return Measured(measure, None, "no_bills_at_all")
    never = snapshot.first_purchase is None and measure.why_unknown not in OF_NO_PURCHASE
    return Measured(measure, None, "never_bought" if never else measure.why_unknown)
