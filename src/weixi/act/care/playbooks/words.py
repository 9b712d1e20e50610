"""Playbooks in words: what starts them, their steps, their conditions, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from weixi.act.care.words import language
from weixi.act.warnings.signals import signals_by_code
from weixi.classify.conditions import Known, Refused
from weixi.classify.sentences import sentence
from weixi.core.text import told

from .definition import Goal, Playbook, Trigger
from .occasions import FESTIVALS
from .rules import LAST, Again, Flow, Happening, Occasion, RunState, Step, StepKind, TriggerKind


def is_chinese() -> bool:
    return language().startswith("zh")


def happening_name(one: str) -> str:
    return {
        Happening.FIRST_PURCHASE: pgettext("happening", "first purchase"),
        Happening.PURCHASE: pgettext("happening", "a purchase"),
        Happening.COMPLAINT: pgettext("happening", "a complaint"),
        Happening.SOLVED: pgettext("happening", "a complaint closed"),
        Happening.BAD_ANSWER: pgettext("happening", "a bad answer"),
        Happening.GOOD_ANSWER: pgettext("happening", "a good answer"),
        Happening.ANSWER: pgettext("happening", "an answer to a survey"),
        Happening.CAME: pgettext("happening", "the customer contacts us"),
        Happening.REFUSED: pgettext("happening", "care is refused"),
    }[Happening(one)]


def occasion_name(one: str) -> str:
    return {
        Occasion.BIRTHDAY: pgettext("occasion", "birthday"),
        Occasion.ANNIVERSARY: pgettext("occasion", "anniversary of the first purchase"),
        Occasion.RENEWAL: pgettext("occasion", "end of a contract"),
        Occasion.POINTS: pgettext("occasion", "points running out"),
        Occasion.FESTIVAL: pgettext("occasion", "festival"),
        Occasion.NEXT_PURCHASE: pgettext("occasion", "next purchase expected"),
    }[Occasion(one)]


def kind_name(kind: str) -> str:
    return {
        StepKind.TASK: pgettext("step", "Task"),
        StepKind.MESSAGE: pgettext("step", "Message"),
        StepKind.WAIT: pgettext("step", "Wait days"),
        StepKind.WAIT_UNTIL: pgettext("step", "Wait until a day"),
        StepKind.WAIT_FOR: pgettext("step", "Wait for something"),
        StepKind.BRANCH: pgettext("step", "Branch"),
        StepKind.POINTS: pgettext("step", "Points"),
        StepKind.ESCALATE: pgettext("step", "Escalate"),
        StepKind.END: pgettext("step", "End"),
    }[StepKind(kind)]


ICONS = {
    StepKind.TASK: "user-check",
    StepKind.MESSAGE: "message",
    StepKind.WAIT: "clock",
    StepKind.WAIT_UNTIL: "calendar",
    StepKind.WAIT_FOR: "hourglass",
    StepKind.BRANCH: "route",
    StepKind.POINTS: "coins",
    StepKind.ESCALATE: "arrow-up",
    StepKind.END: "flag",
}


def state_name(state: str) -> str:
    return {
        RunState.WAITING: pgettext("run", "Waiting"),
        RunState.ACTIVE: pgettext("run", "With somebody"),
        RunState.DONE: pgettext("run", "Done"),
        RunState.ENDED_EARLY: pgettext("run", "Ended early"),
        RunState.STOPPED: pgettext("run", "Stopped"),
        RunState.HELD_OUT: pgettext("run", "Held out"),
    }[RunState(state)]


def outcome_name(outcome: str) -> str:
    return {
        "reached": pgettext("result", "reached"),
        "accepted": pgettext("result", "accepted"),
        "follow_up": pgettext("result", "to be followed up"),
        "not_reached": pgettext("result", "not reached"),
        "declined": pgettext("result", "declined"),
    }[outcome]


def trigger_words(trigger: Trigger, known: Known) -> str:
    """One sentence: what starts it, and for whom."""
    starts = STARTS[trigger.kind](trigger, known)
    if trigger.who is None:
        return starts
    return _("%(starts)s, only for: %(who)s") % {
        "starts": starts, "who": tree_words(trigger.who, known)
    }  # fmt: skip


def _cells(trigger: Trigger, known: Known) -> dict[str, str]:
    scheme = known.schemes.get(trigger.scheme, (trigger.scheme, trigger.scheme))
    cells = known.cells.get(trigger.scheme, {})
    names = [cells.get(cell, (cell, cell))[0 if is_chinese() else 1] for cell in trigger.cells]
    return {"scheme": scheme[0 if is_chinese() else 1], "cells": "、".join(names)
            if is_chinese() else ", ".join(names)}  # fmt: skip


def _enter(trigger: Trigger, known: Known) -> str:
    said = _("Comes into %(scheme)s: %(cells)s") % _cells(trigger, known)
    return _("%(said)s (those already there too)") % {"said": said} if trigger.existing else said


def _leave(trigger: Trigger, known: Known) -> str:
    return _("Goes out of %(scheme)s: %(cells)s") % _cells(trigger, known)


def _alert(trigger: Trigger, known: Known) -> str:
    if not trigger.signals:
        return _("Any warning opens")
    signals = signals_by_code()
    names = [_signal_name(signals.get(code), code) for code in trigger.signals]
    return _("A warning opens: %(names)s") % {"names": ", ".join(names)}


def _signal_name(signal: Any, code: str) -> str:
    if signal is None:
        return code
    return str(signal.name_zh if is_chinese() else signal.name_en)


def _date(trigger: Trigger, known: Known) -> str:
    if trigger.occasion is None:
        return ""
    name = occasion_name(trigger.occasion)
    if trigger.festivals:
        names = [_festival(code) for code in trigger.festivals]
        name = "、".join(names) if is_chinese() else ", ".join(names)
    return days_words(trigger.days) % {"what": name, "days": abs(trigger.days)}


def _festival(code: str) -> str:
    found = FESTIVALS[code]
    return found.name_zh if is_chinese() else found.name_en


def days_words(days: int) -> str:
    if days == 0:
        return _("On the day: %(what)s")
    if days < 0:
        return ngettext("%(days)d day before: %(what)s", "%(days)d days before: %(what)s", -days)
    return ngettext("%(days)d day after: %(what)s", "%(days)d days after: %(what)s", days)


def _event(trigger: Trigger, known: Known) -> str:
    name = happening_name(trigger.happening) if trigger.happening else ""
    return _("Event: %(what)s") % {"what": name}


STARTS = {
    TriggerKind.ENTER: _enter,
    TriggerKind.LEAVE: _leave,
    TriggerKind.ALERT: _alert,
    TriggerKind.DATE: _date,
    TriggerKind.EVENT: _event,
}


def condition_words(condition: Mapping[str, Any], known: Known) -> str:
    if "since_start" in condition:
        return _("since the start: %(what)s") % {"what": happening_name(condition["since_start"])}
    if "outcome_in" in condition:
        names = [outcome_name(one) for one in condition["outcome_in"]]
        return _("the last task ended: %(how)s") % {"how": " / ".join(names)}
    return tree_words(condition, known)


def tree_words(tree: Mapping[str, Any], known: Known) -> str:
    try:
        return sentence(tree, known, language())
    except Refused as problem:
        return told(problem)


def step_words(step: Step, flow: Flow, known: Known) -> str:
    """One line, without its number."""
    if step.kind in (StepKind.TASK, StepKind.MESSAGE, StepKind.ESCALATE):
        return str(step.get("zh" if is_chinese() else "en", ""))
    return SAID[step.kind](step, flow, known)


def _wait(step: Step, flow: Flow, known: Known) -> str:
    days = step.get("days", 0)
    said = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return _at_hour(said, step)


def _at_hour(said: str, step: Step) -> str:
    if step.get("hour") is None:
        return said
    return _("%(said)s, until %(hour)02d:00") % {"said": said, "hour": step.get("hour")}


def _wait_until(step: Step, flow: Flow, known: Known) -> str:
    days = step.get("days", 0)
    said = days_words(days) % {"what": _("the date that started it"), "days": abs(days)}
    return _at_hour(said, step)


def _wait_for(step: Step, flow: Flow, known: Known) -> str:
    days = step.get("days", 0)
    return ngettext(
        "At most %(n)d day for: %(what)s; then %(then)s, otherwise %(else)s",
        "At most %(n)d days for: %(what)s; then %(then)s, otherwise %(else)s",
        days,
    ) % {
        "n": days, "what": condition_words(step.get("until", {}), known),
        "then": target_words(step.get("then"), flow), "else": target_words(step.get("else"), flow),
    }  # fmt: skip


def _branch(step: Step, flow: Flow, known: Known) -> str:
    return _("If %(what)s: %(then)s, otherwise %(else)s") % {
        "what": condition_words(step.get("when", {}), known),
        "then": target_words(step.get("then"), flow), "else": target_words(step.get("else"), flow),
    }  # fmt: skip


def target_words(code: str | None, flow: Flow) -> str:
    if code == LAST:
        return _("the end")
    index = flow.index(code) if code else None
    return _("the next step") if index is None else _("step %(n)d") % {"n": index + 1}


def _points(step: Step, flow: Flow, known: Known) -> str:
    points = step.get("points", 0)
    return ngettext("%(n)d point", "%(n)d points", points) % {"n": points}


def _end(step: Step, flow: Flow, known: Known) -> str:
    return _("The run is done")


SAID = {
    StepKind.WAIT: _wait,
    StepKind.WAIT_UNTIL: _wait_until,
    StepKind.WAIT_FOR: _wait_for,
    StepKind.BRANCH: _branch,
    StepKind.POINTS: _points,
    StepKind.END: _end,
}


def stop_words(flow: Flow, known: Known) -> str:
    """Empty: it goes through to the end."""
    if not flow.stop:
        return ""
    parts = [condition_words(one, known) for one in flow.stop]
    if len(parts) == 1:
        return parts[0]
    joint = _(" and ") if flow.needs_all else _(" or ")
    return joint.join(parts)


def goal_words(goal: Goal | None, known: Known) -> str:
    if goal is None:
        return ""
    return _("%(share)d%% within %(days)d days: %(what)s") % {
        "share": round(goal.share * 100), "days": goal.days,
        "what": condition_words(goal.until, known),
    }  # fmt: skip


def again_words(found: Playbook) -> str:
    if found.again == Again.NEVER:
        return _("once only")
    return ngettext("again after %(n)d day", "again after %(n)d days", found.again_days) % {
        "n": found.again_days
    }
