"""Give customers to another owner, one or many, with the way back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import bulk_record, entry, record
from weixi.staff.permissions import reachable
from weixi.staff.queries import colleagues, home_of

ASSIGNED_MOST = 10_000


@dataclass(frozen=True)
class Assigned:
    """`undo` is what undo_assign takes."""

    customers: int
    undo: int


@transaction.atomic
def assign(
    customer_ids: Iterable[int], *, owner_id: int | None, by: Actor, at: datetime
) -> Assigned:
    """Customers out of reach make the whole fail as Missing. Owner None: nobody's, team kept."""
    by.need("customers.assign")
    ids = sorted(set(customer_ids))
    if len(ids) > ASSIGNED_MOST:
        raise RuleBroken(_("At most %(most)s customers at once.") % {"most": ASSIGNED_MOST})
    rows = Customer.objects.filter(reachable(by), merged_into=None, pk__in=ids)
    before = list(rows.order_by("pk").values_list("pk", "owner_id", "team_id"))
    if len(before) < len(ids):
        raise Missing("customer")
    changed = [row for row in before if row[1] != owner_id]
    _write([pk for pk, *_ in changed], owner_id, _team(owner_id, by), at)
    facts: dict[str, Any] = {"owner": owner_id, "before": [list(row) for row in changed]}
    summary = record("customers.assigned", by=by, at=at, **facts)
    bulk_record(
        "customer.assigned",
        {pk: {"from": old, "to": owner_id} for pk, old, _ in changed},
        by=by,
        at=at,
    )
    return Assigned(len(changed), summary.pk)


@transaction.atomic
def undo_assign(undo: int, *, by: Actor, at: datetime) -> int:
    """Gives back those whose owner is still the one assigned then; returns how many.

    Only who assigned can take it back, and once.
    """
    by.need("customers.assign")
    done = entry(undo)
    if done is None or done.kind != "customers.assigned" or done.actor_id != by.user_id:
        raise Missing("assignment")
    given = done.facts["owner"]
    still = set(
        Customer.objects.filter(
            pk__in=[row[0] for row in done.facts["before"]], owner_id=given
        ).values_list("pk", flat=True)
    )
    back = sorted((r for r in done.facts["before"] if r[0] in still), key=_owner_and_team)
    for (owner_id, team_id), rows in groupby(back, key=lambda row: (row[1], row[2])):
        Customer.objects.filter(pk__in=[row[0] for row in rows]).update(
            owner_id=owner_id, team_id=team_id, changed_at=at, edited_at=at
        )
    bulk_record(
        "customer.assigned", {row[0]: {"from": given, "to": row[1]} for row in back}, by=by, at=at
    )
    record("customers.assign_undone", by=by, at=at, undone=undo, customers=len(back))
    return len(back)


def _owner_and_team(row: list[int | None]) -> tuple[int, int]:
    _, owner_id, team_id = row
    return owner_id or 0, team_id or 0


def _team(owner_id: int | None, by: Actor) -> int | None:
    """The new owner's team; the owner must be somebody whom the actor may give customers to."""
    if owner_id is None:
        return None
    if not colleagues(by).filter(pk=owner_id).exists():
        raise RuleBroken(_("You cannot give customers to this person."))
    return home_of(owner_id)[1]


def _write(ids: list[int], owner_id: int | None, team_id: int | None, at: datetime) -> None:
    values = {"owner_id": owner_id, "changed_at": at, "edited_at": at}
    if owner_id is not None:
        values["team_id"] = team_id
    Customer.objects.filter(pk__in=ids).update(**values)
