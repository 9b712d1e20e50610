"""A scheme as form fields, and back. The page offers one to three axes; each change of a cut point
draws bands and cells anew, so that every combination of bands has its cell.

Fields: `pop.N.m pop.N.v` who is covered; `a.N.m cut at asc ties zh en`, `a.N.b.M.zh en` bands,
`a.N.in` the values of a category; `c.N.code zh en color s_zh s_en b_zh b_en l_zh l_en rest`,
`c.N.in.AXIS` bands of a cell. The tree of a rule has the root `cN`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from weixi.classify.checking import MOST_CELLS, MOST_CUTS
from weixi.classify.conditions import Known
from weixi.core.errors import RuleBroken

from .conditions import number, stored_of
from .tree import Given, Node, node_of, read

MOST_AXES, MOST_COVERED = 3, 3
SHADES = ("h1", "h2", "h3", "h4", "h5")
TEXTS = {
    "s_zh": "strategy_zh",
    "s_en": "strategy_en",
    "b_zh": "basic_zh",
    "b_en": "basic_en",
    "l_zh": "latent_zh",
    "l_en": "latent_en",
}


@dataclass
class Axis:
    """Texts as typed. `at`: cut points, or the chosen values of a category."""

    measure: str = "revenue_12m"
    cut: str = "share"
    at: list[str] = field(default_factory=lambda: ["20%"])
    ascending: bool = False
    ties: str = "split"
    zh: str = ""
    en: str = ""
    bands: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Cell:
    code: str = ""
    zh: str = ""
    en: str = ""
    color: str = "h2"
    texts: dict[str, str] = field(default_factory=dict)
    bands: list[list[int]] = field(default_factory=list)
    tree: Node | None = None  # None: by axes, or the cell that takes the rest
    is_rest: bool = False


@dataclass
class Draft:
    zh: str = ""
    en: str = ""
    covered: list[tuple[str, str]] = field(default_factory=list)  # measure, least value
    axes: list[Axis] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def is_by_rules(self) -> bool:
        return not self.axes


def draft_from(given: Given) -> Draft:
    draft = Draft(given.get("name_zh", ""), given.get("name_en", ""))
    for n in _numbers(given, "pop", "m")[:MOST_COVERED]:
        draft.covered.append((given.get(f"pop.{n}.m", ""), given.get(f"pop.{n}.v", "")))
    draft.axes = [_axis(given, n) for n in _numbers(given, "a", "m")[:MOST_AXES]]
    draft.cells = [_cell(given, n, draft.axes) for n in _numbers(given, "c", "code")[:MOST_CELLS]]
    return draft


def _numbers(given: Given, word: str, last: str) -> list[int]:
    pattern = re.compile(rf"{word}\.(\d{{1,2}})\.{last}")
    return sorted(int(found[1]) for name in given if (found := pattern.fullmatch(name)))


def _axis(given: Given, n: int) -> Axis:
    cut = given.get(f"a.{n}.cut", "share")
    texts = re.split(r"[,，;；\s]+", given.get(f"a.{n}.at", "").strip())
    at = given.getlist(f"a.{n}.in") if cut == "category" else [one for one in texts if one]
    bands = _numbers(given, rf"a\.{n}\.b", "zh")
    return Axis(
        measure=given.get(f"a.{n}.m", ""),
        cut=cut,
        at=at,
        ascending=given.get(f"a.{n}.asc", "") == "up",
        ties="together" if given.get(f"a.{n}.ties", "") == "together" else "split",
        zh=given.get(f"a.{n}.zh", ""),
        en=given.get(f"a.{n}.en", ""),
        bands=[(given.get(f"a.{n}.b.{b}.zh"), given.get(f"a.{n}.b.{b}.en", "")) for b in bands],
    )


def _cell(given: Given, n: int, axes: list[Axis]) -> Cell:
    bands = [
        sorted({int(b) for b in given.getlist(f"c.{n}.in.{place}") if b.isdigit() and len(b) < 3})
        for place in range(len(axes))
    ]
    is_rest = not axes and given.get(f"c.{n}.rest", "") == "1"
    return Cell(
        code=given.get(f"c.{n}.code", ""),
        zh=given.get(f"c.{n}.zh", ""),
        en=given.get(f"c.{n}.en", ""),
        color=given.get(f"c.{n}.color", "h2"),
        texts={name: given.get(f"c.{n}.{name}", "") for name in TEXTS},
        bands=bands,
        tree=None if axes or is_rest else read(given, f"c{n}"),
        is_rest=is_rest,
    )


# ── Stored form ─────────────────────────────────────────────────────────────


def draft_of(name_zh: str, name_en: str, stored: Mapping[str, Any], known: Known) -> Draft:
    units = {code: unit for code, (_zh, _en, unit) in known.measures.items()}
    axes = [_axis_of(axis, units) for axis in stored.get("axes", ())]
    return Draft(
        name_zh,
        name_en,
        covered=[(m, _typed(v, units.get(m, ""))) for m, v in stored.get("population", ())],
        axes=axes,
        cells=[_cell_of(cell, bool(axes), units) for cell in stored["cells"]],
    )


def _axis_of(stored: Mapping[str, Any], units: Mapping[str, str]) -> Axis:
    cut, unit = stored["cut"], units.get(stored["measure"], "")
    unit = "share" if cut in ("share", "cumulative") else unit
    percent = "%" if unit == "share" else ""
    return Axis(
        measure=stored["measure"],
        cut=cut,
        at=[v if cut == "category" else _typed(v, unit) + percent for v in stored["at"]],
        ascending=stored.get("ascending", False),
        ties=stored.get("ties", "split"),
        zh=stored["name_zh"],
        en=stored["name_en"],
        bands=list(zip(stored["bands_zh"], stored["bands_en"], strict=True)),
    )


def _typed(value: float, unit: str) -> str:
    scaled = value / 100 if unit == "money" else value * 100 if unit == "share" else value
    return f"{round(scaled, 8):.10g}"


def _cell_of(stored: Mapping[str, Any], by_axes: bool, units: Mapping[str, str]) -> Cell:
    when = stored.get("when")
    return Cell(
        code=stored["code"],
        zh=stored["name_zh"],
        en=stored["name_en"],
        color=stored["color"],
        texts={short: stored.get(long, "") for short, long in TEXTS.items()},
        bands=[list(bands) for bands in stored.get("bands", ())],
        tree=node_of(when, units) if when else None,
        is_rest=not by_axes and when is None,
    )


def stored_of_draft(draft: Draft, known: Known, before: Mapping[str, Any]) -> dict[str, Any]:
    """`before`: the stored form that is changed; what the page does not show is kept of it.
    RuleBroken with a sentence for what cannot be read; classify.checking judges the rest."""
    references = {
        cell["code"]: cell["reference"] for cell in before.get("cells", ()) if "reference" in cell
    }
    stored: dict[str, Any] = {
        "population": [_covered(m, text, known) for m, text in draft.covered],
        "cells": [_stored_cell(cell, draft.axes, references, known) for cell in draft.cells],
    }
    if draft.axes:
        stored["axes"] = [_stored_axis(axis, known) for axis in draft.axes]
    return stored


def _covered(measure: str, text: str, known: Known) -> list[Any]:
    names = known.measures.get(measure, ("", "", ""))
    return [measure, number(text, names[0] or _("Who is covered"), names[2])]


def _stored_axis(axis: Axis, known: Known) -> dict[str, Any]:
    at: list[Any] = list(axis.at)
    if axis.cut != "category":
        at = [number(text, axis.zh or _("Axis"), _unit(axis, known)) for text in axis.at]
    stored: dict[str, Any] = {
        "measure": axis.measure,
        "cut": axis.cut,
        "at": at,
        "name_zh": axis.zh.strip(),
        "name_en": axis.en.strip() or axis.zh.strip(),
        "bands_zh": [zh.strip() for zh, _en in axis.bands],
        "bands_en": [en.strip() or zh.strip() for zh, en in axis.bands],
    }
    if axis.cut in ("share", "cumulative"):
        stored |= {"ascending": axis.ascending, "ties": axis.ties}
    return stored


def _unit(axis: Axis, known: Known) -> str:
    if axis.cut in ("share", "cumulative"):
        return "share"
    return known.measures.get(axis.measure, ("", "", ""))[2]


def _stored_cell(
    cell: Cell, axes: list[Axis], references: Mapping[str, float], known: Known
) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "code": cell.code,
        "name_zh": cell.zh.strip(),
        "name_en": cell.en.strip() or cell.zh.strip(),
        "color": cell.color,
    }
    texts = {TEXTS[short]: text.strip() for short, text in cell.texts.items()}
    stored |= {name: text for name, text in texts.items() if text}
    if cell.code in references:
        stored["reference"] = references[cell.code]
    if axes:
        stored["bands"] = cell.bands
    elif cell.tree is not None:
        try:
            stored["when"] = stored_of(cell.tree, known)
        except RuleBroken as no:
            raise RuleBroken(
                _("%(cell)s: %(problem)s") % {"cell": cell.zh or cell.code, "problem": no}
            ) from no
    return stored


# ── Drawing anew ────────────────────────────────────────────────────────────


def changed_draft(draft: Draft, do: str, known: Known) -> Draft:
    """After a button, and made whole: names for new bands, a cell for each combination."""
    act, _colon, place = do.partition(":")
    n = int(place) if place.isdigit() and len(place) < 3 else -1
    if act == "axis-add" and len(draft.axes) < MOST_AXES:
        draft.axes.append(Axis())
        draft.cells = []
    elif act == "axis-drop" and len(draft.axes) > 1 and 0 <= n < len(draft.axes):
        del draft.axes[n]
        draft.cells = []
    elif act == "covered-add" and len(draft.covered) < MOST_COVERED:
        draft.covered.append(("purchase_days", "1"))
    elif act == "covered-drop" and 0 <= n < len(draft.covered):
        del draft.covered[n]
    elif act == "cell-drop" and 0 <= n < len(draft.cells):
        del draft.cells[n]
    elif act == "cell-up" and 0 < n < len(draft.cells) and not draft.cells[n].is_rest:
        draft.cells[n - 1], draft.cells[n] = draft.cells[n], draft.cells[n - 1]
    elif act == "cell-add" and not draft.axes and len(draft.cells) < MOST_CELLS:
        _add_rule(draft)
    return whole(draft, known)


def _add_rule(draft: Draft) -> None:
    place = len(draft.cells) - (1 if draft.cells and draft.cells[-1].is_rest else 0)
    new = Cell(_free(draft), "", "", "h2", tree=Node("all", [Node(what="measure:revenue_12m")]))
    draft.cells.insert(place, new)


def whole(draft: Draft, known: Known) -> Draft:
    if not draft.axes:
        return draft
    for axis in draft.axes:
        names = known.measures.get(axis.measure, (axis.measure, axis.measure, ""))
        axis.zh, axis.en = axis.zh or names[0], axis.en or names[1]
        _name_bands(axis, known)
    _cover(draft)
    return draft


def _name_bands(axis: Axis, known: Known) -> None:
    if axis.cut == "category":
        words = known.words.get(axis.measure, {})
        axis.at = [one for one in axis.at if one in words] or list(words)
        axis.bands = [(words[one][0], words[one][1]) for one in axis.at]
        return
    axis.at = axis.at[:MOST_CUTS]
    wanted = len(axis.at) + 1
    if len(axis.bands) != wanted:
        axis.bands = [(f"第 {n + 1} 档", f"band {n + 1}") for n in range(wanted)]


def _cover(draft: Draft) -> None:
    """Bands that are gone leave their cells; a combination without a cell gets one of its own."""
    sizes = [len(axis.bands) for axis in draft.axes]
    for cell in draft.cells:
        cell.bands = [
            [b for b in bands if b < size] for bands, size in zip(cell.bands, sizes, strict=False)
        ]
    draft.cells = [c for c in draft.cells if len(c.bands) == len(sizes) and all(c.bands)]
    taken = {place for cell in draft.cells for place in product(*cell.bands)}
    for place in product(*(range(size) for size in sizes)):
        if place not in taken and len(draft.cells) < MOST_CELLS:
            draft.cells.append(_new_cell(draft, place))


def _new_cell(draft: Draft, place: tuple[int, ...]) -> Cell:
    pairs = [axis.bands[band] for axis, band in zip(draft.axes, place, strict=True)]
    shade = SHADES[min(sum(place), len(SHADES) - 1)]
    return Cell(
        _free(draft),
        " · ".join(zh for zh, _en in pairs),
        " · ".join(en for _zh, en in pairs),
        shade,
        bands=[[band] for band in place],
    )


def _free(draft: Draft) -> str:
    taken = {cell.code for cell in draft.cells}
    return next(f"cell_{n}" for n in range(1, 200) if f"cell_{n}" not in taken)
