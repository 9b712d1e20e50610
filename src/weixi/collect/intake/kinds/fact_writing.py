"""Facts into their table: created, or changed where the file says something else."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

from weixi.collect.intake import bulk
from weixi.collect.intake.before import keep_before, plain
from weixi.core.bulk import insert

from .known_customers import customers_by_number, refusal
from .loading import Outcome, Setup

if TYPE_CHECKING:
    from .facts import Facts

Told = dict[str, Any]


def write_facts(
    setup: Setup, facts: "Facts", rows: Mapping[int, dict[str, Any]], *, repeated: int
) -> Outcome:
    outcome = Outcome()
    told = _told(setup, facts, rows, outcome)
    columns = ("number", "id", "import_id", *facts.blank)
    numbers = [number for number, _told in told]
    known = {
        number: rest for number, *rest in bulk.rows_where(facts.model, "number", numbers, columns)
    }
    new = [(number, values) for number, values in told if number not in known]
    old = [(known[number], values) for number, values in told if number in known]
    _create(setup, facts, new)
    changed = _change(setup, facts, old)
    outcome.created, outcome.updated = len(new), changed
    outcome.unchanged = len(old) - changed + repeated
    return outcome


def _told(
    setup: Setup, facts: "Facts", rows: Mapping[int, dict[str, Any]], outcome: Outcome
) -> list[tuple[str, Told]]:
    """(number, what the row says) of the rows whose customer is known and within reach."""
    fields = ("customer_id", *facts.others)
    numbers = {values[f] for values in rows.values() for f in fields if values.get(f)}
    ids, beyond = customers_by_number(setup, numbers)
    told = []
    for row, values in rows.items():
        named = {name: values[name] for name in fields if values.get(name)}
        unknown = next((name for name, number in named.items() if number not in ids), None)
        if unknown is None:
            found = {name: ids[number] for name, number in named.items()}
            told.append((values[facts.number], {**facts.told(values), **found}))
        else:
            outcome.faults[row] = refusal(unknown, named[unknown], beyond)
    return told


def _create(setup: Setup, facts: "Facts", rows: Sequence[tuple[str, Told]]) -> None:
    blank = facts.blank
    insert(
        facts.model,
        ("number", *blank, "import_id"),
        [
            (number, *(told.get(column, blank[column]) for column in blank), setup.batch_id)
            for number, told in rows
        ],
    )


def _change(setup: Setup, facts: "Facts", pairs: Sequence[tuple[list[Any], Told]]) -> int:
    exact = _decimals(facts.model)
    images, updates = [], []
    for (id_, import_id, *values), told in pairs:
        old = dict(zip(facts.blank, values, strict=True))
        wanted = {**old, **told}
        if all(_same(wanted[name], old[name], name in exact) for name in old):
            continue
        updates.append((*wanted.values(), id_))
        if import_id != setup.batch_id:
            images.append((id_, {name: plain(value) for name, value in old.items()}))
    keep_before(setup.batch_id, facts.model, images)
    bulk.update(facts.model, tuple(facts.blank), updates)
    return len(updates)


def _decimals(model: type[models.Model]) -> set[str]:
    fields = model._meta.concrete_fields
    return {field.attname for field in fields if isinstance(field, models.DecimalField)}


def _same(wanted: Any, old: Any, is_decimal: bool) -> bool:
    """Decimals are text, a number or a Decimal, depending on who gives them."""
    if is_decimal and wanted is not None and old is not None:
        return Decimal(str(wanted)) == Decimal(str(old))
    return bool(wanted == old)
