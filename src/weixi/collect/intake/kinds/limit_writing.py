"""How much a customer may owe, as the file states it: a limit beside the earlier ones (M4)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from weixi.collect.customers.models import CreditLimit
from weixi.collect.intake import bulk
from weixi.core.bulk import insert

from .loading import Setup

if TYPE_CHECKING:
    from .customers import Row

LIMIT, SINCE = "credit_limit", "credit_limit_since"
COLUMNS = ("customer_id", "amount", "since", "note", "source", "recorded_at", "import_id")
Told = tuple[Any, int]  # the day it holds from, the amount


def write_limits(setup: Setup, people: Sequence[tuple[int, "Row"]], new: set[int]) -> set[int]:
    """A limit of which the file does not tell the day holds from today on, unless it is the one
    that counts already. Returns the customers that got a limit."""
    stated = {
        id_: (row.values.get(SINCE), row.values[LIMIT])
        for id_, row in people
        if LIMIT in row.values
    }
    held = _held(stated.keys() - new)
    fresh = {id_: told for id_, told in stated.items() if not _is_known(told, held.get(id_, []))}
    moment, today, source = bulk.moment(setup.at), bulk.day(setup.today), f"import {setup.batch_id}"
    insert(
        CreditLimit,
        COLUMNS,
        [
            (id_, amount, since or today, "", source, moment, setup.batch_id)
            for id_, (since, amount) in fresh.items()
        ],
    )
    return set(fresh)


def _held(ids: set[int]) -> dict[int, list[Told]]:
    """The limits of each customer, the one that counts last."""
    columns = ("customer_id", "since", "id", "amount")
    found: dict[int, list[Told]] = {}
    for row in sorted(bulk.rows_where(CreditLimit, "customer_id", ids, columns)):
        found.setdefault(row[0], []).append((row[1], row[3]))
    return found


def _is_known(told: Told, held: Sequence[Told]) -> bool:
    since, amount = told
    return told in held if since else bool(held) and held[-1][1] == amount
