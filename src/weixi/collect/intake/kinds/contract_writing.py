"""Until when a contract runs, as the file states it: a bond (C8) of the customer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weixi.collect.customers.models import Bond
from weixi.collect.customers.rules import BondKind
from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before, plain
from weixi.core.bulk import insert

from .loading import Setup

if TYPE_CHECKING:
    from .customers import Row

FIELD = "contract_until"
DESCRIPTION = "合同"
COLUMNS = ("customer_id", "kind", "description", "ends_on", "source", "recorded_at", "import_id")
CHANGED = ("ends_on", "source", "recorded_at")


def write_contracts(setup: Setup, people: Sequence[tuple[int, "Row"]], new: set[int]) -> set[int]:
    """A contract known from an earlier file is renewed; what people recorded themselves stays.
    Returns the customers whose contract changed."""
    stated = {id_: row.values[FIELD] for id_, row in people if FIELD in row.values}
    held = _held(stated.keys() - new)
    differing = {id_: day for id_, day in stated.items() if day not in _days(held.get(id_, []))}
    renewed = {id_: bond for id_ in differing if (bond := _imported(held.get(id_, [])))}
    moment, source = bulk.moment(setup.at), f"import {setup.batch_id}"
    insert(
        Bond,
        COLUMNS,
        [
            (id_, BondKind.CONTRACTUAL.value, DESCRIPTION, day, source, moment, setup.batch_id)
            for id_, day in differing.items()
            if id_ not in renewed
        ],
    )
    keep_before(setup.batch_id, Bond, [(bond["id"], _image(bond)) for bond in renewed.values()
                                       if bond["import_id"] != setup.batch_id])  # fmt: skip
    bulk.update(
        Bond, CHANGED, [(differing[id_], source, moment, b["id"]) for id_, b in renewed.items()]
    )
    return set(differing)


def _held(ids: set[int]) -> dict[int, list[dict[str, Any]]]:
    """The contracts of each customer, the newest last."""
    columns = ("customer_id", "id", "kind", "import_id", *CHANGED)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in sorted(bulk.rows_where(Bond, "customer_id", ids, columns), key=lambda r: r[1]):
        bond = dict(zip(columns, row, strict=True))
        if bond["kind"] == BondKind.CONTRACTUAL:
            found.setdefault(bond["customer_id"], []).append(bond)
    return found


def _days(bonds: Sequence[dict[str, Any]]) -> set[Any]:
    return {bond["ends_on"] for bond in bonds}


def _imported(bonds: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    told = (bond for bond in reversed(bonds) if bond["import_id"] is not None)
    return next((bond for bond in told if bond["source"].startswith("import ")), None)


def _image(bond: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(bond[name]) for name in CHANGED}
