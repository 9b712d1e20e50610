"""Tables of a scheme made ready to draw: lines, matrices, shares of people and of value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from weixi.classify.history import BandCell
from weixi.classify.queries import UNRATED, SchemeTable
from weixi.classify.rules import Axis, Cell, Definition
from weixi.evaluate.rules import shares_of_100
from weixi.measure.registry import BY_CODE
from weixi.web import wording
from weixi.web.drawings import percent_of

By = Literal["revenue", "profit"]
LIFECYCLE = ("ended", "decline", "exploration", "build_up", "maturity")
STAGES = {  # as they follow each other
    code: place
    for place, code in enumerate(("exploration", "build_up", "maturity", "decline", "ended"))
}
ROOM = 0.78  # of a half of the table: the longest bar


@dataclass(frozen=True)
class Line:
    """A cell. Shares 0 … 1 of people and of value, summing to 1; value in minor units.

    `change`: customers against the earlier day, None without one. `good`: up or none.
    """

    cell: Cell
    name: str
    long_name: str  # tells cells of the same name apart
    strategy: str
    url: str
    customers: int
    people_share: float
    value: int | None
    value_share: float | None
    change: int | None
    good: str
    people_width: float = 0.0  # of its half of the table, in percent
    value_width: float = 0.0

    @property
    def people_start(self) -> float:
        return round(100 - self.people_width, 1)

    @property
    def average(self) -> int | None:
        """Minor units a customer."""
        return None if self.value is None or not self.customers else self.value // self.customers

    @property
    def is_rated(self) -> bool:
        return self.cell.code != UNRATED.code


@dataclass(frozen=True)
class Entry:
    """One field of a matrix. `share` of the value; None of a place without a cell."""

    name: str
    url: str
    customers: int
    share: float | None
    change: int | None = None
    good: str = "none"
    advice: str = ""
    code: str = ""  # of the cell; empty where the field is a part of one


@dataclass(frozen=True)
class Matrix:
    """Rows are bands of one axis, columns of the next; best bands first. `caption`: the third."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Entry, ...]], ...]


@dataclass(frozen=True)
class Drawn:
    """A scheme's table as the page shows it."""

    lines: tuple[Line, ...]
    unrated: Line | None
    matrices: tuple[Matrix, ...]
    has_bands: bool  # cells join several bands; the bands can be looked at
    by: By
    population: int
    value: int | None


def drawn(table: SchemeTable, *, by: By, before: Mapping[str, int] | None, language: str) -> Drawn:
    lines = _scaled(_lines(table, by, before, language))
    axes = table.definition.axes
    is_direct = all(len(bands) == 1 for c in table.definition.cells for bands in c.bands)
    rated = tuple(line for line in lines if line.is_rated)
    if table.scheme.kind == "lifecycle":
        rated = tuple(sorted(rated, key=lambda line: STAGES.get(line.cell.code, len(STAGES))))
    values = [line.value for line in lines]
    return Drawn(
        lines=rated,
        unrated=next((line for line in lines if not line.is_rated), None),
        matrices=_cell_matrices(axes, rated, language) if is_direct and len(axes) > 1 else (),
        has_bands=not is_direct and len(axes) > 1,
        by=by,
        population=table.population,
        value=None if None in values else sum(v or 0 for v in values),
    )


def _lines(
    table: SchemeTable, by: By, before: Mapping[str, int] | None, language: str
) -> list[Line]:
    values = [row.revenue if by == "revenue" else row.profit for row in table.rows]
    known = [value for value in values if value is not None]
    value_shares = shares_of_100(known) if len(known) == len(values) else None
    people = shares_of_100([row.customers for row in table.rows]) or []
    good = _good(table)
    is_chinese = language.startswith("zh")
    return [
        Line(
            cell=row.cell,
            name=row.name(language),
            long_name=_long_name(table, row.cell, language),
            strategy=row.cell.strategy_zh if is_chinese else row.cell.strategy_en,
            url=cell_url(table.scheme.code, row.cell.code),
            customers=row.customers,
            people_share=people[place] / 100,
            value=values[place],
            value_share=value_shares[place] / 100 if value_shares else None,
            change=None if before is None else row.customers - before.get(row.cell.code, 0),
            good=good[place],
        )
        for place, row in enumerate(table.rows)
    ]


def _long_name(table: SchemeTable, cell: Cell, language: str) -> str:
    """The cell's name, with the band of the first axis in front where another has it too."""
    is_chinese = language.startswith("zh")
    name = cell.name_zh if is_chinese else cell.name_en
    names = [c.name_zh if is_chinese else c.name_en for c in table.definition.cells]
    if names.count(name) < 2 or not table.definition.axes or not cell.bands:
        return name
    return f"{band_name(table.definition.axes[0], cell.bands[0][0], language)} · {name}"


def _scaled(lines: list[Line]) -> list[Line]:
    """Both sides on one scale: the largest share leaves room for its figure."""
    shares = [max(line.people_share, line.value_share or 0) for line in lines]
    whole = (max(shares, default=0) or 1) / ROOM
    return [
        replace(
            line,
            people_width=percent_of(line.people_share, whole),
            value_width=percent_of(line.value_share or 0, whole),
        )
        for line in lines
    ]


def _good(table: SchemeTable) -> list[str]:
    """Growth is good in cells that rank above the middle, bad in stages of decline."""
    rank = ranks(table.definition, table.scheme.kind)
    if not rank:
        return ["none"] * len(table.rows)
    if table.scheme.kind == "lifecycle":
        bad = {"ended", "decline"}
        return ["down" if row.cell.code in bad else "none" for row in table.rows]
    middle = sum(rank.values()) / len(rank)
    return ["up" if rank.get(row.cell.code, middle) > middle else "none" for row in table.rows]


def ranks(definition: Definition, kind: str = "scheme") -> dict[str, float]:
    """Cell → how good it is to be in it; empty where cells are kinds, not better or worse.

    Along axes: the better its bands, the higher. Of the lifecycle: the stages as they follow,
    decline and end below all.
    """
    if kind == "lifecycle":
        place = {code: float(n) for n, code in enumerate(LIFECYCLE)}
        return {c.code: place[c.code] for c in definition.cells if c.code in place}
    axes = [axis for axis in definition.axes if axis.cut != "category"]
    if not axes or len(axes) < len(definition.axes):
        return {}
    return {cell.code: _rank(cell, definition.axes) for cell in definition.cells}


def _rank(cell: Cell, axes: Sequence[Axis]) -> float:
    whole = 0.0
    for axis, bands in zip(axes, cell.bands, strict=True):
        places = [best_first(axis).index(band) for band in bands]
        whole -= sum(places) / len(places) / max(axis.bands - 1, 1)
    return round(whole, 6)


def cell_url(code: str, cell: str) -> str:
    return f"/customers/?cell={code}:{cell}"


def _cell_matrices(
    axes: Sequence[Axis], lines: Sequence[Line], language: str
) -> tuple[Matrix, ...]:
    entries = {
        tuple(bands[0] for bands in line.cell.bands): Entry(
            line.name,
            line.url,
            line.customers,
            line.value_share,
            line.change,
            line.good,
            line.strategy,
            line.cell.code,
        )
        for line in lines
    }
    return matrices(axes, entries, language)


def band_matrices(
    axes: Sequence[Axis], cells: Sequence[BandCell], people_url: str, language: str
) -> tuple[Matrix, ...]:
    """Every combination of bands; an address is `people_url` with the bands appended."""
    whole = sum(cell.value for cell in cells) or 1
    entries = {
        cell.bands: Entry(
            "",
            f"{people_url}?bands={'.'.join(map(str, cell.bands))}",
            cell.customers,
            cell.value / whole,
        )
        for cell in cells
    }
    return matrices(axes, entries, language)


def matrices(
    axes: Sequence[Axis], entries: Mapping[tuple[int, ...], Entry], language: str
) -> tuple[Matrix, ...]:
    """One matrix of the last two axes; with three axes one for each band of the first."""
    if len(axes) == 2:
        return (_matrix("", axes, (), entries, language),)
    first, *rest = axes
    return tuple(
        _matrix(heading(first, band, language), rest, (band,), entries, language)
        for band in best_first(first)
    )


def _matrix(
    caption: str,
    axes: Sequence[Axis],
    front: tuple[int, ...],
    entries: Mapping[tuple[int, ...], Entry],
    language: str,
) -> Matrix:
    down, across = axes
    nobody = Entry("", "", 0, None)
    rows = tuple(
        (
            heading(down, y, language),
            tuple(entries.get((*front, y, x), nobody) for x in best_first(across)),
        )
        for y in best_first(down)
    )
    return Matrix(caption, tuple(heading(across, x, language) for x in best_first(across)), rows)


def band_name(axis: Axis, band: int, language: str) -> str:
    """忠诚高 · R 5 分: the band, with the axis in front where the band does not name it."""
    is_chinese = language.startswith("zh")
    axis_name = axis.name_zh if is_chinese else axis.name_en
    word = (axis.bands_zh if is_chinese else axis.bands_en)[band]
    short = axis_name.split(" ")[-1]
    if word.lower().startswith(short.lower()):
        return word
    gap = "" if is_chinese and not word[:1].isdigit() else " "
    return f"{short}{gap}{word}"


def heading(axis: Axis, band: int, language: str) -> str:
    """As band_name, with the cut point: 忠诚高（≥ 60）."""
    edge = edges(axis)[band] if axis.cut == "absolute" else ""
    name = band_name(axis, band, language)
    if not edge:
        return name
    return f"{name}（{edge}）" if language.startswith("zh") else f"{name} ({edge})"


def edges(axis: Axis) -> list[str]:
    """From where each band reaches; the width of the band where the cut is a share."""
    if axis.cut == "category":
        return [str(value) for value in axis.at]
    if axis.cut != "absolute":
        return [wording.percent(width, 0 if width >= 0.01 else 1) for width in spans(axis.at)]
    measure = BY_CODE.get(axis.measure)
    is_money = measure is not None and measure.unit == "money"
    cuts = [wording.money_short(int(v)) if is_money else f"{v:g}" for v in axis.at]
    return [f"< {cuts[0]}", *(f"≥ {cut}" for cut in cuts)] if cuts else [""]


def best_first(axis: Axis) -> list[int]:
    """The order in which bands are drawn: the best at the top and at the left."""
    bands = list(range(axis.bands))
    if axis.cut == "category":
        return bands
    measure = BY_CODE.get(axis.measure)
    falls = measure is not None and measure.better == "down"
    counts_from_top = axis.cut in ("share", "cumulative") and not axis.ascending
    return bands if counts_from_top != falls else bands[::-1]


def spans(at: Sequence[float]) -> list[float]:
    """Cut points of shares as the widths of the bands: .01 .05 .2 → .01 .04 .15 .80."""
    return [round(b - a, 6) for a, b in pairwise([0.0, *at, 1.0])]
