"""Write the ledger of who was treated and who was held out. Called by what treats customers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.values import declare, value_of

from .models import Intervention, Trial
from .rules import MOST_HELD_OUT, Arm, arm_of, bucket_of, share_e4

HELD_OUT_SHARE = declare("interventions.held_out_share", 0.1)
WINDOW_DAYS = declare("interventions.window_days", 60)
LONGEST_WINDOW_DAYS = 730
AT_ONCE = 500  # rows of one statement: SQLite binds few values at a time


@transaction.atomic
def assign(
    *,
    source_kind: str,
    source_id: int,
    customer_ids: Iterable[int],
    held_out_share: float | None = None,
    window_days: int | None = None,
    at: datetime,
    by: Actor,
) -> dict[int, Arm]:
    """The arm of each customer, stored before anybody is contacted.

    Who has an arm keeps it, whatever share is given now. None: the value from the settings.
    """
    held_out_e4, window = _terms(held_out_share, window_days)
    trial = _trial(source_kind, source_id, at)
    wanted = sorted(set(customer_ids))
    known = _arms(trial, wanted)
    new = [
        _row(trial, customer_id, held_out_e4, window, at)
        for customer_id in wanted
        if customer_id not in known
    ]
    Intervention.objects.bulk_create(new, batch_size=AT_ONCE)
    if new:
        held_out = sum(row.arm == Arm.HELD_OUT for row in new)
        record(
            "interventions.assigned", by=by, at=at, source_kind=source_kind, source_id=source_id,
            treated=len(new) - held_out, held_out=held_out, share_e4=held_out_e4,
        )  # fmt: skip
    return known | {row.customer_id: Arm(row.arm) for row in new}


@transaction.atomic
def prepare(*, source_kind: str, source_id: int, at: datetime) -> None:
    """The salt, before anybody is assigned: a design can then show who would be held out."""
    _trial(source_kind, source_id, at)


@transaction.atomic
def mark_contacted(
    *, source_kind: str, source_id: int, customer_ids: Iterable[int], at: datetime
) -> int:
    """The first contact of these customers, once; returns for how many it was the first.

    Nothing happens to customers without an arm. A clock that jumped back cannot put the contact
    before the assignment.
    """
    return sum(
        _of(source_kind, source_id, some)
        .filter(first_contact_at=None)
        .update(first_contact_at=Greatest(F("assigned_at"), at))
        for some in _batches(customer_ids)
    )


def write_measured(
    *,
    source_kind: str,
    source_id: int,
    share: tuple[float, float, float] | None,
    treated: int = 0,
    held_out: int = 0,
    at: datetime,
) -> None:
    """What the evaluation found: effect on the share that buys, and its 95 % limits. None: nothing
    that can be relied on."""
    effect, low, high = share or (None, None, None)
    Trial.objects.filter(source_kind=source_kind, source_id=source_id).update(
        measured=effect, measured_low=low, measured_high=high, measured_at=at,
        measured_treated=treated, measured_held_out=held_out,
    )  # fmt: skip


@transaction.atomic
def add_cost(
    *, source_kind: str, source_id: int, customer_id: int, amount: int, at: datetime
) -> int:
    """What one treatment cost, minor units, on top of what it cost so far. 0: has no arm."""
    return add_costs(
        source_kind=source_kind, source_id=source_id, amounts={customer_id: amount}, at=at
    )


@transaction.atomic
def add_costs(*, source_kind: str, source_id: int, amounts: Mapping[int, int], at: datetime) -> int:
    """The same for many customers; returns how many have an arm. The caller counts each cost once,
    in the transaction of what cost it."""
    if any(amount < 0 for amount in amounts.values()):
        raise RuleBroken(_("A cost cannot be below zero."))
    alike: dict[int, list[int]] = {}
    for customer_id, amount in amounts.items():
        alike.setdefault(amount, []).append(customer_id)
    return sum(
        _of(source_kind, source_id, some).update(cost=F("cost") + amount)
        for amount, customer_ids in alike.items()
        for some in _batches(customer_ids)
    )


@transaction.atomic
def set_costs(*, source_kind: str, source_id: int, amounts: Mapping[int, int], at: datetime) -> int:
    """What the treatment of each cost in all, instead of what was written before: for those who
    can count it anew from what was sent."""
    alike: dict[int, list[int]] = {}
    for customer_id, amount in amounts.items():
        alike.setdefault(amount, []).append(customer_id)
    return sum(
        _of(source_kind, source_id, some).exclude(cost=amount).update(cost=amount)
        for amount, customer_ids in alike.items()
        for some in _batches(customer_ids)
    )


def _terms(held_out_share: float | None, window_days: int | None) -> tuple[int, int]:
    share = value_of(HELD_OUT_SHARE) if held_out_share is None else held_out_share
    window = value_of(WINDOW_DAYS) if window_days is None else window_days
    if not 0 <= share <= MOST_HELD_OUT:
        raise RuleBroken(_("The share held out lies between 0 and 90 percent."))
    if not 1 <= window <= LONGEST_WINDOW_DAYS:
        raise RuleBroken(
            _("The outcome is counted for 1 to %(most)d days.") % {"most": LONGEST_WINDOW_DAYS}
        )
    return share_e4(share), window


def _trial(source_kind: str, source_id: int, at: datetime) -> Trial:
    """The one of that source, held until the end of the transaction: arms are given one by one."""
    made, _is_new = Trial.objects.get_or_create(
        source_kind=source_kind,
        source_id=source_id,
        defaults={"salt": token_hex(16), "created_at": at},
    )
    return Trial.objects.select_for_update().get(pk=made.pk)


def _arms(trial: Trial, customer_ids: list[int]) -> dict[int, Arm]:
    return {
        customer_id: Arm(arm)
        for some in _batches(customer_ids)
        for customer_id, arm in trial.interventions.filter(customer__in=some).values_list(
            "customer_id", "arm"
        )
    }


def _row(
    trial: Trial, customer_id: int, held_out_e4: int, window: int, at: datetime
) -> Intervention:
    bucket = bucket_of(trial.salt, customer_id)
    return Intervention(
        trial=trial,
        customer_id=customer_id,
        arm=arm_of(bucket, held_out_e4),
        bucket=bucket,
        held_out_e4=held_out_e4,
        window_days=window,
        assigned_at=at,
    )


def _of(source_kind: str, source_id: int, customer_ids: list[int]) -> QuerySet[Intervention]:
    return Intervention.objects.filter(
        trial__source_kind=source_kind, trial__source_id=source_id, customer__in=customer_ids
    )


def _batches(customer_ids: Iterable[int]) -> Iterable[list[int]]:
    ids = list(customer_ids)
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
