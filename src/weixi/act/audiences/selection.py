"""What a list of customers may be cut and ordered by, read from an address. Nothing else passes."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from weixi.collect.customers import filters as plain
from weixi.core.errors import RuleBroken
from weixi.measure.rules import Phase

RANKED_ORDERS = ("stake", "revenue", "risk", "last_purchase")
ORDERS = (*plain.ORDERS, *RANKED_ORDERS)
DEFAULT_ORDER = "newest"
OF_CUSTOMERS = frozenset(f.name for f in fields(plain.Filters))
DAYS = ("last_from", "last_to")
PERCENTS = ("risk_from", "risk_to")
AMOUNTS = ("stake_from", "stake_to")
MOST, MOST_CELLS = 10**9, 60


@dataclass(frozen=True)
class Selection:
    """None and empty mean "any". Risk in percent; value at stake in whole currency units.

    `cell` is SCHEME:CELL, several with commas between: cells of one scheme count together,
    different schemes cut each other. Ranges include both ends.
    """

    customers: plain.Filters = field(default_factory=plain.Filters)
    phase: str = ""
    cell: str = ""
    risk_from: int | None = None
    risk_to: int | None = None
    last_from: date | None = None
    last_to: date | None = None
    stake_from: int | None = None
    stake_to: int | None = None
    order: str = DEFAULT_ORDER

    @property
    def cells(self) -> dict[str, list[str]]:
        """Scheme → its chosen cells."""
        return cells_in(self.cell)


def cells_in(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for part in text.split(",") if text else ():
        scheme, _colon, cell = part.partition(":")
        found.setdefault(scheme, []).append(cell)
    return found


def selection_from(given: Mapping[str, str]) -> Selection:
    """RuleBroken with a sentence for a value that cannot be meant. Empty values are passed over."""
    given = {name: text.strip() for name, text in given.items() if text.strip()}
    base = plain.filters_from({n: t for n, t in given.items() if n in OF_CUSTOMERS})
    ranges: dict[str, Any] = {name: _day(given[name]) for name in DAYS if name in given}
    ranges |= {name: _whole(given[name], 100) for name in PERCENTS if name in given}
    ranges |= {name: _whole(given[name], MOST) for name in AMOUNTS if name in given}
    return Selection(
        customers=base,
        phase=_one_of(given.get("phase", ""), [str(phase) for phase in Phase]),
        cell=_cell(given.get("cell", "")),
        order=_one_of(given.get("order", DEFAULT_ORDER), ORDERS),
        **ranges,
    )


def _one_of(text: str, known: "tuple[str, ...] | list[str]") -> str:
    if text and text not in known:
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:40]})
    return text


def _cell(text: str) -> str:
    parts = text.split(",") if text else []
    if len(parts) > MOST_CELLS or any(part.count(":") != 1 for part in parts):
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:40]})
    return text


def _day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.year in plain.YEARS:
            return day
    raise RuleBroken(_("A day is written as 2026-11-20."))


def _whole(text: str, most: int) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 12 and int(text) <= most:
        return int(text)
    raise RuleBroken(_("Write a whole number from 0 to %(most)s.") % {"most": f"{most:,}"})
