"""Customer segments: a scheme's table or matrix, moves between two days, the people behind."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.classify import history, queries
from weixi.classify.rules import Definition
from weixi.classify.segments import waiting_version
from weixi.classify.vocabulary import known
from weixi.collect.customers import queries as customers
from weixi.core.access import log_access
from weixi.core.actor import Actor
from weixi.core.clock import now
from weixi.core.exports import Cell, csv_lines
from weixi.core.runs import refreshed_days
from weixi.web import toasts
from weixi.web.access import WRITE, page

from . import words
from .audience import audience_url, list_url
from .curve import curve, has_reference
from .moves import finding, move_table
from .shape import By, band_matrices, drawn, ranks

PAGE = 50
CHUNK = 1_000
MONTH = timedelta(days=30)


@page(permission="segments.view")
def first(request: Any) -> HttpResponse:
    schemes = _schemes()
    if not schemes:
        return render(request, "segments/page.html", {"schemes": []})
    return _segment(request, schemes[0].code)


@page(permission="segments.view")
def segment(request: Any, code: str) -> HttpResponse:
    return _segment(request, code)


def _segment(request: Any, code: str) -> HttpResponse:
    schemes = _schemes()
    scheme = next((one for one in schemes if one.code == code), None)
    if scheme is None:
        raise Http404
    table = queries.scheme_table(request.actor, code)
    earlier_days = history.days_of(code, before=table.as_of) if table.as_of else []
    earlier = _chosen(request.GET.get("earlier", ""), earlier_days)
    before = history.counts_on(request.actor, code, earlier) if earlier else None
    has_profit = all(row.profit is not None for row in table.rows)
    by = _by(request.GET.get("by", ""), has_profit and has_reference(table.definition))
    shown = drawn(table, by=by, before=before, language=words.language())
    context = {
        "schemes": schemes,
        "scheme": scheme,
        "is_chinese": words.is_chinese(),
        "table": table,
        "drawn": shown,
        "finding": words.finding(shown, table.definition.axes),
        "value_word": words.value_word(by),
        "axes": [words.axis_words(axis) for axis in table.definition.axes],
        "has_profit": has_profit,
        "curve": curve(shown, table.definition),
        "earlier": earlier,
        "earlier_days": earlier_days,
        "outside": history.outside_count(request.actor, table.members),
        "outside_words": words.population_words(table.definition),
        "may_export": request.actor.may("customers.export"),
        "may_change": request.actor.may("schemes.edit"),
        "has_designer": bool(audience_url([])),
        "waiting": waiting_version(scheme),
        **_moves(request.actor, table, shown, earlier),
    }
    return render(request, "segments/page.html", context)


def _by(asked: str, is_about_profit: bool) -> By:
    """A scheme whose reference is of profit shows profit, unless revenue is asked for."""
    if asked == "profit" or (is_about_profit and asked != "revenue"):
        return "profit"
    return "revenue"


def _schemes() -> list[Any]:
    """Segments that people saved are lists of customers, not divisions of all."""
    return [one for one in queries.schemes() if one.kind != "segment"]


def _moves(actor: Actor, table: Any, shown: Any, earlier: date | None) -> dict[str, Any]:
    if earlier is None or table.as_of is None:
        return {}
    code, rank = table.scheme.code, ranks(table.definition, table.scheme.kind)
    counted = history.moves(actor, code, earlier, table.as_of)
    lines = [*shown.lines, *([shown.unrated] if shown.unrated else [])]
    return {
        "moves": move_table(
            lines,
            counted,
            earlier=earlier,
            people_url=reverse("web:segment-people", args=[code]),
            ranks=rank,
        ),
        "is_ranked": bool(rank),
        "moves_finding": finding(lines, counted),
        "span": words.span_words(earlier, table.as_of),
    }


def _chosen(text: str, days: Sequence[date]) -> date | None:
    """The day asked for; else the refreshed day nearest to a month ago; None: no history."""
    asked = next((day for day in days if day.isoformat() == text), None)
    if asked or not days:
        return asked
    newest = refreshed_days()[0]
    return min(days, key=lambda day: abs(newest - MONTH - day))


@page(permission="segments.view")
def definition(request: Any, code: str) -> HttpResponse:
    scheme = _scheme(code)
    parsed: Definition = queries.definition_of(scheme)
    names = known()
    cells = [
        {
            "name": words.cell_name(cell),
            "bands": words.cell_words(cell, parsed.axes, names),
            "strategy": words.strategy(cell),
        }
        for cell in parsed.cells
    ]
    context = {
        "scheme": scheme,
        "is_chinese": words.is_chinese(),
        "axes": [words.axis_words(axis) for axis in parsed.axes],
        "population": words.population_words(parsed),
        "cells": cells,
        "as_of": next(iter(refreshed_days()), None),
    }
    return render(request, "segments/_definition.html", context)


@page(permission="segments.view")
def chosen(request: Any, code: str) -> HttpResponse:
    """Cells chosen together: their list, a segment of them, or the campaign for them."""
    names = queries.cell_names(_scheme(code).code)
    cells = [cell for cell in request.GET.getlist("cell") if cell in names]
    if not cells:
        toasts.say(request, _("Choose at least one cell."))
        return redirect("web:segment", code)
    to, told = request.GET.get("to", "list"), [f"{code}:{cell}" for cell in cells]
    if to == "segment":
        return redirect(f"{reverse('web:segment-new')}?{urlencode({'cell': ','.join(told)})}")
    return redirect((audience_url(told) if to == "audience" else "") or list_url(told))


@page(permission="segments.view")
def bands(request: Any, code: str) -> HttpResponse:
    """Loaded when somebody opens it: at a million customers it takes about a second."""
    scheme, day = _scheme(code), _newest_day()
    axes = queries.definition_of(scheme).axes
    if len(axes) < 2:  # its cells are its bands
        raise Http404
    found = history.band_cells(request.actor, scheme, day)
    url = reverse("web:segment-people", args=[code])
    context = {
        "matrices": band_matrices(axes, found, url, words.language()),
        "largest": max((cell.value for cell in found), default=0)
        / (sum(cell.value for cell in found) or 1),
        "customers": sum(cell.customers for cell in found),
    }
    return render(request, "segments/_bands.html", context)


@page(permission="segments.view")
def people(request: Any, code: str) -> HttpResponse:
    """The customers behind a figure that is not a cell of today: moves, bands, outside."""
    request.actor.need("customers.view")
    scheme = _scheme(code)
    title, ids = _people(request, scheme)
    start = bisect_right(ids, _number(request.GET.get("after", "0")))
    part = ids[start : start + PAGE]
    rows = customers.rows_of(request.actor, part)
    more = ids[start + PAGE :]
    asked = {key: value for key, value in request.GET.items() if key != "after"}
    context = {
        "scheme": scheme,
        "is_chinese": words.is_chinese(),
        "title": title,
        "count": len(ids),
        "rows": [rows[one] for one in part if one in rows],
        "page": {
            "count_text": f"{start + 1 if part else 0:,}–{start + len(part):,} / {len(ids):,}",
            "first_url": f"?{urlencode(asked)}" if start else "",
            "next_url": f"?{urlencode(asked | {'after': part[-1]})}" if more else "",
        },
    }
    return render(request, "segments/people.html", context)


def _people(request: Any, scheme: Any) -> tuple[str, list[int]]:
    asked = request.GET
    if "bands" in asked:
        axes = queries.definition_of(scheme).axes
        wanted = [_number(part) for part in asked["bands"].split(".")]
        if len(wanted) != len(axes) or any(
            b >= axis.bands for b, axis in zip(wanted, axes, strict=True)
        ):
            raise Http404
        title = words.bands_title(axes, wanted)
        return title, history.customers_in_bands(request.actor, scheme, _newest_day(), wanted)
    if "earlier" in asked:
        return _moved_people(request, scheme)
    return _("Outside the scheme"), history.outside(request.actor, scheme.code)


def _moved_people(request: Any, scheme: Any) -> tuple[str, list[int]]:
    """`came`, `went`: cells with commas between, a sum of several fields; `later`: the newest day
    unless said."""
    days = {str(day): day for day in refreshed_days()}
    earlier = days.get(request.GET["earlier"])
    later = days.get(request.GET.get("later", str(_newest_day())))
    if earlier is None or later is None:
        raise Http404
    came, went = (
        None if (text := request.GET.get(name)) is None else text.split(",")
        for name in ("came", "went")
    )
    names = queries.cell_names(scheme.code)
    ids = history.moved(request.actor, scheme.code, earlier, later, came_from=came, went_to=went)
    return words.move_title(names, came, went, earlier, later), ids


@page(permission="customers.export", methods=WRITE)
def export(request: Any, code: str) -> Any:
    """A cell as CSV, phones masked. Logged with the number of rows."""
    request.actor.need("segments.view")
    scheme, cell = _scheme(code), request.POST.get("cell", "")
    if cell not in queries.cell_names(code):
        raise Http404
    ids = list(
        queries.customers_in_cell(request.actor, code, cell)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    log_access(
        by=request.actor,
        at=now(),
        field="customers",
        action="export",
        reason=f"{scheme.code}:{cell}",
        rows=len(ids),
    )
    header = [_("Number"), _("Name"), _("Mobile phone"), _("City"), _("Owner"), _("Team")]
    lines = csv_lines(header, _exported(request.actor, ids))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{scheme.code}-{cell}.csv"'
    return answer


def _exported(actor: Actor, ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    for start in range(0, len(ids), CHUNK):
        rows = customers.rows_of(actor, ids[start : start + CHUNK])
        for one in ids[start : start + CHUNK]:
            if one in rows:
                row = rows[one]
                yield row.number, row.name, row.phone, row.city, row.owner, row.team


def _scheme(code: str) -> Any:
    scheme = queries.scheme(code)
    if scheme is None:
        raise Http404
    return scheme


def _newest_day() -> date:
    days = refreshed_days()
    if not days:
        raise Http404
    return days[0]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
