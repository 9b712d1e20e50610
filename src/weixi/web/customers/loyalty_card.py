"""The cards of loyalty (M7 to M9) and of the bonds beside it (C8). Reads nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.collect.customers.bonds import BondRow, Bonds
from weixi.collect.customers.rules import BARRIERS, BondKind
from weixi.measure.registry import BY_CODE
from weixi.measure.rules import (
    BEHAVIOUR,
    INDICATORS,
    SEEN_FROM_PURCHASE_DAYS,
    SEEN_FROM_TENURE_DAYS,
    LoyaltyKind,
)
from weixi.web.vocabulary import word

from .portrait import why_words

LEFT, TOP, SIDE = 18, 8, 102  # of the field of the two axes, in drawn units


@dataclass(frozen=True)
class Indicator:
    """`value` 0 to 100, more = more loyal; `source` says whether it was seen or asked."""

    code: str
    value: float | None
    source: str
    why: str
    is_behaviour: bool


@dataclass(frozen=True)
class LoyaltyCard:
    """`x`, `y`: the place between attitude and behaviour; None when an axis is unknown.
    `cut_x`, `cut_y`: where high begins on each axis; `shade`: corner and size of its cell."""

    kind: str
    kind_word: str
    pair_word: str  # satisfaction × loyalty
    why_kind: str
    behaviour: float | None
    attitude: float | None
    index: float | None
    coverage: float
    known: int
    whole: int
    x: float | None
    y: float | None
    cut_x: float
    cut_y: float
    shade: tuple[float, float, float, float] | None
    rows: tuple[Indicator, ...]
    reason: str
    listeners: int | None


@dataclass(frozen=True)
class BondGroup:
    kind: str
    word: str
    rows: tuple[BondRow, ...]


@dataclass(frozen=True)
class BondsCard:
    """`finding`: what the bonds rest on; `why` in words when loyalty is fragile."""

    groups: tuple[BondGroup, ...]
    past: tuple[BondRow, ...]
    is_fragile: bool
    finding: str
    why: str


def loyalty_card(snapshot: Any, *, high: float, forgave: bool) -> LoyaltyCard | None:
    """None before the first refresh. `high`: from which score an axis counts as high."""
    if snapshot is None:
        return None
    rows = tuple(_indicator(code, snapshot, forgave) for code in INDICATORS)
    acts, feels = snapshot.loyalty_behaviour, snapshot.loyalty_attitude
    is_placed = acts is not None and feels is not None
    kind = snapshot.loyalty_kind or ""
    return LoyaltyCard(
        kind=kind,
        kind_word=word("loyalty", kind) if kind else "",
        pair_word=_worded("satisfaction_loyalty", snapshot.satisfaction_loyalty),
        why_kind="" if kind else _why_not_placed(acts, feels),
        behaviour=acts,
        attitude=feels,
        index=snapshot.loyalty_index,
        coverage=snapshot.loyalty_coverage or 0.0,
        known=sum(row.value is not None for row in rows),
        whole=len(rows),
        x=_across(feels) if is_placed else None,
        y=_down(acts) if is_placed else None,
        cut_x=_across(high),
        cut_y=_down(high),
        shade=_cell(kind, high) if kind else None,
        rows=rows,
        reason=_worded("loyalty_reason", snapshot.loyalty_reason),
        listeners=snapshot.listeners,
    )


def _across(score: float) -> float:
    return round(LEFT + SIDE * score / 100, 1)


def _down(score: float) -> float:
    return round(TOP + SIDE * (1 - score / 100), 1)


def _cell(kind: str, high: float) -> tuple[float, float, float, float]:
    """x, y, width and height of the cell the customer stands in."""
    is_right = kind in (LoyaltyKind.TRUE, LoyaltyKind.LATENT)
    is_upper = kind in (LoyaltyKind.TRUE, LoyaltyKind.SPURIOUS)
    x, y = _across(high), _down(high)
    left, width = (x, LEFT + SIDE - x) if is_right else (LEFT, x - LEFT)
    top, height = (TOP, y - TOP) if is_upper else (y, TOP + SIDE - y)
    return left, top, round(width, 1), round(height, 1)


def _worded(kind: str, code: str | None) -> str:
    return word(kind, code) if code else ""


def _why_not_placed(acts: float | None, feels: float | None) -> str:
    if acts is None and feels is None:
        return _("neither behaviour nor attitude is known")
    return _("behaviour is not known") if acts is None else _("attitude is not known")


def _indicator(code: str, snapshot: Any, forgave: bool) -> Indicator:
    value = getattr(snapshot, code)
    is_seen = {
        "price_sensitivity": snapshot.purchase_days >= SEEN_FROM_PURCHASE_DAYS,
        "repeat_purchase": (snapshot.tenure_days or 0) >= SEEN_FROM_TENURE_DAYS,
        "quality_tolerance": forgave,
    }.get(code, False)
    source = pgettext("indicator", "seen") if is_seen else pgettext("indicator", "asked")
    if value is not None:
        return Indicator(code, value, source, "", code in BEHAVIOUR)
    return Indicator(code, None, "", why_words(BY_CODE[code].why_unknown), code in BEHAVIOUR)


def bonds_card(found: Bonds) -> BondsCard:
    held = [row for row in found.rows if row.is_in_force]
    groups = tuple(
        BondGroup(kind, word("bond", kind), tuple(row for row in held if row.kind == kind))
        for kind in BondKind
    )
    return BondsCard(
        groups=groups,
        past=tuple(row for row in found.rows if not row.is_in_force),
        is_fragile=found.is_fragile,
        finding=_finding(held, found.is_fragile),
        why=_why_fragile(held) if found.is_fragile else "",
    )


def _finding(held: Sequence[BondRow], is_fragile: bool) -> str:
    if not held:
        return _("nothing recorded")
    if is_fragile:
        return _("rests on barriers alone")
    feeling = sum(row.kind not in BARRIERS for row in held)
    mostly = feeling * 2 >= len(held)
    return _("mostly feeling, not fragile") if mostly else _("with feeling, not fragile")


def _why_fragile(held: Sequence[BondRow]) -> str:
    """What would have to fall away for the customer to go."""
    kinds = list(dict.fromkeys(word("bond", row.kind) for row in held))
    ends = [row.days_left for row in held if row.days_left is not None]
    text = _("Only barriers hold this customer ({kinds}); no bond of feeling or benefit does.")
    text = text.format(kinds=" · ".join(kinds))
    if ends:
        text += " " + _("The first one ends in {days} days.").format(days=min(ends))
    return text
