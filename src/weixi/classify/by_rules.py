"""Cells by rules: the first cell whose conditions hold (lifecycle stages, segments)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from .columns import asked_of
from .compiling import Compiled, compiled
from .conditions import Known, Refused, schemes_in
from .rules import Definition
from .vocabulary import known


def cells_by_rules(schemes: Sequence[Definition], day: date, cells: pa.Table) -> list[pa.Array]:
    """For each scheme a cell code for every row of `cells` (null: in none), in the order of
    customers; all of them in one pass.

    A rule may ask for a scheme that is switched off: then nobody is in its cells.
    """
    names = known()
    texts, values = zip(*(_case(scheme, names, day) for scheme in schemes), strict=True)
    asked = set().union(*map(asked_schemes, schemes))
    for code in sorted(asked - set(cells.column_names)):
        cells = cells.append_column(code, pa.nulls(cells.num_rows, pa.string()))
    columns = ", ".join(f'{text} AS "{place}"' for place, text in enumerate(texts))
    with asked_of(day, cells) as con:
        found = con.execute(
            f"SELECT customer_id, {columns} FROM facts"  # noqa: S608
            " JOIN cells USING (customer_id) LEFT JOIN fields USING (customer_id)"
            " ORDER BY customer_id",
            [value for part in values for value in part],
        ).to_arrow_table()
    return [found.column(str(place)).combine_chunks() for place in range(len(schemes))]


def asked_schemes(scheme: Definition) -> set[str]:
    """The schemes whose cells the rules read."""
    return {code for cell in scheme.cells if cell.when for code in schemes_in(cell.when)}


def _case(scheme: Definition, names: Known, day: date) -> tuple[str, list[Any]]:
    """The SQL of a customer's cell and its values, in the order of the marks."""
    values: list[Any] = [least for _, least in scheme.population]
    branches = []
    for cell in scheme.cells:
        if cell.when is None:
            branches.append("ELSE ?")
        else:
            part = _held(cell.when, names, day)
            values.extend(part.values)
            branches.append(f"WHEN {part.sql} THEN ?")
        values.append(cell.code)
    inside = " AND ".join(f'coalesce(facts."{name}" >= ?, FALSE)' for name, _ in scheme.population)
    text = f"CASE {' '.join(branches)} END"
    return (f"CASE WHEN {inside} THEN {text} END" if inside else text), values


def _held(when: Mapping[str, Any], names: Known, day: date) -> Compiled:
    """A rule that names what is gone (a field of the company's own, say) holds for nobody: the
    refresh goes on, and the page of the segment says what is missing."""
    try:
        return compiled(when, names, day)
    except Refused:
        return Compiled("FALSE", ())
