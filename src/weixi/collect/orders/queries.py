"""Reads about orders, cut by the actor's reach. Anonymous sales: only for who reaches all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page, page_of
from weixi.core.prepared import prepared
from weixi.staff.permissions import reachable

from .models import Order, OrderLine, Product
from .rules import LineKind

NEWEST = Keyset(("-ordered_at", "-id"), "orders")
FOUND_MOST = 10


@dataclass(frozen=True)
class OrderRow:
    """Amounts in minor units of `currency`; cost None: unknown. Customer None: anonymous."""

    id: int
    number: str
    customer_id: int | None
    customer_number: str
    customer: str
    ordered_at: datetime
    due_on: date | None
    paid_on: date | None
    returned_of: str
    currency: str
    amount: int
    cost: int | None
    lines: int


@dataclass(frozen=True)
class LineRow:
    """Quantity in thousandths, unit price and cost in 1/10000 of a unit, amounts minor units."""

    product_number: str
    product: str
    kind: str
    quantity_e3: int
    unit_price_e4: int
    discount: int
    amount: int
    unit_cost_e4: int | None
    cost: int | None


@dataclass(frozen=True)
class CategoryRow:
    """Amounts in minor units, returns taken off."""

    category: str
    before: int
    since: int
    newest: datetime


@dataclass(frozen=True)
class OrderCard(OrderRow):
    """An order with its lines. `edited_at` goes back with a change."""

    edited_at: datetime | None
    line_rows: Sequence[LineRow]


def orders_of(
    actor: Actor, customer_id: int, *, cursor: str = "", limit: int = LIMIT
) -> Page[OrderRow]:
    """A customer's orders, the newest first; empty when the customer is out of reach."""
    actor.need("orders.view")
    if not cursor:
        found = _newest_of(actor, customer_id, most=limit + 1)
        return page_of(found, NEWEST, limit=limit, render=_counted)
    rows = _reached(actor).filter(customer_id=customer_id)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


@prepared
def _newest_of(actor: Actor, customer_id: int, *, most: int) -> QuerySet[Order]:
    """With `n`, the number of lines."""
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
    counted = Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0)
    rows = _within(actor).filter(customer_id=customer_id).annotate(n=counted)
    return rows.order_by(*NEWEST.columns)[:most]


def _counted(rows: Sequence[Any]) -> list[OrderRow]:
    return [_row(row, row.n) for row in rows]


def count_of(actor: Actor, customer_id: int) -> int:
    return _reached(actor).filter(customer_id=customer_id).count()


def purchase_days_of(actor: Actor, customer_id: int, *, since: date) -> list[tuple[date, int]]:
    """Days with sales above zero and their amount, the oldest first."""
    zone = timezone.get_default_timezone()
    return _purchase_days(actor, customer_id, datetime.combine(since, time.min, zone))


@prepared
def _purchase_days(
    actor: Actor, customer_id: int, since: datetime
) -> QuerySet[OrderLine, tuple[date, int]]:
    zone = timezone.get_default_timezone()
    days = (
        OrderLine.objects.filter(
            reachable(actor, "order__customer__"),
            order__customer_id=customer_id,
            order__ordered_at__gte=since,
            kind=LineKind.SALE,
        )
        .annotate(day=TruncDate("order__ordered_at", tzinfo=zone))
        .values("day")
        .annotate(sales=Sum("amount"))
        .filter(sales__gt=0)
    )
    return days.order_by("day").values_list("day", "sales")


def categories_of(
    actor: Actor, customer_id: int, *, first: date, parted: date, last: date
) -> list[CategoryRow]:
    """What was bought from `first` to `last` by category, before `parted` and since; the category
    that lost most comes first, and lines without one stand under an empty name."""
    actor.need("orders.view")
    zone = timezone.get_default_timezone()
    start, middle, end = (
        datetime.combine(day, time.min, zone) for day in (first, parted, last + timedelta(days=1))
    )
    is_before = Q(order__ordered_at__lt=middle)
    rows = (
        OrderLine.objects.filter(
            reachable(actor, "order__customer__"),
            order__customer_id=customer_id,
            order__ordered_at__gte=start,
            order__ordered_at__lt=end,
        )
        .values_list(Coalesce("product__category", Value("")))
        .annotate(
            before=Coalesce(Sum("amount", filter=is_before), 0),
            since=Coalesce(Sum("amount", filter=~is_before), 0),
            newest=Max("order__ordered_at"),
        )
    )
    found = [CategoryRow(*row) for row in rows.order_by()]
    return sorted(found, key=lambda row: (row.since - row.before, row.category))


def products(text: str) -> list[tuple[str, str]]:
    """(number, name) of products whose number or name holds `text`, for the order form."""
    found = Product.objects.filter(Q(name__icontains=text) | Q(number__istartswith=text))
    return list(found.order_by("name", "pk").values_list("number", "name")[:FOUND_MOST])


def listing(
    actor: Actor,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    unpaid: bool | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[OrderRow]:
    """Orders within reach in [since, until), the newest first."""
    rows = _reached(actor)
    if since:
        rows = rows.filter(ordered_at__gte=since)
    if until:
        rows = rows.filter(ordered_at__lt=until)
    if unpaid is not None:
        rows = rows.filter(paid_on__isnull=unpaid)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def get(actor: Actor, number: str) -> Order:
    """Raises Missing, the same for "not there" and "not yours"."""
    row = _reached(actor).filter(number=number).first()
    if row is None:
        raise Missing("order")
    return row


def order(actor: Actor, number: str) -> OrderCard:
    row = get(actor, number)
    lines = OrderLine.objects.filter(order=row).select_related("product").order_by("pk")
    shown = [_line(line) for line in lines]
    values = vars(_row(row, len(shown)))
    return OrderCard(**values, edited_at=row.edited_at, line_rows=shown)


def find_by_number(actor: Actor, text: str) -> list[OrderRow]:
    """Orders of exactly this number, for the search palette."""
    text = text.strip()
    if not text or not actor.may("orders.view"):
        return []
    return _rendered(list(_reached(actor).filter(number=text)[:FOUND_MOST]))


def _reached(actor: Actor) -> QuerySet[Order]:
    actor.need("orders.view")
    return _within(actor)


def _within(actor: Actor) -> QuerySet[Order]:
    rows = Order.objects.filter(reachable(actor, "customer__")).select_related("customer")
    return rows.defer("customer__custom", "customer__origins")


def _rendered(rows: Sequence[Order]) -> list[OrderRow]:
    ids = [row.pk for row in rows]
    counted = OrderLine.objects.filter(order__in=ids).values("order").annotate(n=Count("pk"))
    lines = dict(counted.values_list("order", "n"))
    return [_row(row, lines.get(row.pk, 0)) for row in rows]


def _row(row: Order, lines: int) -> OrderRow:
    return OrderRow(
        id=row.pk,
        number=row.number,
        customer_id=row.customer_id,
        customer_number=row.customer.number if row.customer else "",
        customer=row.customer.name if row.customer else "",
        ordered_at=row.ordered_at,
        due_on=row.due_on,
        paid_on=row.paid_on,
        returned_of=row.returned_of,
        currency=row.currency,
        amount=row.amount,
        cost=row.cost,
        lines=lines,
    )


def _line(line: OrderLine) -> LineRow:
    return LineRow(
        product_number=line.product.number if line.product else "",
        product=line.product.name if line.product else "",
        kind=line.kind,
        quantity_e3=line.quantity_e3,
        unit_price_e4=line.unit_price_e4,
        discount=line.discount,
        amount=line.amount,
        unit_cost_e4=line.unit_cost_e4,
        cost=line.cost,
    )


def last_order_day() -> date | None:
    """In the company's time zone; None while there are no orders."""
    newest = Order.objects.order_by("-ordered_at", "-id").values_list("ordered_at", flat=True)
    moment = newest.first()
    return None if moment is None else timezone.localdate(moment)
