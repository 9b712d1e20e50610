"""Contacts into the table: created, or changed where the file says something else."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before, plain
from weixi.collect.touchpoints.models import Contact
from weixi.core.bulk import insert
from weixi.staff.models import User

from .known_customers import customers_by_number, refusal
from .loading import Outcome, Setup

if TYPE_CHECKING:
    from .contacts import Checked

TOLD = ("customer_id", "at", "channel_id", "direction", "purpose", "minutes", "cost", "staff_id",
        "staff_name", "outcome", "note")  # fmt: skip
BLANK = {"outcome": "", "note": "", "staff_name": ""}


def write_contacts(setup: Setup, checked: "Checked") -> Outcome:
    outcome = Outcome()
    rows = _with_customers(setup, checked.rows, outcome)
    staff = _staff({values["staff"] for values in rows.values() if values.get("staff")})
    told = {row: _told(values, staff) for row, values in rows.items()}
    numbers = {row: values["contact_id"] for row, values in rows.items()}
    columns = ("number", "id", "import_id", *TOLD)
    known = {
        number: rest
        for number, *rest in bulk.rows_where(Contact, "number", numbers.values(), columns)
    }
    new = [row for row in rows if numbers[row] not in known]
    _create(setup, [(numbers[row], told[row]) for row in new])
    changed = _change(setup, [(known[n], told[row]) for row, n in numbers.items() if n in known])
    outcome.created, outcome.updated = len(new), changed
    outcome.unchanged = len(rows) - len(new) - changed + checked.repeated
    return outcome


def _with_customers(
    setup: Setup, rows: Mapping[int, dict[str, Any]], outcome: Outcome
) -> dict[int, dict[str, Any]]:
    ids, beyond = customers_by_number(setup, {v["customer_id"] for v in rows.values()})
    kept = {}
    for row, values in rows.items():
        number = values["customer_id"]
        if number in ids:
            kept[row] = {**values, "customer": ids[number]}
        else:
            outcome.faults[row] = refusal("customer_id", number, beyond)
    return kept


def _staff(names: set[str]) -> dict[str, int]:
    """By user name or name; a name that two people have stays a name."""
    people = User.objects.filter(username__in=names) | User.objects.filter(name__in=names)
    found: dict[str, set[int]] = {}
    for person in people:
        for name in {person.username, person.name} & names:
            found.setdefault(name, set()).add(person.pk)
    return {name: ids.pop() for name, ids in found.items() if len(ids) == 1}


def _told(values: dict[str, Any], staff: dict[str, int]) -> dict[str, Any]:
    """Only what the file says something about."""
    name = values.get("staff")
    told = {
        "customer_id": values["customer"],
        "at": values["at"],
        "channel_id": values["channel"],
        "direction": values["direction"],
        "purpose": values["purpose"],
        "minutes": values.get("minutes"),
        "cost": values.get("cost"),
        "staff_id": staff.get(name or ""),
        "staff_name": name,
        "outcome": values.get("outcome"),
        "note": values.get("note"),
    }
    return {column: value for column, value in told.items() if value is not None}


def _create(setup: Setup, contacts: Sequence[tuple[str, dict[str, Any]]]) -> None:
    insert(
        Contact,
        ("number", *TOLD, "import_id"),
        [
            (number, *(told.get(column, BLANK.get(column)) for column in TOLD), setup.batch_id)
            for number, told in contacts
        ],
    )


def _change(setup: Setup, pairs: Sequence[tuple[list[Any], dict[str, Any]]]) -> int:
    images, updates = [], []
    for (id_, import_id, *values), told in pairs:
        old = dict(zip(TOLD, values, strict=True))
        wanted = {**old, **told}
        if all(_same(wanted[column], old[column]) for column in TOLD):
            continue
        updates.append((*wanted.values(), id_))
        if import_id != setup.batch_id:
            images.append((id_, {column: plain(value) for column, value in old.items()}))
    keep_before(setup.batch_id, Contact, images)
    bulk.update(Contact, TOLD, updates)
    return len(updates)


def _same(wanted: Any, old: Any) -> bool:
    """Minutes are decimals, which one driver gives as text and the other as a number."""
    if wanted is None or old is None or isinstance(wanted, int):
        return bool(wanted == old)
    try:
        return float(wanted) == float(old)
    except (TypeError, ValueError):
        return bool(wanted == old)
