"""From the cells of a day to current memberships and dated moves; only what changed is written."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection

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
    """`now`: stored cells; `changed`: whose computed cell is another, or none; `moved`: who moved
    earlier on this day, from which cell held since when.

    A day that is run again is compared with the state before the day, not with its first run.
    `since`: of those who changed, the day their stored cell began. Days as text: a million of them
    are read, few are written.
    """

    now: dict[int, str]
    changed: list[int]
    moved: dict[int, tuple[str, str | None]]
    since: dict[int, str]

    def before(self, customer: int) -> tuple[str, str | None]:
        """Cell and its day before the day; an empty cell: not in the scheme."""
        if customer in self.moved:
            return self.moved[customer]
        return self.now.get(customer, ""), self.since.get(customer)


def publish_cells(scheme: Scheme, cells: dict[int, str], run: RunContext) -> int:
    """Write the difference between `cells` (customer → code) and what is stored."""
    stand = _stand(scheme, cells, run)
    is_first = not stand.now and not stand.moved  # it founds the scheme: nobody has moved
    Transition.objects.filter(scheme=scheme, on=run.as_of).delete()
    if not is_first:
        insert(Transition, MOVE_COLUMNS, _moves(scheme, cells, stand, run))
    _delete(scheme, stand.now.keys() - cells.keys())
    return upsert(
        Membership,
        MEMBER_COLUMNS,
        _memberships(scheme, cells, stand, run),
        key=["customer_id", "scheme_id"],
    )


def _stand(scheme: Scheme, cells: dict[int, str], run: RunContext) -> Stand:
    moves = Transition.objects.filter(scheme=scheme, on=run.as_of)
    now = dict(_members(scheme, '"cell"'))
    changed = [customer for customer, cell in cells.items() if now.get(customer) != cell]
    changed += [customer for customer in now if customer not in cells]
    return Stand(
        now=now,
        changed=changed,
        moved={
            customer: (cell, since.isoformat() if since else None)
            for customer, cell, since in moves.values_list("customer_id", "from_cell", "from_since")
        },
        since=_since(scheme, changed),
    )


def _since(scheme: Scheme, customers: Sequence[int]) -> dict[int, str]:
    """Few are asked for by number; of many, all are read."""
    column = 'CAST("since" AS TEXT)'
    if len(customers) > CHUNK:
        wanted = set(customers)
        return {c: since for c, since in _members(scheme, column) if c in wanted}
    marks = ", ".join("%s" for _ in customers)
    cut = f'AND "customer_id" IN ({marks})'
    return dict(_members(scheme, column, cut, customers)) if customers else {}


def _members(
    scheme: Scheme, column: str, cut: str = "", values: Sequence[int] = ()
) -> list[tuple[int, str]]:
    """Plain rows: an object or a date for each of a million would take seconds."""
    table = Membership._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "customer_id", {column} FROM "{table}" WHERE "scheme_id" = %s {cut}',  # noqa: S608
            [scheme.pk, *values],
        )
        return cursor.fetchall()


def _moves(
    scheme: Scheme, cells: dict[int, str], stand: Stand, run: RunContext
) -> Iterator[tuple[object, ...]]:
    day = run.as_of.isoformat()
    for customer in stand.moved.keys() | set(stand.changed):
        was, since = stand.before(customer)
        now = cells.get(customer, "")
        if was != now:
            yield customer, scheme.pk, day, was, since, now, scheme.version


def _memberships(
    scheme: Scheme, cells: dict[int, str], stand: Stand, run: RunContext
) -> Iterator[tuple[object, ...]]:
    """Who is new, who moved, and who came back to the cell held before the day."""
    for customer in stand.changed:
        cell = cells.get(customer)
        if cell is None:
            continue
        was, since = stand.before(customer)
        held = since if was == cell and since else run.as_of.isoformat()
        yield customer, scheme.pk, cell, held, scheme.version


def _delete(scheme: Scheme, customers: Iterable[int]) -> None:
    rest = iter(customers)
    while chunk := list(islice(rest, CHUNK)):
        Membership.objects.filter(scheme=scheme, customer_id__in=chunk).delete()
