"""What acting on a customer is expected to bring for the time it takes. Pure.

worth = value at stake × chance that acting changes it ÷ minutes of work, told per hour.
Chances and minutes are data (settings); a chance is measured where playbooks hold some out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

UNKNOWN = -1
WORD_GIVEN = 10**17  # promises and what a person asked for stand above all that is reckoned
DEFAULT_CHANCE = 0.05
DEFAULT_MINUTES = 8.0
LEAST_MINUTES = 0.5


@dataclass(frozen=True)
class Reason:
    """One reason of a task, as far as the ranking looks: its kind, and a chance of its own."""

    kind: str
    chance: float | None = None
    is_word: bool = False
    is_measured: bool = False


@dataclass(frozen=True)
class Rank:
    """`worth`: minor units an hour, −1 = unknown; above WORD_GIVEN for a word given."""

    chance: float
    minutes: float
    worth: int
    is_measured: bool = False  # the chance; else it is assumed


def rank_of(
    value: int | None,
    reasons: Iterable[Reason],
    channel: str,
    *,
    chances: Mapping[str, float],
    minutes: Mapping[str, float],
) -> Rank:
    """The best chance among the reasons counts: one contact answers all of them.

    >>> rank_of(864_000, [Reason("overdue")], "phone", chances={"overdue": 0.1},
    ...         minutes={"phone": 8})
    Rank(chance=0.1, minutes=8.0, worth=648000, is_measured=False)
    """
    reasons = tuple(reasons)
    best = max(((_chance(one, chances), one.is_measured) for one in reasons),
               default=(DEFAULT_CHANCE, False))  # fmt: skip
    chance, is_measured = best
    taken = effort(minutes, channel)
    worth = UNKNOWN if value is None else round(value * chance * 60 / taken)
    if any(reason.is_word for reason in reasons):
        worth = WORD_GIVEN + max(worth, 0)
    return Rank(chance, taken, worth, is_measured)


def most_worth(stake: float | None, minutes: float) -> int:
    """What a contact could be worth that takes as long. `stake`: value times chance, None =
    unknown; told a little too high, as databases round differently.

    >>> most_worth(86_400.0, 2)
    2592001
    """
    return UNKNOWN if stake is None else ceil(max(stake, 0) * 60 / minutes) + 1


def quickest(minutes: Mapping[str, float], channels: Iterable[str] = ()) -> float:
    """Minutes of the quickest of these channels; () = of all there may be."""
    named = tuple(channels) or (*minutes, "")
    return min(effort(minutes, channel) for channel in named)


def effort(minutes: Mapping[str, float], channel: str) -> float:
    taken = float(minutes.get(channel, minutes.get("", DEFAULT_MINUTES)))
    return max(taken, LEAST_MINUTES)


def chance_of(kind: str, chances: Mapping[str, float]) -> float:
    return float(chances.get(kind, DEFAULT_CHANCE))


def _chance(reason: Reason, chances: Mapping[str, float]) -> float:
    return chance_of(reason.kind, chances) if reason.chance is None else reason.chance


def told(worth: int) -> int | None:
    """The gain an hour without the mark of a word given; None = unknown."""
    if worth >= WORD_GIVEN:
        return worth - WORD_GIVEN or None
    return None if worth == UNKNOWN else worth
