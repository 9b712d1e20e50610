"""Orders with their lines."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.customers.queries import get as get_customer
from weixi.collect.orders import actions, queries
from weixi.core.clock import now
from weixi.core.money import PRICE_SCALE, QUANTITY_SCALE

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Day, Id, Limit, Moment, PageOf, Reference, page_of

router = Router(tags=["orders"])
VIEW, EDIT = needs("orders.view"), needs("orders.edit")
Number = Annotated[str, Path(min_length=1, max_length=64)]
Quantity = Annotated[Decimal, Field(ge=-(10**7), le=10**7, max_digits=11, decimal_places=3)]
Price = Annotated[Decimal, Field(ge=-(10**9), le=10**9, max_digits=14, decimal_places=4)]
Days = Day | None


class OrderRow(Schema):
    """`amount` and `cost` in minor units of `currency`; no customer: an anonymous sale."""

    number: str
    customer_id: int | None
    customer_number: str
    customer: str
    ordered_at: datetime
    due_on: Day | None
    paid_on: Day | None
    returned_of: str
    currency: str
    amount: int
    cost: int | None
    lines: int


class LineOut(Schema):
    """Quantity and prices are decimal numbers as text; amounts are minor units."""

    product_number: str
    product: str
    kind: str
    quantity: str
    unit_price: str
    discount: int
    amount: int
    unit_cost: str | None
    cost: int | None


class OrderOut(OrderRow):
    """Send `edited_at` back as `seen` with a change."""

    edited_at: datetime | None
    line_items: list[LineOut]


class LineIn(Body):
    """`discount` in minor units, off the whole line. `product_category` counts for a product that
    has none yet."""

    quantity: Quantity
    unit_price: Price
    product_number: Annotated[str, Field(max_length=64)] = ""
    product_name: Annotated[str, Field(max_length=200)] = ""
    product_category: Annotated[str, Field(max_length=60)] = ""
    discount: Annotated[int, Field(ge=0, le=10**13)] = 0
    unit_cost: Price | None = None


class OrderIn(Body):
    """`number` empty: the system gives one."""

    customer_id: Reference | None
    ordered_at: Moment
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=500)]
    number: Annotated[str, Field(max_length=64)] = ""
    due_on: Day | None = None
    paid_on: Day | None = None
    returned_of: Annotated[str, Field(max_length=64)] = ""


class PaidIn(Body):
    """Null takes it back."""

    paid_on: Day | None


@router.get("/orders", response=PageOf[OrderRow], auth=VIEW)
def list_orders(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    unpaid: bool | None = None,
) -> Any:
    """The newest first; `since` ≤ ordered_at < `until`."""
    page = queries.listing(
        request.actor, since=since, until=until, unpaid=unpaid, cursor=cursor, limit=limit
    )
    return page_of(page, OrderRow.from_orm)


@router.get("/customers/{int:customer_id}/orders", response=PageOf[OrderRow], auth=VIEW)
def orders_of_customer(
    request: ApiRequest, customer_id: Id, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    get_customer(request.actor, customer_id)
    page = queries.orders_of(request.actor, customer_id, cursor=cursor, limit=limit)
    return page_of(page, OrderRow.from_orm)


@router.post("/orders", response={201: OrderOut}, auth=EDIT)
@idempotent
def create_order(request: ApiRequest, body: OrderIn) -> Any:
    """Amounts are reckoned from the lines."""
    values = body.model_dump(exclude={"lines"})
    new = actions.NewOrder(**values, lines=[_new_line(line) for line in body.lines])
    made = actions.create_order(new, by=request.actor, at=now())
    return Status(201, _card(request, made.number))


@router.get("/orders/{number}", response=OrderOut, auth=VIEW)
def get_order(request: ApiRequest, number: Number) -> Any:
    return _card(request, number)


@router.post("/orders/{number}/paid", response=OrderOut, auth=EDIT)
@idempotent
def mark_paid(request: ApiRequest, number: Number, body: PaidIn) -> Any:
    actions.mark_paid(number, paid_on=body.paid_on, by=request.actor, at=now())
    return _card(request, number)


def _new_line(line: LineIn) -> actions.NewLine:
    return actions.NewLine(
        quantity_e3=int(line.quantity * QUANTITY_SCALE),
        unit_price_e4=int(line.unit_price * PRICE_SCALE),
        product_number=line.product_number.strip(),
        product_name=line.product_name,
        product_category=line.product_category,
        discount=line.discount,
        unit_cost_e4=None if line.unit_cost is None else int(line.unit_cost * PRICE_SCALE),
    )


def _card(request: ApiRequest, number: str) -> OrderOut:
    order = queries.order(request.actor, number)
    lines = [
        LineOut(
            product_number=line.product_number,
            product=line.product,
            kind=line.kind,
            quantity=_decimal(line.quantity_e3, 3),
            unit_price=_decimal(line.unit_price_e4, 4),
            discount=line.discount,
            amount=line.amount,
            unit_cost=None if line.unit_cost_e4 is None else _decimal(line.unit_cost_e4, 4),
            cost=line.cost,
        )
        for line in order.line_rows
    ]
    return OrderOut(**vars(OrderRow.from_orm(order)), edited_at=order.edited_at, line_items=lines)


def _decimal(whole: int, places: int) -> str:
    return str(Decimal(whole).scaleb(-places))
