"""Reports: the dashboard, cohort retention, how the models were judged."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render

from weixi.collect.customers import queries as customers
from weixi.core.actor import Actor
from weixi.core.clock import now, today
from weixi.core.runs import newest_run, refreshed_days
from weixi.evaluate import figures, queries
from weixi.predict.queries import needs_boosting, newest_cards, past_competitions
from weixi.predict.suggesting import needs_of
from weixi.web.access import page

from .cards import past_rows, verdict
from .heat import heat
from .tiles import figure_name, news, tiles

STALE = timedelta(hours=24)
MONTH = timedelta(days=30)
MONTHS = (6, 12, 18, 24)


@page(permission="reports.view")
def dashboard(request: Any) -> HttpResponse:
    counted = figures.counts(request.actor)
    if counted is None:
        return render(request, "reports/dashboard.html", {"tiles": []})
    earlier = _month_before(counted.as_of)
    then = figures.counts_on(request.actor, earlier) if earlier else None
    shown = tiles(counted, then, **_care(request.actor))
    table = queries.cohort_table(request.actor)
    context = {
        "tiles": shown,
        "news": news(shown, earlier) if earlier and then else [],
        "earlier": earlier if then else None,
        "as_of": counted.as_of,
        "run": newest_run(),
        "is_stale": _is_stale(counted.as_of),
        "cohort_finding": table.finding,
        "pyramid": queries.pyramid(request.actor),
        "verdict": verdict(newest_cards()),
        "months": _months(counted),
        "largest_month": max(counted.months, default=0),
    }
    return render(request, "reports/dashboard.html", context)


def _months(counted: figures.Counts) -> list[tuple[int, date]]:
    """Revenue with the last day of its 30 days, oldest first."""
    last = len(counted.months) - 1
    return [(n, counted.as_of - (last - i) * MONTH) for i, n in enumerate(counted.months)]


def _care(actor: Actor) -> dict[str, int]:
    at = now()
    span = timedelta(days=figures.CARE_DAYS)
    return {
        "care": figures.cared_for(actor, since=at - span, until=at).count(),
        "care_before": figures.cared_for(actor, since=at - 2 * span, until=at - span).count(),
    }


def _month_before(as_of: date) -> date | None:
    days = [day for day in refreshed_days() if day < as_of]
    return min(days, key=lambda day: abs(as_of - MONTH - day), default=None)


def _is_stale(as_of: date) -> bool:
    """Last night's refresh is as of yesterday; older than that, or not run for a day."""
    run = newest_run()
    is_old = run is not None and run.finished_at is not None and now() - run.finished_at > STALE
    return is_old or today() - as_of > 2 * STALE


@page(permission="reports.view")
def customers_behind(request: Any) -> HttpResponse:
    """The customers a tile counts."""
    request.actor.need("customers.view")
    figure = request.GET.get("figure", "")
    if figure == "care":
        at = now()
        since = at - timedelta(days=figures.CARE_DAYS)
        within = figures.cared_for(request.actor, since=since, until=at)
    elif figure in ("all", "active", "repeated", "before", "kept", "lost", "new", "at_risk"):
        within = figures.customer_ids(request.actor, figure)
    else:
        raise Http404
    cursor = request.GET.get("cursor", "")
    found = customers.listing(request.actor, within=within, cursor=cursor)
    count = customers.matching(request.actor, within=within).count()
    context = {
        "title": figure_name(figure),
        "count": count,
        "rows": found.rows,
        "page": {
            "count_text": "",
            "first_url": f"?{urlencode({'figure': figure})}" if cursor else "",
            "next_url": f"?{urlencode({'figure': figure, 'cursor': found.next})}"
            if found.next
            else "",
        },
    }
    return render(request, "reports/customers.html", context)


@page(permission="reports.view")
def cohorts(request: Any) -> HttpResponse:
    asked = request.GET.get("months", "")
    months = int(asked) if asked in {str(m) for m in MONTHS} else 12
    table = queries.cohort_table(request.actor, months=months)
    context = {"table": table, "heat": heat(table), "months": months, "choices": MONTHS}
    return render(request, "reports/cohorts.html", context)


@page(permission="models.view")
def models(request: Any) -> HttpResponse:
    context = {
        "verdict": verdict(newest_cards()),
        "is_boosting_missing": needs_boosting(),
        "past": past_rows(past_competitions()),
        "needs": needs_of(run.as_of) if (run := newest_run()) else None,
    }
    return render(request, "reports/models.html", context)
