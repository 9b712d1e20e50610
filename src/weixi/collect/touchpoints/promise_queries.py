"""Reads about promises, cut by the actor's reach; and the counts they are judged by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.models import User
from weixi.staff.permissions import listed

from .models import Promise
from .rules import Kept, PromiseState

SOONEST = Keyset(("due_at", "id"), "promises")
OVERDUE, EXCEEDED, DECIDED = "overdue", "exceeded", "decided"


@dataclass(frozen=True)
class PromiseRow:
    """`is_overdue`: open, and its time has passed."""

    id: int
    customer_id: int
    customer: str
    what: str
    made_at: datetime
    due_at: datetime
    made_by: str
    state: str
    settled_at: datetime | None
    more: str
    reason: str
    is_overdue: bool


@dataclass(frozen=True)
class KeptRow:
    """One person's or one team's. `key`: its number; None: nobody, no team."""

    key: int | None
    name: str
    counts: Kept


def promises_of(actor: Actor, customer_id: int, *, at: datetime) -> list[PromiseRow]:
    """Open ones first, by their time; then the newest of the others."""
    rows = list(_reached(actor).filter(customer_id=customer_id).order_by("due_at", "pk"))
    still = [row for row in rows if row.state == PromiseState.OPEN]
    done = [row for row in reversed(rows) if row.state != PromiseState.OPEN]
    return [_row(row, at) for row in (*still, *done)]


def promise(actor: Actor, promise_id: int) -> Promise:
    row = _reached(actor).filter(pk=promise_id).first()
    if row is None:
        raise Missing("promise")
    return row


def promise_row(actor: Actor, promise_id: int, *, at: datetime) -> PromiseRow:
    return _row(promise(actor, promise_id), at)


def listing(
    actor: Actor,
    *,
    at: datetime,
    state: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    person: int | None = None,
    team: int | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[PromiseRow]:
    """By the time they are due. `since` ≤ due < `until`; person and team: 0 for none."""
    rows = matching(actor, at=at, state=state, since=since, until=until, person=person, team=team)
    return keyset_page(
        rows,
        SOONEST,
        cursor=cursor,
        limit=limit,
        render=lambda found: [_row(row, at) for row in found],
    )


def matching(
    actor: Actor,
    *,
    at: datetime,
    state: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    person: int | None = None,
    team: int | None = None,
) -> QuerySet[Promise]:
    """What a list shows, and what a figure counts."""
    rows = _reached(actor)
    if state:
        rows = rows.filter(_condition(state, at))
    if since is not None:
        rows = rows.filter(due_at__gte=since)
    if until is not None:
        rows = rows.filter(due_at__lt=until)
    if person is not None:
        rows = rows.filter(made_by=person or None)
    if team is not None:
        rows = rows.filter(made_by__team=team or None)
    return rows


def kept_by_person(
    actor: Actor, *, since: datetime, until: datetime, at: datetime
) -> list[KeptRow]:
    """Promises due in [since, until), by who made them."""
    rows = matching(actor, at=at, since=since, until=until)
    counted = _counted(rows, "made_by", at)
    names = {u.pk: str(u) for u in User.objects.filter(pk__in=[k for k in counted if k])}
    return _sorted(KeptRow(key, names.get(key or 0, ""), n) for key, n in counted.items())


def kept_by_team(actor: Actor, *, since: datetime, until: datetime, at: datetime) -> list[KeptRow]:
    """The same by the team of who made them."""
    rows = matching(actor, at=at, since=since, until=until)
    counted = _counted(rows, "made_by__team", at)
    users = User.objects.filter(team__in=[k for k in counted if k]).select_related("team")
    names = {u.team_id: str(u.team) for u in users}
    return _sorted(KeptRow(key, names.get(key, ""), n) for key, n in counted.items())


def kept_of_all(actor: Actor, *, since: datetime, until: datetime, at: datetime) -> Kept:
    found = matching(actor, at=at, since=since, until=until).aggregate(**_counts(at))
    return Kept(**found)


def promises_due(
    day: date, customer_ids: Iterable[int] | None = None
) -> dict[int, list[tuple[str, date]]]:
    """Open promises due on that day or before: (what, day) by customer, for the day's plan."""
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    rows = Promise.objects.filter(
        state=PromiseState.OPEN, due_at__lt=end, customer__merged_into=None
    ).order_by("due_at", "pk")
    if customer_ids is not None:
        rows = rows.filter(customer__in=list(customer_ids))
    found: dict[int, list[tuple[str, date]]] = {}
    for customer, what, due_at in rows.values_list("customer_id", "what", "due_at"):
        found.setdefault(customer, []).append((what, timezone.localdate(due_at)))
    return found


def _counts(at: datetime) -> dict[str, Count]:
    return {
        "open": Count("pk", filter=Q(state=PromiseState.OPEN)),
        "kept": Count("pk", filter=Q(state=PromiseState.KEPT)),
        "late": Count("pk", filter=Q(state=PromiseState.LATE)),
        "broken": Count("pk", filter=Q(state=PromiseState.BROKEN)),
        "overdue": Count("pk", filter=_overdue(at)),
        "exceeded": Count("pk", filter=~Q(more="")),
    }


def _counted(rows: QuerySet[Promise], by: str, at: datetime) -> dict[int | None, Kept]:
    found = rows.order_by().values(by).annotate(**_counts(at))
    return {row.pop(by): Kept(**row) for row in found}


def _sorted(rows: Iterable[KeptRow]) -> list[KeptRow]:
    """Those with most to tell first."""
    return sorted(rows, key=lambda row: (-row.counts.decided, row.name))


def _overdue(at: datetime) -> Q:
    return Q(state=PromiseState.OPEN, due_at__lte=at - timedelta(minutes=1))


def _condition(state: str, at: datetime) -> Q:
    """A state, or what a figure counts: "overdue", "exceeded", "decided"."""
    if state == OVERDUE:
        return _overdue(at)
    if state == EXCEEDED:
        return ~Q(more="")
    if state == DECIDED:
        return ~Q(state=PromiseState.OPEN) | _overdue(at)
    return Q(state=PromiseState(state))


def _reached(actor: Actor) -> QuerySet[Promise]:
    actor.need("customers.view")
    rows = Promise.objects.filter(listed(actor, "customer__"))
    return rows.select_related("customer", "made_by")


def _row(row: Promise, at: datetime) -> PromiseRow:
    return PromiseRow(
        id=row.pk,
        customer_id=row.customer_id,
        customer=row.customer.name,
        what=row.what,
        made_at=row.made_at,
        due_at=row.due_at,
        made_by=str(row.made_by) if row.made_by else row.made_by_name,
        state=row.state,
        settled_at=row.settled_at,
        more=row.more,
        reason=row.reason,
        is_overdue=row.state == PromiseState.OPEN and row.due_at <= at - timedelta(minutes=1),
    )
