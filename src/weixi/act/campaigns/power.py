"""What the control group can show: said before the launch."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.analytics.uplift import detectable_share

from .rules import Goal, GoalMeasure

SHARES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.5)


@dataclass(frozen=True)
class Power:
    """Shares 0–1. `found`: the smallest rise of buying again that is found in 4 of 5 such
    campaigns; None: none can be. `base`, `rise`: what the goal says; `others`: at other shares."""

    receives: int
    held_out: int
    base: float
    rise: float
    found: float | None
    others: tuple[tuple[float, float | None], ...]

    @property
    def found_points(self) -> float | None:
        return None if self.found is None else 100 * self.found

    @property
    def rise_points(self) -> float:
        return 100 * self.rise

    @property
    def others_points(self) -> list[tuple[float, float | None]]:
        return [(share, None if found is None else 100 * found) for share, found in self.others]

    @property
    def is_enough(self) -> bool:
        return self.found is not None and self.rise >= self.found


def power_of(receives: int, held_out: int, goals: Sequence[Goal]) -> Power | None:
    """None: no goal says how many buy again, so nothing can be reckoned beforehand."""
    goal = next((goal for goal in goals if goal.measure is GoalMeasure.BOUGHT), None)
    if goal is None or goal.now is None:
        return None
    base, whole = goal.now / 100, receives + held_out
    at = [(share, round(whole * share)) for share in SHARES]
    return Power(
        receives, held_out, base, goal.rise / 100,
        detectable_share(receives, held_out, base=base),
        tuple((share, detectable_share(whole - n, n, base=base)) for share, n in at),
    )  # fmt: skip


def smallest_seen(treated: int, held_out: int, base: float | None) -> float | None:
    """The smallest rise that arms as they were filled can show, beside a share of buyers."""
    return None if base is None else detectable_share(treated, held_out, base=base)
