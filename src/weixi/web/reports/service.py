"""Service quality: five dimensions by team, by touchpoint and over the quarters (M6)."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.collect.touchpoints.queries import channels
from weixi.core.clock import now
from weixi.core.values import value_of
from weixi.evaluate.service import (
    QUARTER,
    QUARTERS,
    Figure,
    Line,
    pairs_behind,
    service_quality,
)
from weixi.measure.actions import DIMENSION_WEIGHTS, TOLERANCE
from weixi.measure.rules import DIMENSIONS
from weixi.web.access import page
from weixi.web.vocabulary import word

FEW = 5  # pairs under which a figure is only a hint


@page(permission="reports.view")
def service(request: Any) -> HttpResponse:
    request.actor.need("answers.view")
    until = now()
    found = service_quality(request.actor, until=until)
    tolerance, weights = value_of(TOLERANCE), value_of(DIMENSION_WEIGHTS)
    names = {row.code: row.name for row in channels(all_of_them=True)}
    lines = {
        "teams": [(one, one.name or _("No team"), {"team": one.key}) for one in found.teams],
        "touchpoints": [
            (one, names.get(one.key, _("No contact in 30 days before")), {"touchpoint": one.key})
            for one in found.touchpoints
        ],
    }
    context = {
        "n": found.whole.whole.n,
        "url": _url({}),
        "dimensions": [
            {**_dimension(found, code, tolerance), "weight": f"{weights[code]:g}"}
            for code in DIMENSIONS
        ],
        "weighted": found.whole.weighted(weights),
        "may_set": request.actor.may("settings.manage"),
        "whole": _cell(found.whole.whole, {}, tolerance),
        "quarters": [_quarter(until, one) for one in found.quarters],
        "names": [word("dimension", code) for code in DIMENSIONS],
        "tables": [
            (title, head, [_row(one, name, asked, tolerance) for one, name, asked in lines[key]])
            for key, title, head in (
                ("teams", _("By team"), _("Team")),
                ("touchpoints", _("By touchpoint"), _("Touchpoint")),
            )
        ],
        "tolerance": (1 - tolerance, 1 + tolerance),
    }
    return render(request, "reports/service.html", context)


def _dimension(found: Any, code: str, tolerance: float) -> dict[str, Any]:
    figure = found.whole.dimensions[code]
    trend = [
        _cell(one.dimensions[code], {"dimension": code, "quarter": one.key}, tolerance)
        for one in found.quarters
    ]
    mean = (figure.a / figure.n, figure.b / figure.n) if figure.n else None
    return {
        **_cell(figure, {"dimension": code}, tolerance),
        "name": word("dimension", code),
        "expected": mean[0] if mean else None,
        "perceived": mean[1] if mean else None,
        "gap": figure.gap,
        "interval": figure.interval,
        "trend": trend,
    }


def _row(one: Line, name: str, asked: dict[str, Any], tolerance: float) -> dict[str, Any]:
    cells = [
        _cell(one.dimensions[code], asked | {"dimension": code}, tolerance) for code in DIMENSIONS
    ]
    return {"name": name, "cells": cells, **_cell(one.whole, asked, tolerance)}


def _cell(figure: Figure, asked: dict[str, Any], tolerance: float) -> dict[str, Any]:
    is_low = figure.c is not None and figure.c < 1 - tolerance
    return {
        "c": figure.c,
        "n": figure.n,
        "url": _url(asked),
        "is_low": is_low and figure.n >= FEW,
        "is_few": figure.n < FEW,
    }


def _url(asked: dict[str, Any]) -> str:
    return f"{reverse('web:report-service-answers')}?{urlencode(asked)}"


def _quarter(until: datetime, one: Line) -> tuple[datetime, datetime]:
    """First and last moment of it."""
    end = until - one.key * QUARTER
    return end - QUARTER + timedelta(seconds=1), end


@page(permission="reports.view")
def service_answers(request: Any) -> HttpResponse:
    """The answers behind a figure."""
    request.actor.need("answers.view")
    asked = {key: value for key, value in request.GET.items() if key != "cursor"}
    dimension, touchpoint = asked.get("dimension", ""), asked.get("touchpoint", "")
    team, quarter = _number(asked.get("team")), _number(asked.get("quarter"))
    if (dimension and dimension not in DIMENSIONS) or (quarter or 0) >= QUARTERS:
        raise Http404
    cursor = request.GET.get("cursor", "")
    found, count = pairs_behind(
        request.actor, until=now(), dimension=dimension, team=team, touchpoint=touchpoint,
        quarter=quarter, cursor=cursor,
    )  # fmt: skip
    names = {row.code: row.name for row in channels(all_of_them=True)}
    context = {
        "title": word("dimension", dimension) if dimension else _("All dimensions"),
        "count": count,
        "rows": [(row, word("dimension", row.dimension), names.get(row.touchpoint, "")) for row in
                 found.rows],
        "page": {
            "count_text": "",
            "first_url": f"?{urlencode(asked)}" if cursor else "",
            "next_url": f"?{urlencode(asked | {'cursor': found.next})}" if found.next else "",
        },
    }  # fmt: skip
    return render(request, "reports/service_answers.html", context)


def _number(text: str | None) -> int | None:
    """Raises Http404 for what is no number."""
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
