"""Cells of a day: schemes by axes first, then those by rules, each after those it asks for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from .by_rules import asked_schemes, cells_by_rules
from .columns import arrays
from .rules import Column, Definition, assign

UNRATED_CELL = "unrated"
Words = Mapping[int, str]  # customer → the cell that a person said


@dataclass(frozen=True)
class Standing:
    """A scheme by the version that holds on the day."""

    code: str
    version: int
    definition: Definition


def cells_table(day: date, standing: Sequence[Standing], words: Mapping[str, Words]) -> pa.Table:
    """customer_id and a column of cell codes (null: not in the scheme) for each scheme."""
    wanted = {name for one in standing for name in one.definition.measures}
    columns = arrays(day, wanted)
    table = pa.table({"customer_id": columns["customer_id"]})
    for wave in _waves(standing):
        found = zip(wave, _columns_of(wave, day, table, columns), strict=True)
        for one, cells in found:
            told = overridden(cells, table, words.get(one.code, {}))
            table = table.append_column(one.code, told)
    return table


def column_of(one: Standing, day: date, table: pa.Table, columns: Mapping[str, Column]) -> pa.Array:
    """The rule's cells, in the order of customers. `table`: the cells computed so far."""
    return _columns_of([one], day, table, columns)[0]


def _columns_of(
    wave: Sequence[Standing], day: date, table: pa.Table, columns: Mapping[str, Column]
) -> list[pa.Array]:
    """Of schemes all by rules, or all by axes."""
    schemes = [one.definition for one in wave]
    if schemes[0].is_by_rules:
        return cells_by_rules(schemes, day, table)
    return [_codes(scheme, assign(scheme, columns)) for scheme in schemes]


def overridden(cells: pa.Array, table: pa.Table, words: Words) -> pa.Array:
    """A person's word counts; of customers outside the scheme, too."""
    if not words:
        return cells
    told = zip(table.column("customer_id").to_pylist(), cells.to_pylist(), strict=True)
    return pa.array([words.get(customer, cell) for customer, cell in told], pa.string())


def ordered(standing: Sequence[Standing]) -> list[Standing]:
    """By axes, then by rules so that each follows those whose cells it reads."""
    return [one for wave in _waves(standing) for one in wave]


def _waves(standing: Sequence[Standing]) -> Iterator[Sequence[Standing]]:
    """Those of a wave read only cells of the waves before it."""
    by_axes = [one for one in standing if not one.definition.is_by_rules]
    waiting = [one for one in standing if one.definition.is_by_rules]
    if by_axes:
        yield by_axes
    while waiting:
        left = {one.code for one in waiting}
        free = [one for one in waiting if not asked_schemes(one.definition) & (left - {one.code})]
        free = free or waiting[:1]  # a circle cannot be saved
        yield free
        waiting = [one for one in waiting if one not in free]


def _codes(scheme: Definition, places: Column) -> pa.Array:
    """Cell codes; null outside the population."""
    words = [None, *(cell.code for cell in scheme.cells), UNRATED_CELL]
    shift = np.where(places >= 0, places + 1, np.where(places == -1, 0, len(words) - 1))
    return pa.DictionaryArray.from_arrays(pa.array(shift), pa.array(words)).cast(pa.string())
