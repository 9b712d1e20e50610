"""What a campaign needs to be good enough to start. Pure: a design in, sentences out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from weixi.core.errors import Sentence

GOALS_LEAST, GOALS_MOST = 2, 6
WAVES_MOST = 3
MOST_SATISFIED = 5.0  # c = perceived / expected; more is a slip of the pen


class CampaignState(StrEnum):
    """`waiting`: for the approval of a second person."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"
    EVALUATED = "evaluated"


class GoalKind(StrEnum):
    BEHAVIOUR = "behaviour"
    FEELING = "feeling"
    KNOWLEDGE = "knowledge"
    VALUE = "value"


class GoalMeasure(StrEnum):
    """What the number of a goal counts."""

    BOUGHT = "bought"
    REVENUE = "revenue"
    MARGIN = "margin"
    SATISFACTION = "satisfaction"
    ANSWERED = "answered"
    OTHER = "other"


class MainMessage(StrEnum):
    """Where the main message stands in the structure of the content."""

    FIRST = "first"
    LAST = "last"


class ReachStep(StrEnum):
    """Where a customer of the audience leaves the funnel; `receives`: the rest."""

    EXCLUDED = "excluded"
    OPTED_OUT = "opted_out"
    NO_ADDRESS = "no_address"
    CAPPED = "capped"
    COMPLAINT = "complaint"
    HELD_OUT = "held_out"
    RECEIVES = "receives"


SHARES = frozenset({GoalMeasure.BOUGHT})  # numbers in percent
OPEN_STATES = (
    CampaignState.DRAFT,
    CampaignState.WAITING,
    CampaignState.APPROVED,
    CampaignState.RUNNING,
)
LAUNCHED = (
    CampaignState.RUNNING,
    CampaignState.STOPPED,
    CampaignState.ENDED,
    CampaignState.EVALUATED,
)
# From why the policy says no to the step of the funnel, the nearest to being reached first.
WHY_NOT: Mapping[str, ReachStep] = {
    "open_complaint": ReachStep.COMPLAINT,
    "cap_reached": ReachStep.CAPPED,
    "paused": ReachStep.CAPPED,
    "care_first": ReachStep.CAPPED,
    "opted_out": ReachStep.OPTED_OUT,
    "no_consent": ReachStep.OPTED_OUT,
    "do_not_contact": ReachStep.OPTED_OUT,
}
NEAREST = (ReachStep.COMPLAINT, ReachStep.CAPPED, ReachStep.OPTED_OUT, ReachStep.NO_ADDRESS)


@dataclass(frozen=True)
class Goal:
    """`now` and `target` in the unit of the measure: percent, money in whole units, c, a count."""

    kind: GoalKind
    measure: GoalMeasure
    text: str
    now: float | None
    target: float | None
    by: date | None

    @property
    def rise(self) -> float:
        return (self.target or 0.0) - (self.now or 0.0)


@dataclass(frozen=True)
class FunnelRow:
    """One line of the reach: `left` and `width` in percent of the audience."""

    step: str  # "audience", a ReachStep, in their order
    count: int
    left: float
    width: float


def check_goal(goal: Goal, *, today: date) -> None:
    """Specific, reachable, dated; a Sentence says which is missing."""
    said = {"goal": goal.text}
    if goal.now is None and goal.target is None:
        raise Sentence(
            "“%(goal)s” has no number: say what it is now and what it shall become.", **said
        )
    if goal.now is None:
        raise Sentence("“%(goal)s” does not say where it stands now: enter the number.", **said)
    if goal.target is None:
        raise Sentence("“%(goal)s” does not say how much: enter the number to reach.", **said)
    if goal.by is None:
        raise Sentence("“%(goal)s” has no date: say until when it shall be reached.", **said)
    if goal.by <= today:
        raise Sentence("“%(goal)s” shall be reached on a day after today.", **said)
    if goal.target == goal.now:
        raise Sentence("“%(goal)s” changes nothing: now and target are the same.", **said)
    _check_range(goal)


def check_goals(goals: Sequence[Goal]) -> None:
    if len(goals) < GOALS_LEAST:
        raise Sentence("A campaign has at least two goals; this one has %(n)d.", n=len(goals))
    if len(goals) > GOALS_MOST:
        raise Sentence("A campaign has at most %(most)d goals.", most=GOALS_MOST)
    if len({goal.kind for goal in goals}) < 2:
        raise Sentence("Every goal is of one kind: add one of another, as what customers feel.")


def step_of(reasons: Iterable[str]) -> ReachStep:
    """Why none of the channels can be used, when each gave a reason."""
    found = {WHY_NOT.get(reason, ReachStep.NO_ADDRESS) for reason in reasons}
    return next((step for step in NEAREST if step in found), ReachStep.NO_ADDRESS)


def funnel(counts: Mapping[str, int]) -> list[FunnelRow]:
    """From the audience to those who will receive it, each step cut from what was left.

    >>> [(row.step, row.count, row.left) for row in funnel({"opted_out": 1, "receives": 3})][:3]
    [('audience', 4, 0.0), ('excluded', 0, 100.0), ('opted_out', 1, 75.0)]
    """
    whole = sum(counts.values())
    share = 100 / whole if whole else 0.0
    rows, left = [FunnelRow("audience", whole, 0.0, 100.0 if whole else 0.0)], whole
    for step in ReachStep:
        count = counts.get(step, 0)
        left -= count
        start = 0.0 if step is ReachStep.RECEIVES else round(left * share, 2)
        rows.append(FunnelRow(step, count, start, round(count * share, 2)))
    return rows


def _check_range(goal: Goal) -> None:
    said = {"goal": goal.text}
    numbers = (goal.now or 0.0, goal.target or 0.0)
    if min(numbers) < 0:
        raise Sentence("“%(goal)s”: numbers are zero or more.", **said)
    if goal.measure in SHARES and max(numbers) > 100:
        raise Sentence("“%(goal)s” cannot be reached: a share is at most 100 percent.", **said)
    if goal.measure is GoalMeasure.SATISFACTION and max(numbers) > MOST_SATISFIED:
        raise Sentence("“%(goal)s” cannot be reached: satisfaction c is around 1.", **said)
