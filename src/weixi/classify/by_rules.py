"""Cells by rules: the first cell whose conditions hold (lifecycle stages, segments)."""

from datetime import date
from typing import Any

import pyarrow as pa

from .columns import asked_of, known
from .conditions import Known, compiled
from .rules import Definition


def cells_by_rules(scheme: Definition, day: date, cells: pa.Table) -> pa.Array:
    """A cell code for every row of `cells` (null: in none), in its order."""
    text, values = _case(scheme, known(), day)
    with asked_of(day, cells) as con:
        found = con.execute(
            f"SELECT customer_id, {text} AS cell FROM facts"  # noqa: S608
            " JOIN cells USING (customer_id) ORDER BY customer_id",
            values,
        ).to_arrow_table()
    return found.column("cell").combine_chunks()


def _case(scheme: Definition, names: Known, day: date) -> tuple[str, list[Any]]:
    """The SQL of a customer's cell and its values, in the order of the marks."""
    values: list[Any] = [least for _, least in scheme.population]
    branches = []
    for cell in scheme.cells:
        if cell.when is None:
            branches.append("ELSE ?")
        else:
            part = compiled(cell.when, names, day)
            values.extend(part.values)
            branches.append(f"WHEN {part.sql} THEN ?")
        values.append(cell.code)
    inside = " AND ".join(f'coalesce(facts."{name}" >= ?, FALSE)' for name, _ in scheme.population)
    text = f"CASE {' '.join(branches)} END"
    return (f"CASE WHEN {inside} THEN {text} END" if inside else text), values
