"""Who came into a segment and who left it between two refreshed days, and by which version."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.runs import refreshed_days

from .editing import MEMBERS
from .history import OUTSIDE, days_of, moves, version_on
from .models import Scheme, SchemeVersion

MOST_PERIODS = 12


@dataclass(frozen=True)
class Changes:
    """before + entered − left = after. `version`: of the rule that made the members of the later
    day; None: it is not told."""

    earlier: date
    later: date
    before: int
    entered: int
    left: int
    version: int | None

    @property
    def after(self) -> int:
        return self.before + self.entered - self.left

    @property
    def stayed(self) -> int:
        return self.before - self.left


@dataclass(frozen=True)
class Membership:
    """A segment's names, its days of the history, the newest first, and who came and went between
    them; `chosen`: between the two days asked for."""

    name_zh: str
    name_en: str
    days: list[date]
    periods: list[Changes]
    chosen: Changes | None


def membership(actor: Actor, code: str, *, between: tuple[str, str]) -> Membership:
    """`between`: two days as text; what is no day of the history counts as the newest two."""
    found = Scheme.objects.filter(code=code, kind="segment", deleted_at=None).first()
    if found is None:
        raise Missing("segment")
    newest = SchemeVersion.objects.filter(scheme=found).order_by("-version").first() or found
    days = [day for day in days_of(code, before=date.max) if day in set(refreshed_days())]
    shown = days[: MOST_PERIODS + 1]
    periods = [_between(actor, code, earlier, later) for later, earlier in pairwise(shown)]
    return Membership(
        newest.name_zh, newest.name_en, days, periods, _chosen(actor, code, days, between)
    )


def _chosen(actor: Actor, code: str, days: list[date], between: tuple[str, str]) -> Changes | None:
    asked = {day for day in days if day.isoformat() in between}
    pair = sorted(asked if len(asked) == 2 else days[:2])
    return _between(actor, code, pair[0], pair[1]) if len(pair) == 2 else None


def _between(actor: Actor, code: str, earlier: date, later: date) -> Changes:
    counted = moves(actor, code, earlier, later)
    stayed = counted.get((MEMBERS, MEMBERS), 0)
    left = counted.get((MEMBERS, OUTSIDE), 0)
    entered = counted.get((OUTSIDE, MEMBERS), 0)
    return Changes(earlier, later, stayed + left, entered, left, version_on(code, later))
