"""What people promise and answer in a simulated month, done through the product and counted by
hand beside it: nothing here asks the product what it counted."""

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from weixi.collect.customers.models import Customer
from weixi.collect.touchpoints.actions import record_contact
from weixi.collect.touchpoints.promising import break_promise, keep_promise, make_promise
from weixi.core.actor import SYSTEM
from weixi.staff.models import User
from weixi.staff.queries import actor_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
TARGET = 30
WAITS = [2, 9, 25, 30, 31, 48, 200, 1_100]  # minutes until we answer
ENDS = ["kept"] * 12 + ["late"] * 3 + ["broken"] * 2 + ["never"]


@dataclass
class ByHand:
    """`kept`: person → how its promises ended. `clocks`: [from, until or None, is it the first]."""

    dice: random.Random
    writers: list[Customer]
    hearers: dict[int, list[Customer]]
    kept: dict[int, Counter] = field(default_factory=lambda: defaultdict(Counter))
    due: list[tuple[User, datetime]] = field(default_factory=list)
    clocks: list[list] = field(default_factory=list)
    later: list[tuple] = field(default_factory=list)

    def day(self, day: date, staff: list[User]) -> None:
        """Promises and letters of a day, and what earlier days left for it, in order of time."""
        for one in staff:
            self._promise(one, day)
        for _ in range(max(len(self.writers) // 300, 2)):
            at = midnight(day) + timedelta(minutes=self.dice.randrange(1_380))
            self.later.append((at, self._writes, (self.writers.pop(), True)))
        end = midnight(day + timedelta(days=1))
        while ready := [event for event in self.later if event[0] < end]:
            event = min(ready, key=lambda one: one[0])
            self.later.remove(event)
            event[1](event[0], *event[2])

    def _promise(self, one: User, day: date) -> None:
        at = midnight(day) + timedelta(hours=17, minutes=self.dice.randrange(30))
        due = midnight(day + timedelta(days=self.dice.randint(1, 6))) + timedelta(hours=15)
        made = make_promise(
            customer_id=self.dice.choice(self.hearers[one.pk]).pk, what="样品寄出", due_at=due,
            by=actor_of(one, door="web"), at=at,
        )  # fmt: skip
        self.due.append((one, due))
        end = self.dice.choice(ENDS)
        moment = due + timedelta(hours=-3 if end == "kept" else 30)
        if end != "never":
            self.later.append((moment, self._settles, (one, due, made.pk, end)))

    def _settles(self, at: datetime, one: User, due: datetime, promise: int, end: str) -> None:
        by = actor_of(one, door="web")
        if end == "broken":
            break_promise(promise, reason="缺货", by=by, at=at)
        else:
            keep_promise(promise, more="", by=by, at=at)
        self.kept[one.pk][end] += 1
        self.due.remove((one, due))

    def _writes(self, at: datetime, who: Customer, is_first: bool) -> None:
        self._told(who, "in", at)
        clock = [at, None, is_first]
        self.clocks.append(clock)
        if self.dice.random() < 0.9:
            answer = at + timedelta(minutes=self.dice.choice(WAITS))
            self.later.append((answer, self._answered, (who, clock)))

    def _answered(self, at: datetime, who: Customer, clock: list) -> None:
        self._told(who, "out", at)
        clock[1] = at
        if clock[2] and self.dice.random() < 0.3:  # and asks something more
            self.later.append((at + timedelta(minutes=40), self._writes, (who, False)))

    def _told(self, who: Customer, direction: str, at: datetime) -> None:
        record_contact(customer_id=who.pk, channel="email", direction=direction,
                       purpose="service", by=SYSTEM, at=at)  # fmt: skip

    def promises(self, at: datetime) -> dict[int, tuple[int, int, int, int, int]]:
        """Person → kept, late, broken, open in time, open beyond it."""
        overdue, still = Counter(), Counter()
        for one, due in self.due:
            (overdue if due < at else still)[one.pk] += 1
        people = {*self.kept, *overdue, *still}
        return {
            pk: (*(self.kept[pk][end] for end in ("kept", "late", "broken")), still[pk],
                 overdue[pk])
            for pk in people
        }  # fmt: skip

    def replies(self, at: datetime, *, first_only: bool) -> tuple[int, int, int, int, float]:
        """Answered in time, late, open in time, open beyond it, and the median minutes."""
        clocks = [clock for clock in self.clocks if clock[2] or not first_only]
        answered = sorted(minutes_at_work(clock[0], clock[1]) for clock in clocks if clock[1])
        open_ = [minutes_at_work(clock[0], at) for clock in clocks if not clock[1]]
        met = sum(used <= TARGET for used in answered)
        middle = len(answered) // 2
        odd = len(answered) % 2
        median = answered[middle] if odd else (answered[middle - 1] + answered[middle]) / 2
        overdue = sum(used > TARGET for used in open_)
        return met, len(answered) - met, len(open_) - overdue, overdue, median


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def minutes_at_work(since: datetime, until: datetime) -> int:
    """Minute by minute: Monday to Friday, nine to six. There is no holiday in these weeks."""
    found, at = 0, since.astimezone(SHANGHAI)
    while at < until:
        found += at.weekday() < 5 and 9 <= at.hour < 18
        at += timedelta(minutes=1)
    return found
