"""The lifecycle page: stages with what they need, the flow between days, what became of each."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.classify import flow as flows
from weixi.classify import queries
from weixi.classify.flow import Fate, Flow, Period
from weixi.web.access import page

from . import words
from .moves import finding, move_table
from .sankey import LEFT, NEW, drawing
from .shape import cell_url, drawn, ranks

APART = timedelta(days=30)


@page(permission="segments.view")
def lifecycle(request: Any) -> HttpResponse:
    scheme = flows.lifecycle()
    if scheme is None:
        return render(request, "segments/lifecycle.html", {"scheme": None})
    known_days = flows.days_to_compare(scheme)
    chosen = _chosen(request.GET.getlist("day"), known_days)
    found = flows.flow(request.actor, scheme, chosen)
    table = queries.scheme_table(request.actor, scheme.code)
    lines = drawn(table, by="revenue", before=None, language=words.language())
    stays = flows.stays(request.actor, scheme)
    context = {
        "scheme": scheme,
        "as_of": table.as_of,
        "population": table.population,
        "stages": [_stage(line, stays.get(line.cell.code)) for line in lines.lines],
        "days": known_days,
        "chosen": sorted(chosen),
        "may_edit": request.actor.may("schemes.edit"),
        **_flow(found, [*lines.lines, *([lines.unrated] if lines.unrated else [])]),
    }
    return render(request, "segments/lifecycle.html", context)


def _chosen(texts: Sequence[str], known: Sequence[date]) -> list[date]:
    """Two or three days; by default the newest and those nearest to one and two months before."""
    asked = sorted({day for day in known if day.isoformat() in texts})[-3:]
    if len(asked) > 1 or not known:
        return asked
    newest = known[0]
    near = {
        min(known[1:], key=lambda day: abs(newest - APART * months - day))
        for months in (1, 2)
        if known[1:]
    }
    return sorted({newest, *near})


def _stage(line: Any, stay: Any) -> dict[str, Any]:
    zh, cell = words.is_chinese(), line.cell
    return {
        "line": line,
        "stay": stay,
        "basic": cell.basic_zh if zh else cell.basic_en,
        "latent": cell.latent_zh if zh else cell.latent_en,
    }


def _flow(found: Flow, lines: Sequence[Any]) -> dict[str, Any]:
    if not found.periods:
        return {"tables": []}
    names = {cell.code: words.cell_name(cell) for cell in found.cells}
    names |= {NEW: _("New in the scheme"), LEFT: _("Left the scheme")}
    definition = queries.definition_of(found.scheme)
    rank = ranks(definition, found.scheme.kind)
    picture = drawing(found, names, _url(found.scheme.code), _way(rank))
    return {
        "tables": [_table(found, period, lines, rank) for period in found.periods],
        "picture": picture,
        "picture_label": _label(found, lines),
        "fates": [_told(fate, found) for fate in flows.fates(found)],
        "last": found.periods[-1],
    }


def _url(code: str) -> Any:
    def of(period: Period, came: str, went: str) -> str:
        return people_url(code, period, [came], [went])

    return of


def people_url(code: str, period: Period, came: Sequence[str], went: Sequence[str]) -> str:
    asked = {
        "earlier": period.earlier,
        "later": period.later,
        "came": ",".join(came),
        "went": ",".join(went),
    }
    return f"{reverse('web:segment-people', args=[code])}?{urlencode(asked, safe=',')}"


def _way(rank: dict[str, float]) -> Any:
    def of(came: str, went: str) -> str:
        if came == went:
            return "same"
        if came not in rank:
            return ""
        if went not in rank:
            return "worse"
        return "better" if rank[went] > rank[came] else "worse"

    return of


def _table(found: Flow, period: Period, lines: Sequence[Any], rank: dict[str, float]) -> Any:
    people = reverse("web:segment-people", args=[found.scheme.code])
    return {
        "period": period,
        "moves": move_table(
            lines, period.moves, earlier=period.earlier, later=period.later, people_url=people,
            ranks=rank,
        ),
        "finding": finding(lines, period.moves),
        "span": words.span_words(period.earlier, period.later),
    }  # fmt: skip


def _label(found: Flow, lines: Sequence[Any]) -> str:
    """The drawing in one sentence."""
    told = [
        _("{span} to {day}: {finding}").format(
            span=period.earlier, day=period.later, finding=finding(lines, period.moves)
        )
        for period in found.periods
    ]
    return _("Moves between stages. {told}. The tables below hold every number.").format(
        told="; ".join(told)
    )


def _told(fate: Fate, found: Flow) -> dict[str, Any]:
    period, code = found.periods[-1], found.scheme.code
    numbers = [
        (name, getattr(fate, name), people_url(code, period, [fate.cell.code], fate.ways[name]))
        for name in ("advanced", "stayed", "back", "fallen", "gone")
    ]
    return {
        "name": words.cell_name(fate.cell),
        "whole": fate.whole,
        "whole_url": people_url(code, period, [fate.cell.code], [*_all(fate)]),
        "numbers": [(name, n, n / fate.whole, url) for name, n, url in numbers],
        "url": cell_url(code, fate.cell.code),
    }


def _all(fate: Fate) -> list[str]:
    return [code for some in fate.ways.values() for code in some]
