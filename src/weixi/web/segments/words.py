"""Sentences of the segment pages: the finding of a table, a scheme's definition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.classify.conditions import Known
from weixi.classify.rules import Axis, Cell, Definition
from weixi.classify.sentences import sentence
from weixi.core.errors import Sentence
from weixi.core.text import told
from weixi.measure.registry import BY_CODE
from weixi.web import wording

from .shape import Drawn, band_name, best_first, edges


def language() -> str:
    return get_language() or "zh-hans"


def is_chinese() -> bool:
    return language().startswith("zh")


def finding(drawn: Drawn, axes: Sequence[Axis]) -> str:
    """What the table says in one sentence; empty when there is nobody in it."""
    if not drawn.population:
        return ""
    if not any(line.customers for line in drawn.lines):
        return _("nobody can be rated yet, a measure is unknown for everybody")
    if len(axes) == 1 and axes[0].cut in ("share", "cumulative"):
        return _concentration(drawn)
    moved = [line for line in drawn.lines if line.change]
    if moved and len(axes) != 1:
        line = max(moved, key=lambda one: abs(one.change or 0))
        text = _("{cell} grew by {n}") if (line.change or 0) > 0 else _("{cell} shrank by {n}")
        return text.format(cell=line.name, n=f"{abs(line.change or 0):,}")
    top = max(drawn.lines, key=lambda line: line.value_share or 0)
    return _("{cell} bring {share} of {value}").format(
        cell=top.name, share=wording.percent(top.value_share or 0), value=value_word(drawn.by)
    )


def _concentration(drawn: Drawn) -> str:
    """The upper cells that together are nearest to a twentieth of the people, K1's question."""
    people = value = 0.0
    for line in drawn.lines[:-1]:
        people, value = people + line.people_share, value + (line.value_share or 0)
        if people >= 0.045:
            break
    return _("the top {people} of customers bring {share} of {value}").format(
        people=wording.percent(people), share=wording.percent(value), value=value_word(drawn.by)
    )


def value_word(by: str) -> str:
    return _("profit") if by == "profit" else _("revenue")


@dataclass(frozen=True)
class AxisWords:
    name: str
    measure: str
    formula: str
    cut: str
    ties: str
    bands: tuple[tuple[str, str], ...]  # name, from … to


def axis_words(axis: Axis) -> AxisWords:
    zh = is_chinese()
    measure = BY_CODE.get(axis.measure)
    name = axis.name_zh if zh else axis.name_en
    formula = (measure.formula_zh if zh else measure.formula_en) if measure else ""
    named = (measure.name_zh if zh else measure.name_en) if measure else name
    bands = axis.bands_zh if zh else axis.bands_en
    places = edges(axis)
    return AxisWords(
        name, named, formula, _cut(axis), _ties(axis),
        tuple((bands[band], places[band]) for band in best_first(axis)),
    )  # fmt: skip


def _cut(axis: Axis) -> str:
    if axis.cut == "category":
        return _("by the value itself")
    if axis.cut == "absolute":
        return _("by fixed cut points")
    way = _("from the lowest up") if axis.ascending else _("from the highest down")
    if axis.cut == "share":
        return _("by share of the customers, {way}").format(way=way)
    return _("by share of the total, {way}").format(way=way)


def _ties(axis: Axis) -> str:
    if axis.cut in ("category", "absolute"):
        return ""
    if axis.ties == "together":
        return _("Customers with equal values stand in the same band.")
    return _("Customers with equal values are ordered by customer number, the earlier first.")


def population_words(definition: Definition) -> str:
    if not definition.population:
        return _("every customer")
    zh = is_chinese()
    parts = []
    for code, least in definition.population:
        measure = BY_CODE.get(code)
        name = (measure.name_zh if zh else measure.name_en) if measure else code
        money = measure is not None and measure.unit == "money"
        if money and least <= 1:
            parts.append(_("{measure} above zero").format(measure=name))
            continue
        parts.append(f"{name} ≥ {wording.money_full(int(least)) if money else f'{least:g}'}")
    return _(" and ").join(parts)


def cell_words(cell: Cell, axes: Sequence[Axis], all_names: Known) -> str:
    """Which bands or which rule make the cell: R 4 分、5 分 · F 1 分 …"""
    zh = is_chinese()
    if cell.when is not None:
        return sentence(cell.when, all_names, language())
    if not axes:
        return _("everybody else")
    parts = []
    for axis, bands in zip(axes, cell.bands, strict=True):
        names = axis.bands_zh if zh else axis.bands_en
        name = (axis.name_zh if zh else axis.name_en).split(" ")[-1]
        parts.append(f"{name} {_(', ').join(names[band] for band in bands)}")
    return " · ".join(parts)


def strategy(cell: Cell) -> str:
    return cell.strategy_zh if is_chinese() else cell.strategy_en


def cell_name(cell: Cell) -> str:
    return cell.name_zh if is_chinese() else cell.name_en


def span_words(earlier: date, later: date) -> str:
    days = (later - earlier).days
    if 28 <= days <= 31:
        return _("one month")
    return _("{n} days").format(n=days)


def bands_title(axes: Sequence[Axis], bands: Sequence[int]) -> str:
    names = [band_name(axis, band, language()) for axis, band in zip(axes, bands, strict=True)]
    return " · ".join(names)


def move_title(
    names: dict[str, Cell],
    came: Sequence[str] | None,
    went: Sequence[str] | None,
    earlier: date,
    later: date,
) -> str:
    """Gold 2026-10-20 → Iron 2026-11-20; one side alone when the other is any."""
    then, today = (
        None if cells is None else f"{_(', ').join(_place(names, cell) for cell in cells)} {day}"
        for cells, day in ((came, earlier), (went, later))
    )
    return " → ".join(part for part in (then, today) if part) or _("All customers of both days")


def _place(names: dict[str, Cell], code: str) -> str:
    if not code:
        return _("Outside the scheme")
    return cell_name(names[code]) if code in names else code


def refusal(problem: ValueError) -> str:
    """What a rule said, in the language of the page."""
    return told(problem) if isinstance(problem, Sentence) else str(problem)


def cut_texts(axis: Axis) -> list[str]:
    """The cut points as people write them."""
    if axis.cut == "category":
        return list(axis.bands_zh if is_chinese() else axis.bands_en)
    measure = BY_CODE.get(axis.measure)
    if axis.cut in ("share", "cumulative"):
        return [f"{value:.4%}".rstrip("0%").rstrip(".") + "%" for value in axis.at]
    if measure is not None and measure.unit == "money":
        return [wording.money_full(int(value)) for value in axis.at]
    if measure is not None and measure.unit == "share":
        return [wording.percent(value) for value in axis.at]
    return [f"{value:g}" for value in axis.at]
