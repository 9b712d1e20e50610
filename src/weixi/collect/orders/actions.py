"""Writes about orders. Amounts and costs are reckoned here, never taken from outside."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get as get_customer
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, RuleBroken
from weixi.core.journal import record
from weixi.core.money import line_amount
from weixi.core.text import checked

from . import queries
from .models import Order, OrderLine, Product
from .rules import line_kind

LINES_MOST = 500
QUANTITY_MOST_E3 = 10**10  # ten million pieces
PRICE_MOST_E4 = 10**13  # a thousand million units
AMOUNT_MOST = 10**13  # minor units a line
OLDEST = 1990
AHEAD = timedelta(days=1)  # time zones and clocks differ
NUMBER_LENGTH = 64


@dataclass(frozen=True)
class NewLine:
    """Quantity in thousandths; unit price and cost in 1/10000 of a unit; discount minor units."""

    quantity_e3: int
    unit_price_e4: int
    product_number: str = ""
    product_name: str = ""
    product_category: str = ""
    discount: int = 0
    unit_cost_e4: int | None = None

    @property
    def amount(self) -> int:
        return line_amount(
            quantity_e3=self.quantity_e3, unit_price_e4=self.unit_price_e4, discount=self.discount
        )

    @property
    def cost(self) -> int | None:
        if self.unit_cost_e4 is None:
            return None
        return line_amount(quantity_e3=self.quantity_e3, unit_price_e4=self.unit_cost_e4)


@dataclass(frozen=True)
class NewOrder:
    """`number` empty: the system gives one. `customer_id` None: an anonymous sale."""

    customer_id: int | None
    ordered_at: datetime
    lines: Sequence[NewLine]
    number: str = ""
    due_on: date | None = None
    paid_on: date | None = None
    returned_of: str = ""


@transaction.atomic
def create_order(new: NewOrder, *, by: Actor, at: datetime) -> Order:
    by.need("orders.edit")
    _check_customer(new.customer_id, by)
    _check_time(new.ordered_at, at)
    _check_days(new)
    _check_lines(new.lines)
    costs = [line.cost for line in new.lines if line.cost is not None]
    order = Order.objects.create(
        number=_free_number(new.number, at),
        customer_id=new.customer_id,
        ordered_at=new.ordered_at,
        due_on=new.due_on,
        paid_on=new.paid_on,
        returned_of=_checked_returned(new.returned_of, by),
        currency=settings.CURRENCY,
        amount=sum(line.amount for line in new.lines),
        cost=sum(costs) if costs else None,
        edited_at=at,
    )
    _write_lines(order, new.lines)
    facts = {"order": order.pk, "number": order.number, "amount": order.amount}
    record("order.created", by=by, at=at, customer_id=new.customer_id, **facts)
    return order


@transaction.atomic
def change_order(
    number: str,
    *,
    lines: Sequence[NewLine] | None = None,
    due_on: date | None = None,
    paid_on: date | None = None,
    seen: datetime | None,
    by: Actor,
    at: datetime,
) -> Order:
    """`seen`: the edited_at that the changer saw. `lines` None leaves them; else all are new.

    Days are written as given: None empties them.
    """
    by.need("orders.edit")
    order = queries.get(by, number)
    values: dict[str, Any] = {"due_on": due_on, "paid_on": paid_on, "edited_at": at}
    if lines is not None:
        _check_lines(lines)
        costs = [line.cost for line in lines if line.cost is not None]
        values |= {
            "amount": sum(line.amount for line in lines),
            "cost": sum(costs) if costs else None,
        }
    _check_paid(order.ordered_at, due_on, paid_on)
    if not Order.objects.filter(pk=order.pk, edited_at=seen).update(**values):
        raise Conflict(_("Somebody has changed this order meanwhile. Load it again."))
    if lines is not None:
        OrderLine.objects.filter(order=order).delete()
        _write_lines(order, lines)
    facts = {"order": order.pk, "number": number, "amount": [order.amount, values.get("amount")]}
    record("order.changed", by=by, at=at, customer_id=order.customer_id, **facts)
    return queries.get(by, number)


@transaction.atomic
def mark_paid(number: str, *, paid_on: date | None, by: Actor, at: datetime) -> Order:
    """Paid on a day; None takes it back."""
    by.need("orders.edit")
    order = queries.get(by, number)
    _check_paid(order.ordered_at, None, paid_on)
    before, order.paid_on, order.edited_at = order.paid_on, paid_on, at
    order.save(update_fields=["paid_on", "edited_at"])
    record(
        "order.paid",
        by=by,
        at=at,
        customer_id=order.customer_id,
        number=number,
        paid_on=[before and before.isoformat(), paid_on and paid_on.isoformat()],
    )
    return order


def _write_lines(order: Order, lines: Sequence[NewLine]) -> None:
    products = _products(lines)
    places: Counter[NewLine] = Counter()
    rows = []
    for line in lines:
        places[line] += 1
        rows.append(
            OrderLine(
                order=order,
                product=products.get(line.product_number),
                line_key=_line_key(line, places[line]),
                kind=line_kind(quantity_e3=line.quantity_e3, unit_price_e4=line.unit_price_e4),
                quantity_e3=line.quantity_e3,
                unit_price_e4=line.unit_price_e4,
                discount=line.discount,
                amount=line.amount,
                unit_cost_e4=line.unit_cost_e4,
                cost=line.cost,
            )
        )
    OrderLine.objects.bulk_create(rows)


def _line_key(line: NewLine, place: int) -> int:
    """Content and place among equal lines of the order, as 63 bits."""
    words = "\0".join(map(str, (*astuple(line), place)))
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:8]) >> 1


def _products(lines: Sequence[NewLine]) -> dict[str, Product]:
    """Products of the lines; those not known yet are made, one without a category gets it."""
    told = {line.product_number: line for line in lines if line.product_number}
    known = Product.objects.in_bulk(list(told), field_name="number")
    for number, line in told.items():
        category = checked(line.product_category, what=_("Category"), at_most=60)
        if number not in known:
            checked(number, what=_("Product number"), at_most=NUMBER_LENGTH, need=True)
            name = checked(line.product_name, what=_("Product name"), at_most=200)
            known[number] = Product.objects.create(number=number, name=name, category=category)
        elif category and not known[number].category:
            known[number].category = category
            known[number].save(update_fields=["category"])
    return known


def _check_customer(customer_id: int | None, by: Actor) -> None:
    if customer_id is None:
        if by.reach != "all":
            raise RuleBroken(_("Say whose order this is."))
        return
    if get_customer(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))


def _check_time(ordered_at: datetime, at: datetime) -> None:
    if ordered_at > at + AHEAD:
        raise RuleBroken(_("An order cannot lie in the future."))
    if ordered_at.year < OLDEST:
        raise RuleBroken(_("This order lies too far back."))


def _check_days(new: NewOrder) -> None:
    _check_paid(new.ordered_at, new.due_on, new.paid_on)


def _check_paid(ordered_at: datetime, due_on: date | None, paid_on: date | None) -> None:
    earliest = (ordered_at - AHEAD).date()
    if due_on is not None and due_on < earliest:
        raise RuleBroken(_("An order is due on or after the day it was made."))
    if paid_on is not None and paid_on.year < OLDEST:
        raise RuleBroken(_("This day lies too far back."))


def _check_lines(lines: Sequence[NewLine]) -> None:
    if not 1 <= len(lines) <= LINES_MOST:
        raise RuleBroken(_("An order has 1 to %(most)s lines.") % {"most": LINES_MOST})
    for place, line in enumerate(lines, 1):
        prices = [line.unit_price_e4, line.unit_cost_e4 or 0]
        is_fine = (
            0 < abs(line.quantity_e3) <= QUANTITY_MOST_E3
            and all(abs(price) <= PRICE_MOST_E4 for price in prices)
            and 0 <= line.discount <= abs(line.amount + line.discount) <= AMOUNT_MOST
            and abs(line.cost or 0) <= AMOUNT_MOST
        )
        if not is_fine:
            raise RuleBroken(
                _("Line %(line)s: quantity, price or discount is out of range.") % {"line": place}
            )


def _checked_returned(number: str, by: Actor) -> str:
    number = checked(number, what=_("Returned order"), at_most=NUMBER_LENGTH)
    if number:
        queries.get(by, number)
    return number


def _free_number(wanted: str, at: datetime) -> str:
    if not wanted.strip():
        return f"W{at:%y%m%d}-{secrets.token_hex(4)}"
    number = checked(wanted, what=_("Order number"), at_most=NUMBER_LENGTH)
    if Order.objects.filter(number=number).exists():
        raise RuleBroken(_("The order number %(number)s is taken.") % {"number": number})
    return number
