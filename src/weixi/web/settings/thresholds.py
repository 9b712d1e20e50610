"""Values that the pipeline works by, each with what it does, its default and its limits."""

from functools import cache
from importlib import import_module
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.care.measured import measured_chances
from weixi.core.clock import now
from weixi.core.values import DEFAULTS, change, values_of
from weixi.web import toasts
from weixi.web.access import FORM, page

from .threshold_words import GROUPS, WEIGHTS, Threshold

WHERE = (
    "weixi.act.care.playbooks.expiring",
    "weixi.act.care.measured",
    "weixi.act.care.thresholds",
    "weixi.act.interventions.actions",
    "weixi.evaluate.effects",
    "weixi.evaluate.satisfaction",
    "weixi.act.warnings.publishing",
    "weixi.act.warnings.signals",
    "weixi.collect.customers.actions.identities",
    "weixi.collect.replies.queries",
    "weixi.collect.touchpoints.advising",
    "weixi.measure.actions",
    "weixi.predict.actions",
    "weixi.staff.second_factor",
)


@page(permission="settings.manage", methods=FORM)
def thresholds(request: Any) -> HttpResponse:
    _declared()
    if request.method == "POST":
        return _save(request)
    return _shown(request, {}, {})


@cache
def _declared() -> None:
    """Values are declared where they are used; the pipeline's modules are slow to load."""
    for module in WHERE:
        import_module(module)


def _save(request: Any) -> HttpResponse:
    told: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    kept = values_of(one.name for one in _all())
    for one in _all():
        if one.field not in request.POST:  # left as it is
            continue
        try:
            value = one.read(request.POST[one.field].strip())
        except ValueError as no:
            wrong[one.field] = str(no)
        else:
            told[one.name] = one.within(told.get(one.name, kept[one.name]), value)
    wrong |= _weightless(told)
    if wrong:
        return _shown(request, wrong, request.POST, status=422)
    if change(told, by=request.actor, at=now()):
        toasts.say(request, _("Saved. The next refresh works by it."))
    return redirect("web:thresholds")


def _weightless(told: dict[str, Any]) -> dict[str, str]:
    """Field and sentence of weights that are all zero: their mean would be nothing."""
    firsts = {one.name: one.field for one in reversed(_all()) if one.name in WEIGHTS}
    text = _("At least one weight is more than 0.")
    return {
        field: text
        for name, field in firsts.items()
        if name in told and not any(told[name].values())
    }


def _shown(request: Any, wrong: Any, typed: Any, status: int = 200) -> HttpResponse:
    values, notes = values_of(one.name for one in _all()), measured_notes()
    groups = [
        {
            "title": title,
            "rows": [
                {
                    "one": one,
                    "text": typed.get(one.field, one.write(one.of(values[one.name]))),
                    "default": _default(one),
                    "is_changed": one.of(values[one.name]) != one.of(DEFAULTS[one.name]),
                    "note": notes.get(one.field, ""),
                    "error": wrong.get(one.field, ""),
                }
                for one in rows
                if one.name in DEFAULTS
            ],
        }
        for title, rows in GROUPS
    ]
    context = {"groups": groups, "wrong": wrong}
    return render(request, "settings/thresholds.html", context, status=status)


def _default(one: Threshold) -> str:
    if one.kind == "words":
        return _("as shipped")
    if one.kind == "yes_no":
        return _("Yes") if one.of(DEFAULTS[one.name]) else _("No")
    return one.write(one.of(DEFAULTS[one.name])) or _("automatic")


def measured_notes() -> dict[str, str]:
    """Field of a chance → what was measured instead, where playbooks held enough customers out."""
    text = _("Measured: {chance}% ({low} to {high}%, {n} customers). This is used.")
    return {
        f"care.chance.{kind}": text.format(
            chance=f"{100 * found.chance:.1f}", low=f"{100 * found.low:.1f}",
            high=f"{100 * found.high:.1f}", n=found.customers,
        )
        for kind, found in measured_chances().by_kind.items()
    }  # fmt: skip


def _all() -> list[Threshold]:
    return [one for _title, rows in GROUPS for one in rows if one.name in DEFAULTS]
