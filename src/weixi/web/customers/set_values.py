"""The weights and numbers that a measure is computed with, as they are set now."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from weixi.core.values import value_of
from weixi.measure.actions import (
    DIMENSION_WEIGHTS,
    LISTENERS,
    LOYALTY_WEIGHTS,
    TOLERANCE,
)
from weixi.measure.rules import Listeners
from weixi.web.vocabulary import word
from weixi.web.wording import number

LOYALTY = ("loyalty_index", "loyalty_coverage", "loyalty_behaviour", "loyalty_attitude")


def set_values(code: str) -> list[tuple[str, str]]:
    """(name, value) of each; empty for a measure that nothing is set for."""
    if code == "service_quality":
        return _weights("dimension", value_of(DIMENSION_WEIGHTS))
    if code in LOYALTY:
        return _weights("indicator", value_of(LOYALTY_WEIGHTS))
    if code == "listeners":
        return _listeners(value_of(LISTENERS), value_of(TOLERANCE))
    return []


def _weights(kind: str, told: Mapping[str, float]) -> list[tuple[str, str]]:
    return [(word(kind, code), f"{weight:g}") for code, weight in told.items()]


def _listeners(told: Mapping[str, int], tolerance: float) -> list[tuple[str, str]]:
    low, high = number(1 - tolerance, 2), number(1 + tolerance, 2)
    names = {
        Listeners.UNSATISFIED: _("c below {low}").format(low=low),
        Listeners.SATISFIED: _("c from {low} to {high}").format(low=low, high=high),
        Listeners.DELIGHTED: _("c above {high}").format(high=high),
    }
    return [(names[Listeners(code)], f"{people}") for code, people in told.items()]
