"""What acting on somebody is worth by the settings of the list and by what was measured."""

from collections.abc import Mapping
from typing import Any

from .measured import Chances, measured_chances
from .plan import Candidate
from .ranking import Rank, Reason, chance_of, rank_of
from .rules import WORDS_GIVEN, Signal
from .thresholds import CHANCE, EFFORT_MINUTES, values_under

MEASURED = "measured"


def rank(candidate: Candidate, channel: str, values: Mapping[str, Any]) -> Rank:
    measured: Chances = values[MEASURED]
    reasons = [_reason(signal, measured) for signal in candidate.signals]
    return rank_of(
        candidate.value, reasons, channel, chances=values[CHANCE], minutes=values[EFFORT_MINUTES]
    )


def _reason(signal: Signal, measured: Chances) -> Reason:
    """The chance that was measured, else the playbook's own, else the one of the reason."""
    found = measured.of(signal.kind, signal.facts.get("playbook"))
    chance = signal.facts.get("chance") if found is None else found.chance
    return Reason(signal.kind, chance, signal.kind in WORDS_GIVEN, found is not None)


def care_values() -> dict[str, Any]:
    """The settings of the list, and beside them the chances that were measured."""
    return values_under("care.") | {MEASURED: measured_chances()}


def likely_chance(kind: str, values: Mapping[str, Any]) -> float:
    """Of a reason that the system finds by itself."""
    measured: Chances = values[MEASURED]
    found = measured.of(kind, None)
    return chance_of(kind, values[CHANCE]) if found is None else found.chance
