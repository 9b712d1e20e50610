"""From the cells of a day to current memberships and dated moves; only what changed is written."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from weixi.core.bulk import insert, upsert
from weixi.core.runs import RunContext

from .models import Membership, Scheme, Transition

MOVE_COLUMNS = (
    "customer_id",
    "scheme_id",
    "on",
    "from_cell",
    "from_since",
    "to_cell",
    "version",
)
MEMBER_COLUMNS = ("customer_id", "scheme_id", "cell", "since", "version")
CHUNK = 5_000


@dataclass(frozen=True)
class Stand:
    """`now`: stored cells; `moved`: who moved earlier on this day, from which cell held since when.

    A day that is run again is compared with the state before the day, not with its first run.
    """

    now: dict[int, tuple[str, date]]
    moved: dict[int, tuple[str, date | None]]

    def before(self, customer: int) -> tuple[str, date | None]:
        """Cell and its date before the day; an empty cell: not in the scheme."""
        if customer in self.moved:
            return self.moved[customer]
        return self.now.get(customer, ("", None))


def publish_cells(scheme: Scheme, cells: dict[int, str], run: RunContext) -> int:
    """Write the difference between `cells` (customer → code) and what is stored."""
    stand = _stand(scheme, run)
    is_first = not stand.now and not stand.moved  # it founds the scheme: nobody has moved
    Transition.objects.filter(scheme=scheme, on=run.as_of).delete()
    if not is_first:
        insert(Transition, MOVE_COLUMNS, _moves(scheme, cells, stand, run))
    _delete(scheme, (customer for customer in stand.now if customer not in cells))
    return upsert(
        Membership,
        MEMBER_COLUMNS,
        _memberships(scheme, cells, stand, run),
        key=["customer_id", "scheme_id"],
    )


def _stand(scheme: Scheme, run: RunContext) -> Stand:
    members = Membership.objects.filter(scheme=scheme)
    moves = Transition.objects.filter(scheme=scheme, on=run.as_of)
    return Stand(
        now={
            c: (cell, since)
            for c, cell, since in members.values_list("customer_id", "cell", "since").iterator(
                CHUNK
            )
        },
        moved={
            c: (cell, since)
            for c, cell, since in moves.values_list("customer_id", "from_cell", "from_since")
        },
    )


def _moves(
    scheme: Scheme, cells: dict[int, str], stand: Stand, run: RunContext
) -> Iterator[tuple[object, ...]]:
    day = run.as_of.isoformat()
    for customer in stand.now.keys() | stand.moved.keys() | cells.keys():
        was, since = stand.before(customer)
        now = cells.get(customer, "")
        if was != now:
            held = since.isoformat() if since else None
            yield customer, scheme.pk, day, was, held, now, scheme.version


def _memberships(
    scheme: Scheme, cells: dict[int, str], stand: Stand, run: RunContext
) -> Iterator[tuple[object, ...]]:
    """Who is new, who moved, and who came back to the cell held before the day."""
    for customer, cell in cells.items():
        if stand.now.get(customer, ("",))[0] == cell:
            continue
        was, since = stand.before(customer)
        held = since if was == cell and since else run.as_of
        yield customer, scheme.pk, cell, held.isoformat(), scheme.version


def _delete(scheme: Scheme, customers: Iterable[int]) -> None:
    rest = iter(customers)
    while chunk := list(islice(rest, CHUNK)):
        Membership.objects.filter(scheme=scheme, customer_id__in=chunk).delete()
