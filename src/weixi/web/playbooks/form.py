"""Between the form of the editor and the stored playbook. Pure but for words; reads no tables."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.act.care import words as care_words
from weixi.act.care.playbooks.occasions import FESTIVALS
from weixi.act.care.playbooks.rules import Happening, Occasion, StepKind, TriggerKind
from weixi.act.care.playbooks.triggers import BY_HAPPENING
from weixi.act.care.playbooks.words import (
    condition_words,
    happening_name,
    is_chinese,
    kind_name,
    occasion_name,
)
from weixi.act.care.rules import FOUND
from weixi.act.warnings.signals import signals_by_code
from weixi.classify.conditions import Known
from weixi.collect.touchpoints.rules import Purpose
from weixi.web.vocabulary import word

Given = Mapping[str, Any]  # a QueryDict
WORK = (StepKind.TASK, StepKind.MESSAGE, StepKind.ESCALATE)
TEXTS = ("zh", "en", "say_zh", "say_en", "purpose", "channel", "template", "then", "else")
NUMBERS = ("days", "hour", "due_days", "points")
# Which inputs a kind of step has, in the order they are shown.
FIELDS: dict[StepKind, tuple[str, ...]] = {
    StepKind.TASK: ("zh", "en", "say_zh", "say_en", "purpose", "channel", "due_days"),
    StepKind.MESSAGE: ("zh", "en", "say_zh", "say_en", "purpose", "channel", "template"),
    StepKind.ESCALATE: ("zh", "en", "purpose", "channel", "due_days"),
    StepKind.WAIT: ("days", "hour"),
    StepKind.WAIT_UNTIL: ("days", "hour"),
    StepKind.WAIT_FOR: ("until", "days", "then", "else"),
    StepKind.BRANCH: ("when", "then", "else"),
    StepKind.POINTS: ("points",),
    StepKind.END: (),
}
UNREACHED = ("not_reached", "follow_up")
OUTCOMES = (("accepted",), ("reached", "accepted"), UNREACHED, ("declined",),
            ("declined", "not_reached"))  # fmt: skip


def read(given: Any) -> dict[str, Any]:
    """The stored form of what stands in the fields; nothing is checked here."""
    stored: dict[str, Any] = {
        "trigger": _trigger(given),
        "steps": [_step(given, code) for code in given.getlist("step")],
        "stop": [json.loads(one) for one in given.getlist("stop") if one],
        "stop_how": "all" if given.get("stop_how") == "all" else "any",
        "again": {"rule": given.get("again_rule", "never"), "days": _number(given, "again_days")},
        "limits": {
            "entries_a_day": _number(given, "entries_a_day", None),
            "tasks_a_person": _number(given, "tasks_a_person", None),
        },
        "held_out": _percent(given, "held_out") or 0.0,
        "chance": _percent(given, "chance"),
        "covers": given.getlist("covers"),
    }
    if given.get("goal_until"):
        stored["goal"] = {
            "until": json.loads(given["goal_until"]),
            "days": _number(given, "goal_days"),
            "share": _percent(given, "goal_share") or 0.0,
        }
    return stored


def _trigger(given: Any) -> dict[str, Any]:
    kind = given.get("kind", "")
    scheme, cells = given.get("scheme", ""), [one for one in given.getlist("cell") if one]
    found: dict[str, Any] = {"kind": kind}
    if kind in ("enter", "leave"):
        found |= {"scheme": cells[0].partition(":")[0] if cells else scheme,
                  "cells": [one.partition(":")[2] for one in cells],
                  "existing": given.get("existing") == "1"}  # fmt: skip
    elif kind == "alert":
        found["signals"] = [one for one in given.getlist("signals") if one]
    elif kind == "date":
        found |= {"occasion": given.get("occasion", ""), "days": _number(given, "date_days"),
                  "festivals": given.getlist("festivals")
                  if given.get("occasion") == "festival" else []}  # fmt: skip
    else:
        found["event"] = given.get("event", "")
    if given.get("who"):
        found["who"] = json.loads(given["who"])
    return found


def _step(given: Any, code: str) -> dict[str, Any]:
    kind = given.get(f"{code}-kind", "task")
    step: dict[str, Any] = {"code": code, "kind": kind}
    for name in FIELDS.get(StepKind(kind) if kind in set(StepKind) else StepKind.TASK, ()):
        text = given.get(f"{code}-{name}", "").strip()
        if not text:
            continue
        if name in ("until", "when"):
            step[name] = json.loads(text)
        elif name in NUMBERS:
            step[name] = _number(given, f"{code}-{name}")
        else:
            step[name] = text
    return step


def _number(given: Any, name: str, default: Any = 0) -> Any:
    """What is no number stays as it is: the sentence about it names the field."""
    text = given.get(name, "").strip().replace("−", "-")
    if not text:
        return default
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 12 else text


def _percent(given: Any, name: str) -> Any:
    number = _number(given, name, None)
    return number / 100 if isinstance(number, int) else number


def changed(stored: dict[str, Any], do: str) -> dict[str, Any]:
    """The playbook after a button: add:KIND, up:CODE, down:CODE, remove:CODE."""
    verb, _colon, what = do.partition(":")
    steps = stored["steps"]
    at = next((n for n, step in enumerate(steps) if step["code"] == what), None)
    if verb == "add" and what in set(StepKind):
        steps.append({"code": _free_code(steps), "kind": what})
    elif verb == "up" and at:
        steps[at - 1], steps[at] = steps[at], steps[at - 1]
    elif verb == "down" and at is not None and at + 1 < len(steps):
        steps[at + 1], steps[at] = steps[at], steps[at + 1]
    elif verb == "remove" and at is not None:
        del steps[at]
    return stored


def _free_code(steps: list[dict[str, Any]]) -> str:
    used = {step["code"] for step in steps}
    return next(f"s{n}" for n in range(1, len(used) + 2) if f"s{n}" not in used)


def drawn(stored: Mapping[str, Any], names: Known) -> dict[str, Any]:
    """The stored form ready for the inputs."""
    trigger = stored.get("trigger") or {}
    goal = stored.get("goal") or {}
    rows = stored.get("steps") or []
    return {
        "trigger": trigger,
        "cells": [f"{trigger.get('scheme')}:{cell}" for cell in trigger.get("cells", ())],
        "who": _option(trigger.get("who"), names),
        "steps": [_drawn_step(step, n, rows, names) for n, step in enumerate(rows, 1)],
        "stop": [_option(one, names) for one in stored.get("stop") or ()],
        "stop_how": stored.get("stop_how", "any"),
        "again": stored.get("again") or {"rule": "never", "days": 0},
        "limits": stored.get("limits") or {},
        "held_out": _as_percent(stored.get("held_out") or 0),
        "chance": _as_percent(stored.get("chance")),
        "covers": stored.get("covers") or (),
        "goal": _option(goal.get("until"), names),
        "goal_days": goal.get("days", ""),
        "goal_share": _as_percent(goal.get("share")) if goal else "",
    }


def _as_percent(share: Any) -> Any:
    return "" if share is None else round(share * 100) if isinstance(share, int | float) else share


def _option(condition: Mapping[str, Any] | None, names: Known) -> dict[str, str]:
    """The condition as the value of a choice, with its words."""
    if not condition:
        return {"value": "", "words": ""}
    return {"value": json.dumps(condition, ensure_ascii=False),
            "words": condition_words(condition, names)}  # fmt: skip


def _drawn_step(step: Mapping[str, Any], n: int, rows: Any, names: Known) -> dict[str, Any]:
    kind = StepKind(step["kind"]) if step.get("kind") in set(StepKind) else StepKind.TASK
    later = [(one["code"], place) for place, one in enumerate(rows, 1) if place > n]
    has = FIELDS[kind]
    condition = step.get("until") if kind == StepKind.WAIT_FOR else step.get("when")
    return {
        **{name: step.get(name, "") for name in (*TEXTS, *NUMBERS)},
        "n": n, "code": step["code"], "kind": str(kind), "name": kind_name(kind),
        "has": dict.fromkeys(has, True), "condition": _option(condition, names),
        "condition_name": "until" if kind == StepKind.WAIT_FOR else "when", "later": later,
        "is_first": n == 1, "is_last": n == len(rows),
    }  # fmt: skip


def choices_of(names: Known) -> dict[str, Any]:
    """Everything that the selects of the editor offer."""
    return {
        "kinds": [(str(one), _kind_word(one)) for one in TriggerKind],
        "events": [(str(one), happening_name(one)) for one in BY_HAPPENING],
        "occasions": [(str(one), occasion_name(one)) for one in Occasion],
        "festivals": [(code, _named(one.name_zh, one.name_en)) for code, one in FESTIVALS.items()],
        "signals": [(code, _named(one.name_zh, one.name_en))
                    for code, one in signals_by_code().items()],
        "cells": _cells(names),
        "conditions": _conditions(names),
        "who": _who(names),
        "steps": [(str(one), kind_name(one)) for one in StepKind],
        "purposes": [(str(one), word("purpose", one)) for one in Purpose],
        "channels": [(code, _named(*found)) for code, found in names.channels.items()],
        "covers": [(str(one), care_words.kind_name(one)) for one in FOUND],
    }  # fmt: skip


def _kind_word(kind: TriggerKind) -> str:
    return {
        TriggerKind.ENTER: _("Comes into a segment or stage"),
        TriggerKind.LEAVE: _("Goes out of a segment or stage"),
        TriggerKind.ALERT: _("A warning opens"),
        TriggerKind.DATE: _("A date"),
        TriggerKind.EVENT: _("An event"),
    }[kind]


def _named(zh: str, en: str) -> str:
    return zh if is_chinese() else en


def _cells(names: Known) -> list[tuple[str, list[tuple[str, str]]]]:
    """Scheme → its cells, for a list with groups."""
    return [
        (_named(*names.schemes[scheme]), [
            (f"{scheme}:{code}", _named(*found)) for code, found in cells.items()
        ])
        for scheme, cells in names.cells.items()
    ]  # fmt: skip


def _conditions(names: Known) -> list[tuple[str, list[tuple[str, str]]]]:
    happenings = [{"since_start": str(one)} for one in Happening]
    outcomes = [{"outcome_in": list(one)} for one in OUTCOMES]
    return [
        (_("Something happens"), [_pair(one, names) for one in happenings]),
        (_("How the last task ended"), [_pair(one, names) for one in outcomes]),
        *_who(names),
    ]


def _pair(condition: Mapping[str, Any], names: Known) -> tuple[str, str]:
    option = _option(condition, names)
    return option["value"], option["words"]


def _who(names: Known) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (group, [
            (json.dumps({"cell": value.partition(":")[0], "in": [value.partition(":")[2]]},
                        ensure_ascii=False), text)
            for value, text in cells
        ])
        for group, cells in _cells(names)
    ]  # fmt: skip
