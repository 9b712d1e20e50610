"""A draft of a scheme ready to draw: controls with their choices. Reads nothing."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.classify.checking import COLORS, MOST_CELLS
from weixi.classify.conditions import Known

from .drafts import MOST_AXES, MOST_COVERED, Axis, Cell, Draft
from .shown import Option, Shown, options, shown
from .words import is_chinese


@dataclass(frozen=True)
class DrawnAxis:
    one: Axis
    measures: tuple[Option, ...]
    cuts: tuple[Option, ...]
    at: str
    unit: str
    values: tuple[Option, ...]  # of a category


@dataclass(frozen=True)
class DrawnCell:
    one: Cell
    colors: tuple[Option, ...]
    bands: tuple[tuple[str, tuple[tuple[int, str, bool], ...]], ...]
    label: str  # the bands in words; of a rule: its place
    tree: Shown | None
    root: str
    texts: Any


@dataclass(frozen=True)
class DrawnDraft:
    one: Draft
    covered: tuple[tuple[tuple[Option, ...], str, str], ...]
    axes: tuple[DrawnAxis, ...]
    cells: tuple[DrawnCell, ...]
    is_direct: bool
    can_add_axis: bool
    can_cover: bool
    can_add_cell: bool


def drawn_draft(draft: Draft, known: Known) -> DrawnDraft:
    numbers = [(code, _name(names)) for code, names in known.measures.items()
               if names[2] not in ("word", "date")]  # fmt: skip
    kinds = [(code, _name(known.measures.get(code, ("客户类型", "Type", ""))))
             for code in known.words]  # fmt: skip
    is_direct = all(len(bands) == 1 for cell in draft.cells for bands in cell.bands)
    return DrawnDraft(
        one=draft,
        covered=tuple(
            (options(numbers, code), text, _unit(known, code)) for code, text in draft.covered
        ),
        axes=tuple(_axis(axis, numbers, kinds, known) for axis in draft.axes),
        cells=tuple(_cell(cell, n, draft, known) for n, cell in enumerate(draft.cells)),
        is_direct=is_direct,
        can_add_axis=0 < len(draft.axes) < MOST_AXES,
        can_cover=len(draft.covered) < MOST_COVERED,
        can_add_cell=not draft.axes and len(draft.cells) < MOST_CELLS,
    )


def _name(names: Any) -> str:
    return str(names[0] if is_chinese() else names[1])


def _unit(known: Known, code: str) -> str:
    unit = known.measures.get(code, ("", "", ""))[2]
    return {"money": "¥", "share": "%", "days": _("days")}.get(unit, "")


def _axis(axis: Axis, numbers: Any, kinds: Any, known: Known) -> DrawnAxis:
    cuts = [
        ("share", _("by share of the customers")),
        ("cumulative", _("by share of the total")),
        ("absolute", _("by fixed cut points")),
        ("category", _("by the value itself")),
    ]
    words = known.words.get(axis.measure, {}) if axis.cut == "category" else {}
    values = tuple((code, _name(names), code in axis.at) for code, names in words.items())
    unit = "%" if axis.cut in ("share", "cumulative") else _unit(known, axis.measure)
    measures = kinds if axis.cut == "category" else numbers
    at = "" if axis.cut == "category" else ", ".join(axis.at)
    return DrawnAxis(
        axis, options(measures, axis.measure), options(cuts, axis.cut), at, unit, values
    )


def _cell(cell: Cell, n: int, draft: Draft, known: Known) -> DrawnCell:
    bands = tuple(
        (
            axis.zh if is_chinese() else axis.en,
            tuple((b, _name(names), b in chosen) for b, names in enumerate(axis.bands)),
        )
        for axis, chosen in zip(draft.axes, cell.bands, strict=False)
    )
    return DrawnCell(
        cell,
        options(((color, _color(color)) for color in COLORS), cell.color),
        bands,
        " · ".join(
            f"{title} {_(', ').join(label for _b, label, on in row if on)}" for title, row in bands
        ),
        shown(cell.tree, known, f"c{n}") if cell.tree else None,
        f"c{n}",
        {
            name: cell.texts.get(name, "")
            for name in ("s_zh", "s_en", "b_zh", "b_en", "l_zh", "l_en")
        },
    )


def _color(code: str) -> str:
    if code == "none":
        return _("no colour")
    if code.startswith("t"):
        return _("tier {n}").format(n=code[1:])
    return _("blue {n} of 5").format(n=code[1:])
