"""Which customers the rows of a file mean: by number, or by a phone, e-mail, account or card."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from weixi.collect.customers.models import Customer, Identity
from weixi.collect.customers.rules import IdentityKind
from weixi.collect.intake import bulk
from weixi.collect.intake.checks.columns import Fault
from weixi.collect.intake.reasons import reason as _
from weixi.core.vault import fingerprint

from .known_customers import beyond_reach, customers_by_number, refusal
from .loading import Setup

if TYPE_CHECKING:
    from .customers import Row

VALUES = ("name", "type", "birthday", "city", "industry", "source", "owner_id", "team_id")
BY_IDENTITY = {
    "phone": IdentityKind.PHONE,
    "email": IdentityKind.EMAIL,
    "wechat": IdentityKind.WECHAT,
    "card_number": IdentityKind.CARD,
}


class Found(NamedTuple):
    """A customer that is there already. `custom` and `origins` as the database wrote them."""

    id: int
    import_id: int | None
    changed_at: Any
    custom: str
    origins: str
    values: dict[str, Any]


def found_customers(
    setup: Setup, rows: Sequence["Row"]
) -> tuple[dict[int, Found], dict[int, Fault]]:
    """By row: the customer it means, or why it cannot be taken. In neither: it is a new one."""
    numbers = {number for row in rows if (number := _number(row))}
    by_number, beyond = customers_by_number(setup, numbers)
    faults = {
        row.row: refusal("customer_id", _number(row), beyond)
        for row in rows
        if _number(row) in beyond
    }
    ids = {row.row: by_number[_number(row)] for row in rows if _number(row) in by_number}
    if setup.update_by in BY_IDENTITY:
        ids = _by_identity(setup, rows, ids, faults)
    people = _loaded(set(ids.values()))
    return {row: people[id_] for row, id_ in ids.items() if row not in faults}, faults


def _number(row: "Row") -> str:
    return str(row.values.get("customer_id", ""))


def _by_identity(
    setup: Setup, rows: Sequence["Row"], by_number: dict[int, int], faults: dict[int, Fault]
) -> dict[int, int]:
    """One customer must hold the phone (or e-mail …), and the row may not name another one."""
    kind = BY_IDENTITY[setup.update_by]
    holders = _holders(setup, kind, [fingerprint(kind, row.key) for row in rows])
    ids = {}
    for row in rows:
        found = holders[fingerprint(kind, row.key)]
        if len(found) > 1:
            reason = _("%(count)d customers have this; nobody can say which one is meant.")
            faults[row.row] = Fault(setup.update_by, row.key, reason % {"count": len(found)})
        elif by_number.get(row.row, next(iter(found), None)) not in {None, *found}:
            reason = _("The customer with this number does not have it; another row may.")
            faults[row.row] = Fault(setup.update_by, row.key, reason)
        elif found:
            ids[row.row] = next(iter(found))
    return ids


def _holders(setup: Setup, kind: str, prints: Iterable[str]) -> dict[str, set[int]]:
    columns = ("fingerprint", "kind", "customer_id")
    holders: dict[str, set[int]] = defaultdict(set)
    for print_, kind_, customer_id in bulk.rows_where(
        Identity, "fingerprint", set(prints), columns
    ):
        if kind_ == kind:
            holders[print_].add(customer_id)
    merged = dict(_merged({id_ for ids in holders.values() for id_ in ids}))
    beyond = beyond_reach(setup, {merged.get(i) or i for ids in holders.values() for i in ids})
    for print_, ids in holders.items():
        holders[print_] = {merged.get(i) or i for i in ids} - beyond
    return holders


def _merged(ids: set[int]) -> list[tuple[Any, ...]]:
    return bulk.rows_where(Customer, "id", ids, ("id", "merged_into_id"))


def _loaded(ids: Iterable[int]) -> dict[int, Found]:
    columns = ("id", "import_id", "changed_at", "custom", "origins", *VALUES)
    people = {}
    for row in bulk.rows_where(Customer, "id", ids, columns):
        values = dict(zip(VALUES, row[5:], strict=True))
        id_, import_id, changed_at, custom, origins = row[:5]
        values["custom"] = json.loads(custom)
        people[id_] = Found(id_, import_id, changed_at, custom, origins, values)
    return people
