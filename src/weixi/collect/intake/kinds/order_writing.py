"""Orders and their lines into the tables; call inside a transaction that holds the import lock."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before, plain
from weixi.collect.intake.checks.columns import Fault
from weixi.collect.orders.models import Order, OrderLine, Product
from weixi.core.bulk import insert

from .known_customers import create_bare, customers_by_number, refusal
from .loading import Outcome, Setup

if TYPE_CHECKING:
    from .orders import Checked, Head, Line

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


def write_orders(setup: Setup, checked: "Checked") -> Outcome:
    outcome = Outcome()
    known = {
        row[0]: Known(*row)
        for row in bulk.rows_where(
            Order, "number", checked.heads, ("number", "id", *HEAD, "import_id")
        )
    }
    customers = _customers(setup, checked, outcome)
    _refuse_other_customers(checked, known, customers, outcome)
    lines = [line for line in checked.lines if line.row not in outcome.faults]
    heads = {number: checked.heads[number] for number in dict.fromkeys(n.order for n in lines)}
    products = _products(setup, lines, checked.product_names)
    there = _lines_there([known[number].id for number in heads if number in known])
    ids = {number: known[number].id for number in heads if number in known}
    new = [head for number, head in heads.items() if number not in known]
    ids.update(_insert_orders(setup, new, lines, customers))
    changed_rows = _update_heads(setup, heads.values(), known, customers, _first_rows(lines))
    fresh = [line for line in lines if (ids[line.order], line.key) not in there]
    _insert_lines(setup, fresh, ids, products)
    changed_rows |= _update_costs(setup, lines, ids, there)
    touched = {n.order for n in fresh} | {n.order for n in lines if n.row in changed_rows}
    recompute([known[number].id for number in touched if number in known])
    _count(outcome, lines, fresh, changed_rows, _without_customer(heads.values(), known))
    return outcome


def _customers(setup: Setup, checked: "Checked", outcome: Outcome) -> dict[str, int]:
    """Ids by number; rows of customers that are not known or not reached become faults."""
    numbers = {head.customer for head in checked.heads.values() if head.customer is not None}
    ids, beyond = customers_by_number(setup, numbers)
    if setup.makes_customers:
        made = create_bare(setup, sorted(numbers - ids.keys() - beyond))
        ids.update(made)
        outcome.customer_ids.update(made.values())
    for head in checked.heads.values():
        if head.customer is not None and head.customer not in ids:
            fault = refusal("customer_id", head.customer, beyond)
            outcome.faults.update(dict.fromkeys(head.rows, fault))
    return ids


def _refuse_other_customers(
    checked: "Checked", known: dict[str, Known], customers: dict[str, int], outcome: Outcome
) -> None:
    """An import never moves an order from one customer to another."""
    for number, order in known.items():
        head = checked.heads[number]
        if head.customer is None or order.customer_id is None or head.customer not in customers:
            continue
        if customers[head.customer] != order.customer_id:
            reason = _("The order %(order)s belongs to another customer.") % {"order": number}
            fault = Fault("customer_id", head.customer, reason)
            outcome.faults.update(dict.fromkeys(head.rows, fault))


def _products(setup: Setup, lines: Sequence["Line"], names: dict[str, str]) -> dict[str, int]:
    """Ids by number. New ones are created; one without a name gets the name of the file."""
    numbers = dict.fromkeys(line.product for line in lines if line.product is not None)
    rows = bulk.rows_where(Product, "number", numbers, ("number", "id", "name", "import_id"))
    ids = {number: id_ for number, id_, _name, _import in rows}
    new = [number for number in numbers if number not in ids]
    new_ids = bulk.new_ids(Product, len(new))
    insert(
        Product,
        ("id", "number", "name", "category", "import_id"),
        [
            (id_, number, names.get(number, ""), "", setup.batch_id)
            for id_, number in zip(new_ids, new, strict=True)
        ],
    )
    _name_products(setup, [row for row in rows if not row[2] and row[0] in names], names)
    return ids | dict(zip(new, new_ids, strict=True))


def _name_products(
    setup: Setup, nameless: Sequence[tuple[Any, ...]], names: dict[str, str]
) -> None:
    images = [
        (id_, {"name": ""}) for _n, id_, _name, made_by in nameless if made_by != setup.batch_id
    ]
    keep_before(setup.batch_id, Product, images)
    bulk.update(Product, ("name",), [(names[row[0]], row[1]) for row in nameless])


def _lines_there(order_ids: Sequence[int]) -> dict[tuple[int, int], tuple[Any, ...]]:
    columns = ("order_id", "line_key", "id", "unit_cost_e4", "cost", "import_id")
    rows = bulk.rows_where(OrderLine, "order_id", order_ids, columns)
    return {(row[0], row[1]): row[2:] for row in rows}


def _insert_orders(
    setup: Setup, heads: Sequence["Head"], lines: Sequence["Line"], customers: dict[str, int]
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


def _sums(lines: Sequence["Line"]) -> tuple[dict[str, int], dict[str, int]]:
    amounts: dict[str, int] = {}
    costs: dict[str, int] = {}
    for line in lines:
        amounts[line.order] = amounts.get(line.order, 0) + line.amount
        if line.cost is not None:
            costs[line.order] = costs.get(line.order, 0) + line.cost
    return amounts, costs


def _insert_lines(
    setup: Setup, lines: Sequence["Line"], orders: dict[str, int], products: dict[str, int]
) -> None:
    new_ids = bulk.new_ids(OrderLine, len(lines))
    batch = setup.batch_id
    insert(
        OrderLine,
        LINE_COLUMNS,
        [
            (id_, orders[n.order], products.get(n.product or ""), n.key, n.kind.value,
             n.quantity_e3, n.unit_price_e4, n.discount, n.amount, n.unit_cost_e4, n.cost, batch)
            for id_, n in zip(new_ids, lines, strict=True)
        ],
    )  # fmt: skip


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


def _first_rows(lines: Sequence["Line"]) -> dict[str, int]:
    rows: dict[str, int] = {}
    for line in lines:
        rows.setdefault(line.order, line.row)
    return rows


def _head_values(head: "Head", customers: dict[str, int]) -> tuple[Any, ...]:
    customer = customers.get(head.customer or "")
    return (customer, head.ordered_at, head.due_on, head.paid_on, head.returned_of)


def _update_costs(
    setup: Setup,
    lines: Sequence["Line"],
    orders: dict[str, int],
    there: dict[tuple[int, int], tuple[Any, ...]],
) -> set[int]:
    """A line that is there, and whose cost the file knows better."""
    images, updates, rows = [], [], set()
    for line in lines:
        old = there.get((orders[line.order], line.key))
        if old is None or line.unit_cost_e4 is None or line.unit_cost_e4 == old[1]:
            continue
        rows.add(line.row)
        updates.append((line.unit_cost_e4, line.cost, old[0]))
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
            " cost = (SELECT SUM(l.cost) FROM orders_orderline l WHERE l.order_id = orders_order.id)"
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
    lines: Sequence["Line"],
    fresh: Sequence["Line"],
    changed_rows: set[int],
    anonymous: set[str],
) -> None:
    new_rows = {line.row for line in fresh}
    updated = changed_rows - new_rows
    outcome.created, outcome.updated = len(fresh), len(updated)
    outcome.unchanged = len(lines) - len(fresh) - len(updated)
    outcome.anonymous = sum(line.order in anonymous for line in fresh)
