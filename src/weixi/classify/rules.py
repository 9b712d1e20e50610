"""Schemes in the general form, and into which cell a customer falls. Pure.

A scheme has a population, one to three axes and named cells. An axis cuts a measure into bands,
numbered from 0; a cell takes the customers whose bands it lists. Cut points are

- `absolute`: values; band = how many of them the measure reaches (>=);
- `share`: shares of the population from the highest down, exact: with [0.01, 0.05, 0.2] the bands
  of 1,000 customers hold 10, 40, 150 and 800. Each cut is the whole number next to share × n,
  halves upward, so the bands always add up;
- `cumulative`: shares of the measure's total, from the highest down;
- `category`: the values themselves.

Ties: `split` (equal values are ordered by customer number, the earlier first) or `together`
(equal values share the band of the best placed of them).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from weixi.core.errors import Sentence

Column = npt.NDArray[Any]
Bands = npt.NDArray[np.int64]
OUTSIDE = -1  # not in the population
UNRATED = -2  # in it, but a measure is unknown
CutKind = Literal["absolute", "share", "cumulative", "category"]
KINDS = ("absolute", "share", "cumulative", "category")


@dataclass(frozen=True)
class Axis:
    measure: str
    cut: CutKind
    at: tuple[Any, ...]
    name_zh: str
    name_en: str
    bands_zh: tuple[str, ...]
    bands_en: tuple[str, ...]
    ascending: bool = False  # `share`: from the lowest up instead
    ties: Literal["split", "together"] = "split"

    @property
    def bands(self) -> int:
        return len(self.at) + (self.cut != "category")


@dataclass(frozen=True)
class Cell:
    """`bands[i]` are the bands of axis i that belong to the cell."""

    code: str
    bands: tuple[tuple[int, ...], ...]
    name_zh: str
    name_en: str
    color: str
    strategy_zh: str = ""
    strategy_en: str = ""
    reference: float | None = None  # share of the value that the source's curve gives the cell
    when: Mapping[str, Any] | None = None  # conditions.py; of a scheme by rules
    basic_zh: str = ""  # what customers of a stage expect (L3), said …
    basic_en: str = ""
    latent_zh: str = ""  # … and unsaid
    latent_en: str = ""


@dataclass(frozen=True)
class Definition:
    """By axes: every combination of bands has one cell. By rules (no axes): a customer is in the
    first cell whose `when` holds; a cell without `when` takes the rest.

    `population`: (measure, least value) pairs that must hold; empty: every customer.
    """

    axes: tuple[Axis, ...]
    cells: tuple[Cell, ...]
    population: tuple[tuple[str, float], ...] = ()

    @property
    def is_by_rules(self) -> bool:
        return not self.axes

    @property
    def measures(self) -> tuple[str, ...]:
        """What the axes and the population read."""
        return tuple(
            dict.fromkeys([*(a.measure for a in self.axes), *(name for name, _ in self.population)])
        )


def definition(stored: Mapping[str, Any]) -> Definition:
    """Read the stored form; ValueError with a sentence when it does not hang together."""
    axes = tuple(_axis(axis) for axis in stored.get("axes", ()))
    cells = tuple(_cell(cell) for cell in stored["cells"])
    population = tuple((name, float(least)) for name, least in stored.get("population", ()))
    if axes:
        _check(axes, cells)
    else:
        _check_rules(cells)
    return Definition(axes, cells, population)


def cell_in(stored: Mapping[str, Any], code: str) -> Cell | None:
    """One cell of a definition that was checked when it was stored; None: it has none of that code.

    Reads nothing else: a customer page asks this for every scheme.
    """
    return next((_cell(cell) for cell in stored["cells"] if cell["code"] == code), None)


def _axis(stored: Mapping[str, Any]) -> Axis:
    tuples = {name: tuple(stored[name]) for name in ("at", "bands_zh", "bands_en")}
    return Axis(**{**stored, **tuples})


def _cell(stored: Mapping[str, Any]) -> Cell:
    return Cell(**{**stored, "bands": tuple(tuple(bands) for bands in stored.get("bands", ()))})


def _check_rules(cells: Sequence[Cell]) -> None:
    """Rules are tried in order; only the last cell may do without one."""
    if not cells:
        raise Sentence("A scheme needs at least one cell.")
    if len({cell.code for cell in cells}) != len(cells):
        raise Sentence("Two cells have the same code.")
    for cell in cells[:-1]:
        if cell.when is None:
            raise Sentence(
                "The cell %(cell)s needs a rule: only the last may take the rest.",
                cell=cell.name_zh,
            )


def _check(axes: Sequence[Axis], cells: Sequence[Cell]) -> None:
    if not 1 <= len(axes) <= 3:
        raise Sentence("A scheme has one to three axes, this one has %(n)s.", n=len(axes))
    for axis in axes:
        if axis.cut not in KINDS:
            raise Sentence(
                "Cut points are one of %(kinds)s, not %(cut)s.",
                kinds=", ".join(KINDS),
                cut=axis.cut,
            )
        if axis.cut != "category" and list(axis.at) != sorted(axis.at):
            raise Sentence("The cut points of %(axis)s must rise.", axis=axis.name_zh)
        if len(axis.bands_zh) != axis.bands or len(axis.bands_en) != axis.bands:
            raise Sentence(
                "%(axis)s has %(n)s bands; each needs a name.", axis=axis.name_zh, n=axis.bands
            )
    _check_cover(axes, cells)


def _check_cover(axes: Sequence[Axis], cells: Sequence[Cell]) -> None:
    """Every combination of bands belongs to exactly one cell."""
    codes = [cell.code for cell in cells]
    if len(set(codes)) != len(codes):
        raise Sentence("Two cells have the same code.")
    counts = np.zeros([axis.bands for axis in axes], dtype=np.int64)
    for cell in cells:
        if len(cell.bands) != len(axes):
            raise Sentence("The cell %(cell)s must say its bands on every axis.", cell=cell.name_zh)
        counts[np.ix_(*cell.bands)] += 1
    if (counts != 1).any():
        raise Sentence("Every combination of bands must belong to exactly one cell.")


def assign(scheme: Definition, columns: Mapping[str, Column]) -> Bands:
    """The index of each customer's cell, OUTSIDE or UNRATED. Rows ordered by customer."""
    inside, rated = inside_and_rated(scheme, columns)
    result = np.where(inside, UNRATED, OUTSIDE).astype(np.int64)
    bands = [band_of(axis, columns[axis.measure][rated]) for axis in scheme.axes]
    result[rated] = _cell_table(scheme)[tuple(bands)]
    return result


def inside_and_rated(
    scheme: Definition, columns: Mapping[str, Column]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Who is in the population, and who of them has every measure known."""
    inside = np.ones(len(next(iter(columns.values()))), dtype=np.bool_)
    for name, least in scheme.population:
        inside &= _at_least(columns[name], least)
    rated = inside.copy()
    for axis in scheme.axes:
        rated &= _known(columns[axis.measure])
    return inside, rated


def _cell_table(scheme: Definition) -> Bands:
    table = np.full([axis.bands for axis in scheme.axes], UNRATED, dtype=np.int64)
    for index, cell in enumerate(scheme.cells):
        table[np.ix_(*cell.bands)] = index
    return table


def band_of(axis: Axis, values: Column) -> Bands:
    """The band of each value on the axis; values are known and in the order of customers."""
    if axis.cut == "category":
        places = {value: place for place, value in enumerate(axis.at)}
        return np.array([places.get(value, 0) for value in values.tolist()], dtype=np.int64)
    numbers = values.astype(np.float64)
    if axis.cut == "absolute":
        return np.searchsorted(np.array(axis.at, dtype=np.float64), numbers, side="right")
    return _by_rank(axis, numbers)


def _by_rank(axis: Axis, numbers: npt.NDArray[np.float64]) -> Bands:
    order = np.argsort(numbers if axis.ascending else -numbers, kind="stable")
    ranked = numbers[order]
    if axis.cut == "share":
        band = np.searchsorted(_cuts(axis.at, len(numbers)), np.arange(len(numbers)), side="right")
    else:
        before = np.concatenate([[0.0], np.cumsum(ranked)[:-1]])
        total = ranked.sum() or 1.0
        band = np.searchsorted(np.array(axis.at), before / total, side="right")
    if axis.ties == "together" and len(ranked):
        first = np.concatenate([[True], ranked[1:] != ranked[:-1]])
        band = band[np.maximum.accumulate(np.where(first, np.arange(len(ranked)), 0))]
    result = np.empty(len(numbers), dtype=np.int64)
    result[order] = band
    return result


def _cuts(shares: Sequence[float], customers: int) -> Bands:
    """How many customers lie above each cut: share × n, halves upward."""
    return np.array([int(np.floor(share * customers + 0.5)) for share in shares], dtype=np.int64)


def _known(values: Column) -> npt.NDArray[np.bool_]:
    if values.dtype.kind == "f":
        return ~np.isnan(values)
    if values.dtype.kind == "O":
        return np.array([value is not None for value in values], dtype=np.bool_)
    return np.ones(len(values), dtype=np.bool_)


def _at_least(values: Column, least: float) -> npt.NDArray[np.bool_]:
    return np.nan_to_num(values.astype(np.float64), nan=-np.inf) >= least
