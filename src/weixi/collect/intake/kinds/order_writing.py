"""Orders and their lines into the tables; call inside a transaction that holds the import lock."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before, plain
from weixi.collect.intake.checks.columns import Fault
from weixi.collect.intake.reasons import reason as _
from weixi.collect.orders.models import Order, OrderLine, Product
from weixi.core.bulk import insert

from .known_customers import create_bare, customers_by_number, refusal
from .loading import Outcome, Setup

if TYPE_CHECKING:
    from .order_lines import Lines
    from .orders import Checked, Head

ORDER_COLUMNS = (
    "id", "number", "customer_id", "ordered_at", "due_on", "paid_on", "returned_of", "currency",
    "amount", "cost", "import_id",
)  # fmt: skip
LINE_COLUMNS = (
    "id", "order_id", "product_id", "line_key", "kind", "quantity_e3", "unit_price_e4", "discount",
    "amount", "unit_cost_e4", "cost", "import_id",
)  # fmt: skip
HEAD = ("customer_id", "ordered_at", "due_on", "paid_on", "returned_of")


class Known(NamedTuple):
    """An order that is there already."""

    number: str
    id: int
    customer_id: int | None
    ordered_at: Any
    due_on: Any
    paid_on: Any
    returned_of: str
    import_id: int | None


class There(NamedTuple):
    """A product that is there already."""

    number: str
    id: int
    name: str
    category: str
    import_id: int | None


def write_orders(setup: Setup, checked: "Checked") -> Outcome:
    outcome = Outcome()
    columns = ("number", "id", *HEAD, "import_id")
    known = {
        row[0]: Known(*row) for row in bulk.rows_where(Order, "number", checked.heads, columns)
    }
    customers = _customers(setup, checked, outcome)
    _refuse_other_customers(checked, known, customers, outcome)
    lines = checked.lines.without_rows(outcome.faults)
    heads = [checked.heads[number] for number in dict.fromkeys(lines.order)]
    products = _products(setup, checked, lines)
    ids = {head.number: known[head.number].id for head in heads if head.number in known}
    there = _lines_there(list(ids.values()))
    new = [head for head in heads if head.number not in known]
    ids.update(_insert_orders(setup, new, lines, customers))
    changed_rows = _update_heads(setup, heads, known, customers, _first_rows(lines))
    fresh = lines
    if there:
        places = zip(lines.order, lines.key, strict=True)
        fresh = lines.where([(ids[order], key) not in there for order, key in places])
        changed_rows |= _update_costs(setup, lines, ids, there)
    _insert_lines(setup, fresh, ids, products)
    touched = set(fresh.order)
    touched.update(o for o, row in zip(lines.order, lines.row, strict=True) if row in changed_rows)
    recompute([known[number].id for number in touched if number in known])
    _count(outcome, lines, fresh, changed_rows, _without_customer(heads, known))
    return outcome


def _customers(setup: Setup, checked: "Checked", outcome: Outcome) -> dict[str, int]:
    """Ids by number; rows of customers that are not known or not reached become faults."""
    numbers = {head.customer for head in checked.heads.values() if head.customer is not None}
    ids, beyond = customers_by_number(setup, numbers)
    if setup.makes_customers:
        made = create_bare(setup, sorted(numbers - ids.keys() - beyond))
        ids.update(made)
        outcome.customer_ids.update(made.values())
    refused = {
        head.number: refusal("customer_id", head.customer, beyond)
        for head in checked.heads.values()
        if head.customer is not None and head.customer not in ids
    }
    _refuse(checked.lines, refused, outcome)
    return ids


def _refuse(lines: "Lines", refused: dict[str, Fault], outcome: Outcome) -> None:
    """Every row of these orders."""
    if refused:
        for row, order in zip(lines.row, lines.order, strict=True):
            if order in refused:
                outcome.faults[row] = refused[order]


def _refuse_other_customers(
    checked: "Checked", known: dict[str, Known], customers: dict[str, int], outcome: Outcome
) -> None:
    """An import never moves an order from one customer to another."""
    refused = {}
    for number, order in known.items():
        customer = checked.heads[number].customer
        if customer is None or order.customer_id is None or customer not in customers:
            continue
        if customers[customer] != order.customer_id:
            reason = _("The order %(order)s belongs to another customer.") % {"order": number}
            refused[number] = Fault("customer_id", customer, reason)
    _refuse(checked.lines, refused, outcome)


def _products(setup: Setup, checked: "Checked", lines: "Lines") -> dict[str | None, int]:
    """Ids by number. New ones are created; what one has no word for gets that of the file."""
    numbers = [number for number in dict.fromkeys(lines.product) if number is not None]
    columns = ("number", "id", "name", "category", "import_id")
    rows = [There(*row) for row in bulk.rows_where(Product, "number", numbers, columns)]
    ids: dict[str | None, int] = {row.number: row.id for row in rows}
    new = [number for number in numbers if number not in ids]
    new_ids = bulk.new_ids(Product, len(new))
    names, categories = checked.product_names, checked.product_categories
    insert(
        Product,
        ("id", "number", "name", "category", "import_id"),
        [
            (id_, number, names.get(number, ""), categories.get(number, ""), setup.batch_id)
            for id_, number in zip(new_ids, new, strict=True)
        ],
    )
    _complete(setup, rows, names, categories)
    return ids | dict(zip(new, new_ids, strict=True))


def _complete(
    setup: Setup, rows: Sequence[There], names: dict[str, str], categories: dict[str, str]
) -> None:
    after = {
        row.id: (row.name or names.get(row.number, ""),
                 row.category or categories.get(row.number, ""))
        for row in rows
    }  # fmt: skip
    changed = [row for row in rows if after[row.id] != (row.name, row.category)]
    images = [
        (row.id, {"name": row.name, "category": row.category})
        for row in changed
        if row.import_id != setup.batch_id
    ]
    keep_before(setup.batch_id, Product, images)
    bulk.update(Product, ("name", "category"), [(*after[row.id], row.id) for row in changed])


def _lines_there(order_ids: Sequence[int]) -> dict[tuple[int, int], tuple[Any, ...]]:
    columns = ("order_id", "line_key", "id", "unit_cost_e4", "cost", "import_id")
    rows = bulk.rows_where(OrderLine, "order_id", order_ids, columns)
    return {(row[0], row[1]): row[2:] for row in rows}


def _insert_orders(
    setup: Setup, heads: Sequence["Head"], lines: "Lines", customers: dict[str, int]
) -> dict[str, int]:
    ids = dict(zip((h.number for h in heads), bulk.new_ids(Order, len(heads)), strict=True))
    amounts, costs = _sums(lines)
    insert(
        Order,
        ORDER_COLUMNS,
        [
            (ids[h.number], h.number, customers.get(h.customer or ""), h.ordered_at, h.due_on,
             h.paid_on, h.returned_of, setup.currency, amounts[h.number], costs.get(h.number),
             setup.batch_id)
            for h in heads
        ],
    )  # fmt: skip
    return ids


def _sums(lines: "Lines") -> tuple[dict[str, int], dict[str, int]]:
    amounts: dict[str, int] = {}
    costs: dict[str, int] = {}
    for order, amount, cost in zip(lines.order, lines.amount, lines.cost, strict=True):
        amounts[order] = amounts.get(order, 0) + amount
        if cost is not None:
            costs[order] = costs.get(order, 0) + cost
    return amounts, costs


def _insert_lines(
    setup: Setup, lines: "Lines", orders: dict[str, int], products: dict[str | None, int]
) -> None:
    size = len(lines.row)
    columns = (
        bulk.new_ids(OrderLine, size),
        [orders[number] for number in lines.order],
        [products.get(number) for number in lines.product],
        lines.key,
        lines.kinds(),
        lines.quantity_e3,
        lines.unit_price_e4,
        lines.discount,
        lines.amount,
        lines.unit_cost_e4,
        lines.cost,
        repeat(setup.batch_id, size),
    )
    insert(OrderLine, LINE_COLUMNS, zip(*columns, strict=True))


def _update_heads(
    setup: Setup,
    heads: Iterable["Head"],
    known: dict[str, Known],
    customers: dict[str, int],
    first_rows: dict[str, int],
) -> set[int]:
    """Orders whose head in the file says something else; empty cells say nothing."""
    images, updates, rows = [], [], set()
    for head in heads:
        order = known.get(head.number)
        if order is None:
            continue
        new = _head_values(head, customers)
        old = (order.customer_id, *order[3:7])
        wanted = tuple(n if n not in (None, "") else o for n, o in zip(new, old, strict=True))
        if not head.is_first:  # what stood further up in the file has said it already
            wanted = (wanted[0] if old[0] is None else old[0], *old[1:])
        if wanted == old:
            continue
        rows.add(first_rows[head.number])
        updates.append((*wanted, order.id))
        if order.import_id != setup.batch_id:
            images.append((order.id, dict(zip(HEAD, map(plain, old), strict=True))))
    keep_before(setup.batch_id, Order, images)
    bulk.update(Order, HEAD, updates)
    return rows


def _first_rows(lines: "Lines") -> dict[str, int]:
    return dict(zip(reversed(lines.order), reversed(lines.row), strict=True))


def _head_values(head: "Head", customers: dict[str, int]) -> tuple[Any, ...]:
    customer = customers.get(head.customer or "")
    return (customer, head.ordered_at, head.due_on, head.paid_on, head.returned_of)


def _update_costs(
    setup: Setup,
    lines: "Lines",
    orders: dict[str, int],
    there: dict[tuple[int, int], tuple[Any, ...]],
) -> set[int]:
    """A line that is there, and whose cost the file knows better."""
    images, updates, rows = [], [], set()
    columns = (lines.row, lines.order, lines.key, lines.unit_cost_e4, lines.cost)
    for row, order, key, unit_cost, cost in zip(*columns, strict=True):
        old = there.get((orders[order], key))
        if old is None or unit_cost is None or unit_cost == old[1]:
            continue
        rows.add(row)
        updates.append((unit_cost, cost, old[0]))
        if old[3] != setup.batch_id:
            images.append((old[0], {"unit_cost_e4": old[1], "cost": old[2]}))
    keep_before(setup.batch_id, OrderLine, images)
    bulk.update(OrderLine, ("unit_cost_e4", "cost"), updates)
    return rows


def recompute(order_ids: Sequence[int]) -> None:
    """Amount and cost of orders are the sums of their lines."""
    if not order_ids:
        return
    some = (
        "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE orders_order SET amount = (SELECT COALESCE(SUM(l.amount), 0)"  # noqa: S608
            " FROM orders_orderline l WHERE l.order_id = orders_order.id),"
            " cost = (SELECT SUM(l.cost) FROM orders_orderline l"
            " WHERE l.order_id = orders_order.id)"
            f" WHERE id {some}",
            [bulk.many(order_ids)],
        )


def _without_customer(heads: Iterable["Head"], known: dict[str, Known]) -> set[str]:
    return {
        head.number
        for head in heads
        if head.customer is None
        and (head.number not in known or known[head.number].customer_id is None)
    }


def _count(
    outcome: Outcome,
    lines: "Lines",
    fresh: "Lines",
    changed_rows: set[int],
    anonymous: set[str],
) -> None:
    updated = len(changed_rows.difference(fresh.row))
    outcome.created, outcome.updated = len(fresh.row), updated
    outcome.unchanged = len(lines.row) - len(fresh.row) - updated
    outcome.anonymous = sum(order in anonymous for order in fresh.order) if anonymous else 0
