"""Whether a scheme may be saved: its form, limits and names; no rule asks in a circle.

What is not allowed is a RuleBroken with a sentence that names the field and the limit.
"""

import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken, Sentence
from weixi.core.text import checked, told

from .by_rules import asked_schemes
from .conditions import Known, check, schemes_in
from .models import Scheme
from .rules import Axis, Cell, Definition, definition
from .vocabulary import known

NAME_LENGTH, STRATEGY_LENGTH, BAND_LENGTH = 60, 200, 40
MOST_CUTS, MOST_CELLS, MOST_COMBINATIONS = 9, 40, 200
COLORS = ("h1", "h2", "h3", "h4", "h5", "t1", "t2", "t3", "t4", "none")
CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
CELL_TEXTS = ("strategy_zh", "strategy_en", "basic_zh", "basic_en", "latent_zh", "latent_en")


def checked_definition(stored: Any, *, code: str = "") -> Definition:
    """`code`: the scheme that will hold it; empty for a new one."""
    parsed = _parsed(stored)
    names = known()
    try:
        for cell in parsed.cells:
            _check_cell(cell)
            if cell.when is not None:
                check(cell.when, names)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from problem
    for axis in parsed.axes:
        _check_axis(axis, names)
    _check_population(parsed, names)
    _check_circle(parsed, code)
    _check_still_used(parsed, code)
    return parsed


def _parsed(stored: Any) -> Definition:
    try:
        parsed = definition(stored)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from problem
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as problem:
        raise RuleBroken(_("This is not a scheme in the form that is documented.")) from problem
    if len(parsed.cells) > MOST_CELLS:
        raise RuleBroken(
            _("A scheme has at most %(most)s cells, this one has %(n)s.")
            % {"most": MOST_CELLS, "n": len(parsed.cells)}
        )
    combinations = 1
    for axis in parsed.axes:
        combinations *= axis.bands
    if combinations > MOST_COMBINATIONS:
        raise RuleBroken(
            _("The axes make %(n)s combinations of bands, at most %(most)s are possible.")
            % {"most": MOST_COMBINATIONS, "n": combinations}
        )
    return parsed


def _check_cell(cell: Cell) -> None:
    if not CODE.fullmatch(str(cell.code)):
        raise RuleBroken(_("The code of a cell has small letters, digits, _ and -."))
    checked(cell.name_zh, what=_("Name of the cell, Chinese"), at_most=NAME_LENGTH, need=True)
    checked(cell.name_en, what=_("Name of the cell, English"), at_most=NAME_LENGTH, need=True)
    for name in CELL_TEXTS:
        checked(getattr(cell, name), what=cell.name_zh, at_most=STRATEGY_LENGTH)
    if cell.color not in COLORS:
        raise RuleBroken(_("%(cell)s: choose a colour of the list.") % {"cell": cell.name_zh})


def _check_axis(axis: Axis, names: Known) -> None:
    for text in (axis.name_zh, axis.name_en):
        checked(text, what=_("Name of the axis"), at_most=NAME_LENGTH, need=True)
    for text in (*axis.bands_zh, *axis.bands_en):
        checked(text, what=_("Name of a band"), at_most=BAND_LENGTH, need=True)
    if axis.cut == "category":
        if axis.measure not in names.words:
            raise RuleBroken(_("%(axis)s: this measure has no values to choose.") % _named(axis))
        if not axis.at or not set(axis.at) <= set(names.words[axis.measure]):
            raise RuleBroken(_("%(axis)s: choose values of the list.") % _named(axis))
        return
    unit = names.measures.get(axis.measure, ("", "", ""))[2]
    if unit in ("", "word", "date"):
        raise RuleBroken(_("%(axis)s: choose a measure that is a number.") % _named(axis))
    _check_cuts(axis)


def _check_cuts(axis: Axis) -> None:
    if not 1 <= len(axis.at) <= MOST_CUTS:
        raise RuleBroken(
            _("%(axis)s: one to %(most)s cut points.") % {**_named(axis), "most": MOST_CUTS}
        )
    if not all(_is_number(value) for value in axis.at):
        raise RuleBroken(_("%(axis)s: cut points are numbers.") % _named(axis))
    if any(low >= high for low, high in zip(axis.at, axis.at[1:], strict=False)):
        raise RuleBroken(_("%(axis)s: each cut point is above the one before.") % _named(axis))
    if axis.cut in ("share", "cumulative") and not all(0 < value < 1 for value in axis.at):
        raise RuleBroken(_("%(axis)s: shares lie between 0 and 100 %%.") % _named(axis))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _named(axis: Axis) -> dict[str, Any]:
    return {"axis": axis.name_zh}


def _check_population(parsed: Definition, names: Known) -> None:
    for name, least in parsed.population:
        if names.measures.get(name, ("", "", "word"))[2] in ("word", "date") or not isfinite(least):
            raise RuleBroken(_("Who is covered: choose a measure and its least value."))


def _check_circle(parsed: Definition, code: str) -> None:
    """No rule asks, through others, for the cells that it makes itself."""
    asked = _asked_by_rules()
    seen, waiting = set(), list(asked_schemes(parsed))
    while waiting:
        one = waiting.pop()
        if code and one == code:
            raise RuleBroken(_("The rules ask for cells of this scheme itself."))
        if one not in seen:
            seen.add(one)
            waiting.extend(asked.get(one, ()))


def _asked_by_rules() -> dict[str, set[str]]:
    """Scheme → the schemes that its rules read."""
    rows = Scheme.objects.filter(deleted_at=None).values_list("code", "definition")
    return {code: set(_schemes_in(stored["cells"])) for code, stored in rows}


def _schemes_in(cells: Sequence[Mapping[str, Any]]) -> list[str]:
    return [code for cell in cells if cell.get("when") for code in schemes_in(cell["when"])]


def users_of(code: str) -> list[Scheme]:
    """The schemes and segments that are on and whose rules read the cells of this one."""
    rows = Scheme.objects.filter(is_on=True, deleted_at=None).exclude(code=code)
    return [row for row in rows if code in _schemes_in(row.definition["cells"])]


def refuse_if_used(code: str) -> None:
    users = users_of(code)
    if users:
        names = _(", ").join(user.name_zh for user in users)
        raise RuleBroken(_("%(names)s ask for its cells. Change them first.") % {"names": names})


def _check_still_used(parsed: Definition, code: str) -> None:
    """A cell that another rule asks for stays."""
    cells = {cell.code for cell in parsed.cells}
    for user in users_of(code) if code else ():
        for cell in user.definition["cells"]:
            gone = _asked_cells(cell.get("when"), code) - cells if cell.get("when") else set()
            if gone:
                raise RuleBroken(
                    _("%(name)s asks for the cell %(cell)s. Change it first.")
                    % {"name": user.name_zh, "cell": min(gone)}
                )


def _asked_cells(node: Mapping[str, Any], code: str) -> set[str]:
    for word in ("all", "any"):
        if word in node:
            return set().union(*(_asked_cells(part, code) for part in node[word]))
    if "not" in node:
        return _asked_cells(node["not"], code)
    return set(node["in"]) if node.get("cell") == code else set()
