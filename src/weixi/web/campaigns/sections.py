"""The cards of a design: which form asks, and what of it is kept."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from weixi.act.campaigns import actions, queries
from weixi.act.interventions.rules import PARTS
from weixi.collect.touchpoints.queries import channels
from weixi.core.clock import today
from weixi.core.money import MINOR_PER_UNIT

from . import forms
from .audiences import audiences, name_of

Changes = dict[str, Any]


class Section(NamedTuple):
    title: str | Promise
    form: Callable[[Any, Any], Any]
    read: Callable[[Any, Any], Changes]


def _posted(request: Any) -> Any:
    return request.POST if request.method == "POST" else None


def _basics(request: Any, row: Any) -> Any:
    return forms.BasicsForm(_posted(request), initial={"name": row.name, "purpose": row.purpose})


def _goal(request: Any, row: Any) -> Any:
    return forms.GoalForm(_posted(request))


def _read_goal(form: Any, row: Any) -> Changes:
    return {"goals": [*row.goals, actions.goal_row(form.goal, today=today())]}


def _audience(request: Any, row: Any) -> Any:
    asked = request.GET.get("audience", "").lstrip("?") or row.audience
    return forms.AudienceForm(
        _posted(request),
        audiences=audiences(request.actor, asked, row.audience, row.excluded),
        initial={
            "audience": asked, "excluded": row.excluded,
            "excluded_recent_days": row.excluded_recent_days,
        },
    )  # fmt: skip


def _read_audience(form: Any, row: Any) -> Changes:
    known = dict(form.fields["audience"].choices)
    query = form.cleaned_data["audience"]
    name = str(known.get(query) or name_of(query))
    return {**form.cleaned_data, "audience_name": name[:120]}


def _content(request: Any, row: Any) -> Any:
    return forms.ContentForm(_posted(request), initial={"order": "first", **row.content})


def _read_content(form: Any, row: Any) -> Changes:
    return {"content": actions.content_row(form.cleaned_data)}


def _line(request: Any, row: Any) -> Any:
    names = {one.code: one.name for one in channels()}
    lines = [
        (f"{one.channel}:{one.code}", f"{names[one.channel]} · {one.name}")
        for one in queries.wordings(row.purpose)
        if one.channel in names
    ]
    return forms.LineForm(
        _posted(request), lines=lines, initial={"wave": 1, "wave_days": row.wave_days}
    )


def _read_line(form: Any, row: Any) -> Changes:
    values = form.cleaned_data
    channel, _colon, template = values["line"].partition(":")
    line = {"wave": values["wave"], "channel": channel, "template": template}
    return {
        "lines": actions.line_rows([*row.lines, line], row.purpose),
        "wave_days": values["wave_days"],
    }


def _control(request: Any, row: Any) -> Any:
    return forms.ControlForm(
        _posted(request),
        initial={
            "share": f"{row.held_out_e4 / (PARTS / 100):g}", "why_no_control": row.why_no_control,
            "window_days": row.window_days,
        },
    )  # fmt: skip


def _read_control(form: Any, row: Any) -> Changes:
    values = form.cleaned_data
    return {
        "held_out_e4": round(values["share"] * PARTS / 100),
        "why_no_control": values["why_no_control"],
        "window_days": values["window_days"],
    }


def _schedule(request: Any, row: Any) -> Any:
    budget = None if row.budget is None else f"{row.budget / MINOR_PER_UNIT:g}"
    starts = row.starts_at and timezone.localtime(row.starts_at)
    return forms.ScheduleForm(_posted(request), initial={"starts_at": starts, "budget": budget})


def _read_schedule(form: Any, row: Any) -> Changes:
    return {
        "starts_at": form.cleaned_data["starts_at"],
        "budget": round(form.cleaned_data["budget"] * MINOR_PER_UNIT),
    }


SECTIONS = {
    "basics": Section(_("Name and purpose"), _basics, lambda form, row: form.cleaned_data),
    "goals": Section(_("Add a goal"), _goal, _read_goal),
    "audience": Section(_("Audience and exclusions"), _audience, _read_audience),
    "content": Section(_("Content"), _content, _read_content),
    "channels": Section(_("Add a channel"), _line, _read_line),
    "control": Section(_("Control group"), _control, _read_control),
    "schedule": Section(_("Start and budget"), _schedule, _read_schedule),
}
