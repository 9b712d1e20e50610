"""All measures of a customer, and how each is computed."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.collect.customers import queries
from weixi.core.clock import today
from weixi.measure.queries import Measured, measured, snapshot_of
from weixi.measure.registry import BY_CODE, FAMILIES, NEEDS, Measure
from weixi.web.access import PageRequest, page

from .explained import behind, rows_behind
from .portrait import why_words
from .set_values import set_values


@page(permission="customers.view")
def measures(request: PageRequest, customer_id: int) -> HttpResponse:
    """Every measure by family with its value; each opens the rows it was counted from."""
    found, snapshot = queries.get(request.actor, customer_id), snapshot_of(customer_id)
    rows = [shown(one) for one in measured(snapshot)]
    families = [
        {"code": code, "name": _worded(names), "rows": [r for r in rows if r["family"] == code]}
        for code, names in FAMILIES.items()
    ]
    context = {
        "card": found,
        "families": families,
        "snapshot": snapshot,
        "customer_id": customer_id,
    }
    template = "customers/_measures.html" if request.htmx else "customers/measures.html"
    return render(request, template, context)


@page(permission="customers.view")
def measure(request: PageRequest, customer_id: int, code: str) -> HttpResponse:
    """One measure: formula, period, needed data, and the rows behind the value."""
    if code not in BY_CODE:
        raise Http404
    found, snapshot = queries.get(request.actor, customer_id), snapshot_of(customer_id)
    one = next(row for row in measured(snapshot) if row.measure.code == code)
    asked = behind(one.measure, snapshot.as_of if snapshot else today())
    context = {
        "card": found,
        "row": shown(one),
        "period": period_words(one.measure),
        "better": _better(one.measure),
        "set_values": set_values(code),
        "may_set": request.actor.may("settings.manage"),
        "needs": [_worded(NEEDS[need]) for need in one.measure.needs.split()],
        "sources": rows_behind(request.actor, customer_id, asked, chinese=_is_chinese()),
        "snapshot": snapshot,
        "customer_id": customer_id,
    }
    template = "customers/_measure_how.html" if request.htmx else "customers/measure.html"
    return render(request, template, context)


def shown(one: Measured) -> dict[str, Any]:
    measure = one.measure
    return {
        "code": measure.code,
        "family": measure.family,
        "name": measure.name_zh if _is_chinese() else measure.name_en,
        "formula": measure.formula_zh if _is_chinese() else measure.formula_en,
        "unit": measure.unit,
        "words": WORDS.get(measure.code, "phase"),
        "value": one.value,
        "why": why_words(one.why_unknown) if one.why_unknown else "",
    }


WORDS = {
    "loyalty_kind": "loyalty",
    "satisfaction_loyalty": "satisfaction_loyalty",
    "loyalty_reason": "loyalty_reason",
    "decline_factor": "decline_factor",
    "phase": "phase",
}


def period_words(measure: Measure) -> str:
    return {
        "all": _("all time"),
        "24m": _("the last 24 months"),
        "12m": _("the last 12 months (365 days)"),
        "180d": _("the last 180 days"),
        "90d": _("the last 90 days"),
        "day": _("as it stands on the day"),
    }[measure.period]


def _better(measure: Measure) -> str:
    return {
        "up": _("more is better"),
        "down": _("less is better"),
        "": _("neither more nor less is better"),
    }[measure.better]


def _worded(names: tuple[str, str]) -> str:
    return names[0 if _is_chinese() else 1]


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")
