"""From when and until when a contract runs, as the file states it: a bond (C8)."""

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

FROM, UNTIL = "contract_from", "contract_until"
DESCRIPTION = "合同"
COLUMNS = (
    "customer_id", "kind", "description", "starts_on", "ends_on", "source", "recorded_at",
    "import_id",
)  # fmt: skip
# Since when it is known stays.
CHANGED = ("starts_on", "ends_on", "source")
Days = tuple[Any, Any]  # first and last; the first None: the file does not tell


def write_contracts(setup: Setup, people: Sequence[tuple[int, "Row"]], new: set[int]) -> set[int]:
    """A contract known from an earlier file is renewed; what people recorded themselves stays.
    Returns the customers whose contract changed."""
    stated = {
        id_: (row.values.get(FROM), row.values[UNTIL]) for id_, row in people if UNTIL in row.values
    }
    held = _held(stated.keys() - new)
    differing = {
        id_: days for id_, days in stated.items() if not _is_known(days, held.get(id_, []))
    }
    renewed = {id_: bond for id_ in differing if (bond := _imported(held.get(id_, [])))}
    moment, source = bulk.moment(setup.at), f"import {setup.batch_id}"
    insert(
        Bond,
        COLUMNS,
        [
            (id_, BondKind.CONTRACTUAL.value, DESCRIPTION, *days, source, moment, setup.batch_id)
            for id_, days in differing.items()
            if id_ not in renewed
        ],
    )
    keep_before(setup.batch_id, Bond, [(bond["id"], _image(bond)) for bond in renewed.values()
                                       if bond["import_id"] != setup.batch_id])  # fmt: skip
    rows = [(*_renewed(differing[id_], b), source, b["id"]) for id_, b in renewed.items()]
    bulk.update(Bond, CHANGED, rows)
    return set(differing)


def _renewed(days: Days, bond: dict[str, Any]) -> Days:
    return days[0] or bond["starts_on"], days[1]


def _held(ids: set[int]) -> dict[int, list[dict[str, Any]]]:
    """The contracts of each customer, the newest last."""
    columns = ("customer_id", "id", "kind", "import_id", *CHANGED)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in sorted(bulk.rows_where(Bond, "customer_id", ids, columns), key=lambda r: r[1]):
        bond = dict(zip(columns, row, strict=True))
        if bond["kind"] == BondKind.CONTRACTUAL:
            found.setdefault(bond["customer_id"], []).append(bond)
    return found


def _is_known(days: Days, bonds: Sequence[dict[str, Any]]) -> bool:
    """A first day that the file does not tell differs from none."""
    first, last = days
    return any(b["ends_on"] == last and first in (None, b["starts_on"]) for b in bonds)


def _imported(bonds: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    told = (bond for bond in reversed(bonds) if bond["import_id"] is not None)
    return next((bond for bond in told if bond["source"].startswith("import ")), None)


def _image(bond: dict[str, Any]) -> dict[str, Any]:
    return {name: plain(bond[name]) for name in CHANGED}
