"""Lists of customers cut and ordered by all that is known of them, also what is measured and
foreseen. Ordered by a figure, those whose figure is unknown come last, the newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from weixi.classify.models import Membership
from weixi.collect.customers import queries as customers
from weixi.collect.customers.filters import ORDERS
from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.money import MINOR_PER_UNIT
from weixi.core.paging import LIMIT, Keyset, Page, count_up_to, keyset_page
from weixi.measure.models import Snapshot
from weixi.predict.models import Score
from weixi.staff.permissions import reachable

from .selection import Selection

RANKED: dict[str, tuple[type[Snapshot] | type[Score], str]] = {
    "stake": (Score, "value_at_stake"),
    "risk": (Score, "churn_risk"),
    "revenue": (Snapshot, "revenue_12m"),
    "last_purchase": (Snapshot, "last_purchase"),
}
MEASURES_SHOWN = ("phase", "last_purchase", "revenue_12m")
SCORES_SHOWN = ("churn_risk", "value_at_stake")
UNKNOWN = Keyset(("-id",), "unknown")
Within = Sequence["QuerySet[Any]"]


@dataclass(frozen=True)
class Known:
    """What the lists show beside the customer's own data. None: not computed or unknown."""

    snapshot: Snapshot | None
    score: Score | None
    cells: dict[str, str]


def matching(actor: Actor, chosen: Selection, within: Within = ()) -> QuerySet[Customer]:
    """The customers that the selection means. `within`: further conditions, as customer ids."""
    rows = customers.matching(actor, chosen.customers)
    for ids in (*_cuts(chosen), *within):
        rows = rows.filter(pk__in=ids)
    return rows


def count(actor: Actor, chosen: Selection, within: Within = ()) -> tuple[int, bool]:
    """How many, counted up to 1,000; True when there are more."""
    return count_up_to(matching(actor, chosen, within))


def exact_count(actor: Actor, chosen: Selection, within: Within = ()) -> int:
    return matching(actor, chosen, within).count()


def ids(actor: Actor, chosen: Selection, within: Within = (), *, most: int) -> list[int]:
    """At most `most` + 1 ids, so that one can tell that there are more."""
    rows = matching(actor, chosen, within).order_by("pk")
    return list(rows.values_list("pk", flat=True)[: most + 1])


def page(
    actor: Actor,
    chosen: Selection,
    within: Within = (),
    *,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[customers.Row]:
    """One page of the list in the order of the selection."""
    found = page_of_ids(actor, chosen, within, cursor=cursor, limit=limit)
    rows = customers.rows_of(actor, found.rows)
    return Page([rows[pk] for pk in found.rows if pk in rows], found.next)


def page_of_ids(
    actor: Actor,
    chosen: Selection,
    within: Within = (),
    *,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[int]:
    """The same page, ids only: for the way from one customer to the next."""
    rows = matching(actor, chosen, within)
    if chosen.order not in RANKED:
        order = ORDERS[chosen.order]
        return keyset_page(rows, order, cursor=cursor, limit=limit, render=_own_ids)
    if cursor.startswith("-"):
        return _unknown_page(rows, chosen, cursor[1:], limit)
    first = _known_page(actor, rows, chosen, within, cursor, limit)
    if first.next:
        return first
    missing = limit - len(first.rows)
    if not missing:
        return Page(first.rows, "-" if _unknown(rows, chosen).exists() else "")
    rest = _unknown_page(rows, chosen, "", missing)
    return Page([*first.rows, *rest.rows], rest.next)


def known_of(customer_ids: Sequence[int]) -> dict[int, Known]:
    """What lists show of one page of customers: some measures and scores, and cells."""
    snapshots = Snapshot.objects.only(*MEASURES_SHOWN).in_bulk(list(customer_ids))
    scores = Score.objects.only(*SCORES_SHOWN).in_bulk(list(customer_ids))
    cells: dict[int, dict[str, str]] = {}
    members = Membership.objects.filter(customer__in=list(customer_ids))
    for pk, scheme, cell in members.values_list("customer_id", "scheme__code", "cell"):
        cells.setdefault(pk, {})[scheme] = cell
    return {pk: Known(snapshots.get(pk), scores.get(pk), cells.get(pk, {})) for pk in customer_ids}


def _known_page(
    actor: Actor,
    rows: QuerySet[Customer],
    chosen: Selection,
    within: Within,
    cursor: str,
    limit: int,
) -> Page[int]:
    """Those whose figure is known, from the figure's own table: its index gives the order."""
    model, column = RANKED[chosen.order]
    known: QuerySet[Any] = model._default_manager.filter(
        reachable(actor, "customer__"),
        customer__merged_into=None,
        **{f"{column}__isnull": False},
    )
    if chosen != Selection(order=chosen.order) or within:
        known = known.filter(customer__in=rows.values("pk"))
    keyset = Keyset((f"-{column}", "customer_id"), f"by-{chosen.order}")
    return keyset_page(known, keyset, cursor=cursor, limit=limit, render=_customer_ids)


def _unknown(rows: QuerySet[Customer], chosen: Selection) -> QuerySet[Customer]:
    model, column = RANKED[chosen.order]
    known: QuerySet[Any] = model._default_manager.filter(**{f"{column}__isnull": False})
    return rows.exclude(pk__in=known.values("customer_id"))


def _unknown_page(
    rows: QuerySet[Customer], chosen: Selection, cursor: str, limit: int
) -> Page[int]:
    found = keyset_page(
        _unknown(rows, chosen), UNKNOWN, cursor=cursor, limit=limit, render=_own_ids
    )
    return Page(found.rows, f"-{found.next}" if found.next else "")


def _own_ids(rows: Sequence[Any]) -> list[int]:
    return [row.pk for row in rows]


def _customer_ids(rows: Sequence[Any]) -> list[int]:
    return [row.customer_id for row in rows]


def _cuts(chosen: Selection) -> list["QuerySet[Any]"]:
    """Conditions on what upper stages know, as customer ids."""
    measured, foreseen = _measured(chosen), _foreseen(chosen)
    cuts: list[QuerySet[Any]] = []
    if measured:
        cuts.append(Snapshot.objects.filter(measured).values("customer_id"))
    if foreseen:
        cuts.append(Score.objects.filter(foreseen).values("customer_id"))
    for scheme, cells in chosen.cells.items():
        members = Membership.objects.filter(scheme__code=scheme, cell__in=cells)
        cuts.append(members.values("customer_id"))
    return cuts


def _measured(chosen: Selection) -> Q:
    found = Q()
    if chosen.phase:
        found &= Q(phase=chosen.phase)
    if chosen.last_from:
        found &= Q(last_purchase__gte=chosen.last_from)
    if chosen.last_to:
        found &= Q(last_purchase__lte=chosen.last_to)
    return found


def _foreseen(chosen: Selection) -> Q:
    found = Q()
    if chosen.risk_from is not None:
        found &= Q(churn_risk__gte=chosen.risk_from / 100)
    if chosen.risk_to is not None:
        found &= Q(churn_risk__lte=chosen.risk_to / 100)
    if chosen.stake_from is not None:
        found &= Q(value_at_stake__gte=chosen.stake_from * MINOR_PER_UNIT)
    if chosen.stake_to is not None:
        found &= Q(value_at_stake__lte=chosen.stake_to * MINOR_PER_UNIT)
    return found
