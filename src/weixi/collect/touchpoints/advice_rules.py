"""Which channel for what (T2): pure. Weights are data; reasons come as words in words.py."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Aim(StrEnum):
    """What a contact is for, as far as the choice of its channel goes."""

    INQUIRY = "inquiry"
    CONSULTATION = "consultation"
    INTRODUCTION = "introduction"
    BOND = "bond"
    NOTICE = "notice"
    APOLOGY = "apology"


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Why(StrEnum):
    """What speaks for a channel, against it, or rules it out."""

    FAST = "fast"
    SLOW = "slow"
    RICH = "rich"
    PLAIN = "plain"
    INTERACTIVE = "interactive"
    ONE_WAY = "one_way"
    CHEAP = "cheap"
    COSTLY = "costly"
    WISHED = "wished"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    OVER_BUDGET = "over_budget"


@dataclass(frozen=True)
class Nature:
    """A channel: cost level 1 to 3, the others 1 to 5; `cost` of one contact in minor units."""

    code: str
    cost_level: int
    speed: int
    richness: int
    interaction: int
    cost: int
    needs: str  # kind of identity it is reached by; empty: none


@dataclass(frozen=True)
class Case:
    """`budget` in minor units a contact; None: not limited. `identities`: None: not asked."""

    aim: Aim
    urgency: Urgency = Urgency.NORMAL
    budget: int | None = None
    wished: str = ""
    refused: frozenset[str] = frozenset()
    refused_all: bool = False
    identities: frozenset[str] | None = None


@dataclass(frozen=True)
class Advice:
    """`fit` 0 to 100; `speaks_for` and `against`: the strongest first; `barred`: why it is out."""

    code: str
    fit: int
    speaks_for: tuple[Why, ...]
    against: tuple[Why, ...]
    barred: Why | None = None


# How much of each nature an aim needs. Deep talk needs interaction and richness; a formal
# introduction richness; feeling both; a notice is fast and cheap.
WEIGHTS: dict[str, dict[str, float]] = {
    "inquiry": {"speed": 3, "richness": 1, "interaction": 2, "cost": 2},
    "consultation": {"speed": 1, "richness": 3, "interaction": 4, "cost": 1},
    "introduction": {"speed": 1, "richness": 4, "interaction": 0, "cost": 2},
    "bond": {"speed": 1, "richness": 4, "interaction": 3, "cost": 0},
    "notice": {"speed": 3, "richness": 1, "interaction": 0, "cost": 4},
    "apology": {"speed": 3, "richness": 1, "interaction": 4, "cost": 0},
}
TRAITS = ("speed", "richness", "interaction", "cost")
URGENT = {Urgency.LOW: 0.3, Urgency.NORMAL: 1.0, Urgency.HIGH: 4.0}
WISH_ADDS = 15  # of 100
MUCH, LITTLE = 0.7, 0.3
MOST_SHOWN = 3
FOR_AND_AGAINST = {
    "speed": (Why.FAST, Why.SLOW),
    "richness": (Why.RICH, Why.PLAIN),
    "interaction": (Why.INTERACTIVE, Why.ONE_WAY),
    "cost": (Why.CHEAP, Why.COSTLY),
}


def advise(
    case: Case, channels: list[Nature], weights: Mapping[str, Mapping[str, float]]
) -> list[Advice]:
    """Channels that can be used, the best first; then those that cannot, with the bar."""
    found = [_advice(case, nature, weights[case.aim]) for nature in channels]
    return sorted(found, key=lambda one: (one.barred is not None, -one.fit))


def _advice(case: Case, nature: Nature, weights: Mapping[str, float]) -> Advice:
    traits = _traits(nature)
    felt = {t: float(weights.get(t, 0)) for t in TRAITS}
    felt["speed"] *= URGENT[case.urgency]
    whole = sum(felt.values()) or 1.0
    fit = 100 * sum(felt[t] * traits[t] for t in TRAITS) / whole
    matters = sorted((t for t in TRAITS if felt[t] / whole >= 0.1), key=lambda t: -felt[t])
    speaks_for = [FOR_AND_AGAINST[t][0] for t in matters if traits[t] >= MUCH]
    against = [FOR_AND_AGAINST[t][1] for t in matters if traits[t] <= LITTLE]
    if case.wished == nature.code:
        fit, speaks_for = min(100.0, fit + WISH_ADDS), [Why.WISHED, *speaks_for]
    return Advice(nature.code, round(fit), tuple(speaks_for), tuple(against), _barred(case, nature))


def _traits(nature: Nature) -> dict[str, float]:
    """0 to 1, more is better; a low cost is good."""
    return {
        "speed": (nature.speed - 1) / 4,
        "richness": (nature.richness - 1) / 4,
        "interaction": (nature.interaction - 1) / 4,
        "cost": (3 - nature.cost_level) / 2,
    }


def _barred(case: Case, nature: Nature) -> Why | None:
    if case.refused_all or nature.code in case.refused:
        return Why.REFUSED
    if case.identities is not None and nature.needs and nature.needs not in case.identities:
        return Why.NO_ADDRESS
    if case.budget is not None and nature.cost > case.budget:
        return Why.OVER_BUDGET
    return None
