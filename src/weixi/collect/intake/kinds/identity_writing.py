"""Phones, e-mails, accounts and cards of customers: new ones are added, none is taken away."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from weixi.collect.customers.models import Identity
from weixi.collect.customers.rules import SEARCHED_BY_TAIL, IdentityKind
from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before
from weixi.core.bulk import insert
from weixi.core.masking import masked
from weixi.core.vault import fingerprint, seal, tail_fingerprint

from .loading import Setup

if TYPE_CHECKING:
    from .customers import Row

COLUMNS = ("customer_id", "kind", "sealed", "fingerprint", "tail", "masked", "label", "is_primary",
           "source", "since", "import_id")  # fmt: skip


class Held(NamedTuple):
    id: int
    is_primary: bool
    import_id: int | None


Holdings = dict[tuple[int, str], dict[str, Held]]


def write_identities(setup: Setup, people: Sequence[tuple[int, "Row"]], new: set[int]) -> set[int]:
    """The first value of a cell becomes the main one. Returns the customers that changed."""
    holdings = _holdings({id_ for id_, row in people if row.identities} - new)
    fresh: list[tuple[Any, ...]] = []
    moves: dict[Held, bool] = {}
    changed = set()
    for id_, row in people:
        for kind, values in row.identities.items():
            held = holdings.get((id_, kind), {})
            marks = {fingerprint(kind, value): value for value in values}
            added = [mark for mark in marks if mark not in held]
            main = next(iter(marks))
            fresh += [_row(setup, id_, kind, m, marks[m], m == main) for m in added]
            moved = _moves(held, main)
            moves.update(moved)
            if added or moved:
                changed.add(id_)
    _move(setup, moves)
    insert(Identity, COLUMNS, fresh)
    return changed


def _holdings(ids: set[int]) -> Holdings:
    columns = ("customer_id", "kind", "fingerprint", "id", "is_primary", "import_id")
    found: Holdings = {}
    for customer_id, kind, mark, *rest in bulk.rows_where(Identity, "customer_id", ids, columns):
        found.setdefault((customer_id, kind), {})[mark] = Held(*rest)
    return found


def _row(
    setup: Setup, id_: int, kind: IdentityKind, mark: str, value: str, is_main: bool
) -> tuple[Any, ...]:
    tail = tail_fingerprint(kind, value) if kind in SEARCHED_BY_TAIL else ""
    source = f"import {setup.batch_id}"
    return (id_, kind.value, seal(kind, value), mark, tail, masked(kind, value)[:120], "", is_main,
            source, bulk.day(setup.today), setup.batch_id)  # fmt: skip


def _moves(held: dict[str, Held], main: str) -> dict[Held, bool]:
    return {
        item: mark == main for mark, item in held.items() if bool(item.is_primary) != (mark == main)
    }


def _move(setup: Setup, moves: dict[Held, bool]) -> None:
    images = [
        (item.id, {"is_primary": bool(item.is_primary)})
        for item in moves
        if item.import_id != setup.batch_id
    ]
    keep_before(setup.batch_id, Identity, images)
    bulk.update(Identity, ("is_primary",), [(is_main, item.id) for item, is_main in moves.items()])
