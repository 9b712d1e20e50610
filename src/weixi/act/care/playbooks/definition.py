"""The stored form of a playbook read and checked: a sentence for whatever cannot work. Pure.

{"trigger": {"kind": "enter", "scheme": "lifecycle", "cells": ["decline"], "who": condition},
 "steps": [{"code": "s1", "kind": "task", …}], "stop": [condition], "stop_how": "any",
 "again": {"rule": "after", "days": 90}, "limits": {"entries_a_day", "tasks_a_person"},
 "goal": {"until": condition, "days": 60, "share": 0.3}, "held_out": 0.1, "chance": 0.08,
 "covers": ["birthday"]}

A condition is {"since_start": happening}, {"outcome_in": [outcomes]} (of the run's last task), or a
tree of classify/conditions.py over measures, cells and events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from weixi.act.care.rules import FOUND
from weixi.core.errors import Sentence

from .occasions import FESTIVALS
from .rules import LAST, Again, Flow, Happening, Occasion, Step, StepKind, TriggerKind

MOST_STEPS = 30
LONGEST_WAIT_DAYS = 730
LONGEST_TEXT = 200
OUTCOMES = ("reached", "accepted", "follow_up", "not_reached", "declined")
NOT_STARTING = (Happening.CAME, Happening.REFUSED)  # no care starts by that
SAID = {
    "again_days": Sentence("Again after: a whole number of days from 0 to 3,650."),
    "entries": Sentence("Customers a day: a whole number from 1 to 100,000."),
    "tasks": Sentence("Tasks per person and day: a whole number from 1 to 100,000."),
    "held_out": Sentence("Share held out: 0 to 50 %."),
    "chance": Sentence("Chance that acting changes something: 0 to 100 %."),
    "date_days": Sentence("Days before or after the date: a whole number from −365 to 365."),
    "goal_days": Sentence("Goal, within: a whole number of days from 1 to 730."),
    "goal_share": Sentence("Goal, share of the customers: 0 to 100 %."),
}
PURPOSES = ("care", "service", "sale", "thanks", "apology")
POINTS_MOST = 100_000


@dataclass(frozen=True)
class Trigger:
    kind: TriggerKind
    scheme: str = ""
    cells: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()  # empty: any
    occasion: Occasion | None = None
    festivals: tuple[str, ...] = ()
    days: int = 0  # from the occasion: −3 = three days before
    happening: Happening | None = None
    existing: bool = False  # also who is in the cell when the playbook is switched on
    who: Mapping[str, Any] | None = None  # of whom it can start, as a tree of conditions


@dataclass(frozen=True)
class Goal:
    """Reached when `until` holds within `days` of the start, by `share` of those treated."""

    until: Mapping[str, Any]
    days: int
    share: float


@dataclass(frozen=True)
class Limits:
    """None: no limit of its own."""

    entries_a_day: int | None = None
    tasks_a_person: int | None = None


@dataclass(frozen=True)
class Playbook:
    trigger: Trigger
    flow: Flow
    again: Again = Again.NEVER
    again_days: int = 0
    limits: Limits = Limits()
    goal: Goal | None = None
    held_out: float = 0.0
    chance: float | None = None  # that acting changes something; None: by the kind of reason
    covers: tuple[str, ...] = field(default=())  # built-in reasons that its task stands for


def playbook(stored: Mapping[str, Any]) -> Playbook:
    """Sentence when it does not hang together."""
    again = _part(stored, "again")
    limits = _part(stored, "limits")
    return Playbook(
        trigger=_trigger(_part(stored, "trigger")),
        flow=_flow(stored),
        again=_one_of(Again, again.get("rule", Again.NEVER)),
        again_days=_whole(again.get("days", 0), 0, 3_650, SAID["again_days"]),
        limits=Limits(
            _limit(limits.get("entries_a_day"), SAID["entries"]),
            _limit(limits.get("tasks_a_person"), SAID["tasks"]),
        ),
        goal=_goal(stored.get("goal")),
        held_out=_share(stored.get("held_out", 0.0), 0.5, SAID["held_out"]),
        chance=None
        if stored.get("chance") is None
        else _share(stored["chance"], 1.0, SAID["chance"]),
        covers=_covered(stored.get("covers", ())),
    )


def _covered(kinds: Sequence[str]) -> tuple[str, ...]:
    strange = [kind for kind in kinds if kind not in FOUND]
    if strange:
        raise Sentence("A playbook can stand for no reason “%(kind)s”.", kind=str(strange[0])[:40])
    return tuple(kinds)


def _part(stored: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = stored.get(name) or {}
    if not isinstance(part, Mapping):
        raise Sentence("A playbook is written wrongly at “%(name)s”.", name=name)
    return part


def _trigger(stored: Mapping[str, Any]) -> Trigger:
    kind = _one_of(TriggerKind, stored.get("kind", ""))
    found = Trigger(
        kind=kind,
        scheme=str(stored.get("scheme", "")),
        cells=tuple(stored.get("cells", ())),
        signals=tuple(stored.get("signals", ())),
        occasion=_one_of(Occasion, stored["occasion"]) if stored.get("occasion") else None,
        festivals=tuple(stored.get("festivals", ())),
        days=_whole(
            stored.get("days", 0),
            -365,
            365,
            SAID["date_days"],
        ),
        happening=_one_of(Happening, stored["event"]) if stored.get("event") else None,
        existing=bool(stored.get("existing", False)),
        who=stored.get("who") or None,
    )
    _check_trigger(found)
    return found


def _check_trigger(found: Trigger) -> None:
    if found.kind in (TriggerKind.ENTER, TriggerKind.LEAVE) and not (found.scheme and found.cells):
        raise Sentence("Choose the segment and at least one cell that starts it.")
    if found.kind == TriggerKind.DATE and found.occasion is None:
        raise Sentence("Choose the date that starts it.")
    if found.kind == TriggerKind.EVENT and found.happening in (None, *NOT_STARTING):
        raise Sentence("Choose the event that starts it.")
    strange = [code for code in found.festivals if code not in FESTIVALS]
    if strange or (found.occasion == Occasion.FESTIVAL and not found.festivals):
        raise Sentence("Choose at least one festival of the list.")


def _flow(stored: Mapping[str, Any]) -> Flow:
    rows = stored.get("steps") or ()
    if not 1 <= len(rows) <= MOST_STEPS:
        raise Sentence("A playbook has 1 to %(most)d steps, this one has %(n)d.",
                      most=MOST_STEPS, n=len(rows))  # fmt: skip
    steps = tuple(_step(row, place) for place, row in enumerate(rows, 1))
    codes = [step.code for step in steps]
    if len(set(codes)) < len(codes):
        raise Sentence("Two steps have the same code.")
    for index, step in enumerate(steps):
        _check_jumps(step, index, codes)
    stop = tuple(stored.get("stop") or ())
    for condition in stop:
        check_condition(condition)
    return Flow(steps, stop, needs_all=stored.get("stop_how", "any") == "all")


def _step(row: Mapping[str, Any], place: int) -> Step:
    kind = _one_of(StepKind, row.get("kind", ""))
    step = Step(str(row.get("code") or f"s{place}"), kind, {
        name: value for name, value in row.items() if name not in ("code", "kind")
    })  # fmt: skip
    for name, most in (("days", LONGEST_WAIT_DAYS), ("due_days", 60)):
        if name in step.with_:
            least = -LONGEST_WAIT_DAYS if kind == StepKind.WAIT_UNTIL else 0
            _whole(
                step.with_[name],
                least,
                most,
                Sentence(
                    "Step %(place)d, days: a whole number from %(least)d to %(most)d.",
                    place=place,
                    least=least,
                    most=most,
                ),
            )
    if step.get("hour") is not None:
        _whole(
            step.get("hour"),
            0,
            23,
            Sentence("Step %(place)d, hour: a whole number from 0 to 23.", place=place),
        )
    CHECKS.get(kind, _check_nothing)(step, place)
    return step


def _check_nothing(step: Step, place: int) -> None:
    pass


def _check_task(step: Step, place: int) -> None:
    for language in ("zh", "en"):
        text = step.get(language, "")
        if not isinstance(text, str) or not 1 <= len(text.strip()) <= LONGEST_TEXT:
            raise Sentence("Step %(place)d: what is to be done has 1 to %(most)d characters.",
                          place=place, most=LONGEST_TEXT)  # fmt: skip
    if step.get("purpose", "care") not in PURPOSES:
        raise Sentence("Step %(place)d: unknown purpose.", place=place)


def _check_message(step: Step, place: int) -> None:
    _check_task(step, place)
    if not step.get("template") or not step.get("channel"):
        raise Sentence("Step %(place)d: a message needs a channel and a template.", place=place)


def _check_wait_for(step: Step, place: int) -> None:
    check_condition(step.get("until"))
    if not step.get("days"):
        raise Sentence("Step %(place)d: say after how many days it goes on anyway.", place=place)


def _check_branch(step: Step, place: int) -> None:
    check_condition(step.get("when"))


def _check_points(step: Step, place: int) -> None:
    _whole(
        step.get("points", 0),
        1,
        POINTS_MOST,
        Sentence("Step %(place)d, points: a whole number from 1 to 100,000.", place=place),
    )


CHECKS = {
    StepKind.TASK: _check_task,
    StepKind.ESCALATE: _check_task,
    StepKind.MESSAGE: _check_message,
    StepKind.WAIT_FOR: _check_wait_for,
    StepKind.BRANCH: _check_branch,
    StepKind.POINTS: _check_points,
}


def _check_jumps(step: Step, index: int, codes: Sequence[str]) -> None:
    """Forward only: a run cannot go round in circles."""
    for name in ("then", "else"):
        target = step.get(name, "")
        if target and target != LAST and target not in codes[index + 1 :]:
            raise Sentence("Step %(place)d leads to a step that does not come later.",
                          place=index + 1)  # fmt: skip


def check_condition(condition: Any) -> None:
    """Its form only; names of measures and cells are checked against what is known."""
    if not isinstance(condition, Mapping) or not condition:
        raise Sentence("A condition is missing.")
    if "since_start" in condition:
        _one_of(Happening, condition["since_start"])
    elif "outcome_in" in condition:
        wrong = [one for one in condition["outcome_in"] if one not in OUTCOMES]
        if wrong or not condition["outcome_in"]:
            raise Sentence("Choose at least one result of the task.")


def is_tree(condition: Mapping[str, Any]) -> bool:
    """A condition over measures, cells and events, asked of the figures of the day."""
    return "since_start" not in condition and "outcome_in" not in condition


def _goal(stored: Mapping[str, Any] | None) -> Goal | None:
    if not stored:
        return None
    check_condition(stored.get("until"))
    days = _whole(
        stored.get("days", 0),
        1,
        LONGEST_WAIT_DAYS,
        SAID["goal_days"],
    )
    return Goal(
        stored["until"],
        days,
        _share(stored.get("share", 0), 1.0, SAID["goal_share"]),
    )


def _limit(value: Any, problem: Sentence) -> int | None:
    return None if value in (None, "") else _whole(value, 1, 100_000, problem)


def _whole(value: Any, least: int, most: int, problem: Sentence) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise problem
    return value


def _share(value: Any, most: float, problem: Sentence) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise problem
    return float(value)


def _one_of(words: Any, value: Any) -> Any:
    try:
        return words(value)
    except ValueError:
        raise Sentence("A playbook knows no “%(value)s”.", value=str(value)[:40]) from None
