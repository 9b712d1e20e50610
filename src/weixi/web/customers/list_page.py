"""The list of customers: cut, ordered and paged by the address; saved views."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.act.audiences import queries
from weixi.act.audiences.selection import DEFAULT_ORDER
from weixi.classify.queries import cell_names
from weixi.core.errors import RuleBroken
from weixi.core.runs import newest_run
from weixi.staff.queries import colleagues
from weixi.staff.saved_views import remove_view as remove_saved
from weixi.staff.saved_views import save_view as keep_view
from weixi.staff.saved_views import saved_views
from weixi.web import toasts
from weixi.web.access import WRITE, PageRequest, page
from weixi.web.wording import number

from .cells import cells, columns_of
from .forms import FilterForm
from .listing import COLUMNS, NUMBERS, SORTED, Asked, address, asked_of

AREA = "customers"
ALWAYS_SHOWN = frozenset({"name", "type", "owner", "phase"})
TIERS, RFM = "value_pyramid", "rfm"


@page(permission="customers.view")
def customers(request: PageRequest) -> HttpResponse:
    """The whole page, or the list alone for htmx."""
    form = FilterForm(request.GET, owners=_owners(request), auto_id="filter_%s")
    try:
        asked = asked_of(request.GET.dict(), request.actor)
    except RuleBroken as no:
        context = {"form": form, "problem": str(no), "asked": None}
        return render(request, "customers/list.html", context, status=422)
    found = queries.page(
        request.actor, asked.selection, asked.within, cursor=request.GET.get("cursor", "")
    )
    context = list_context(request, asked, found) | _filter_context(asked, form)
    if request.htmx:
        return render(request, "customers/_list.html", context)
    context["views"] = saved_views(request.actor, AREA)
    return render(request, "customers/list.html", context)


@page(permission="customers.view", methods=WRITE)
def save_view(request: PageRequest) -> HttpResponse:
    query = urlencode(
        [
            (name, text)
            for name, text in parse_qsl(request.POST.get("query", ""))
            if name != "cursor"
        ],
        safe=":,",
    )
    kept = keep_view(area=AREA, name=request.POST.get("name", ""), query=query, by=request.actor)
    toasts.say(request, _("The view “{name}” is kept").format(name=kept.name))
    return HttpResponseRedirect(address({}) + (f"?{query}" if query else ""))


@page(permission="customers.view", methods=WRITE)
def remove_view(request: PageRequest, view_id: int) -> HttpResponse:
    remove_saved(view_id, by=request.actor)
    toasts.say(request, _("The view is gone. No customer was changed"))
    return HttpResponseRedirect(address({}))


def list_context(request: PageRequest, asked: Asked, found: Any) -> dict[str, Any]:
    rows = list(found.rows)
    count, is_more = queries.count(request.actor, asked.selection, asked.within)
    cursor = request.GET.get("cursor", "")
    shown = columns_of(asked.columns)
    return {
        "asked": asked,
        "rows": [line | {"cells": cells(line, shown)} for line in described(rows)],
        "columns": [_column(name, asked) for name in asked.columns],
        "choices": [(name, COLUMNS[name], name in asked.columns) for name in COLUMNS],
        "count": count,
        "is_more": is_more,
        "count_text": number(count) + ("+" if is_more else ""),
        "run": newest_run(),
        "back": urlencode({"from": asked.url(cursor=cursor)}),
        "paging": {
            "count_text": _("{n} of {count} shown").format(
                n=len(rows), count=number(count) + ("+" if is_more else "")
            ),
            "first_url": asked.here if cursor else "",
            "previous_url": "",
            "next_url": asked.url(cursor=found.next) if found.next else "",
        },
        "may_assign": request.actor.may("customers.assign"),
        "may_export": request.actor.may("customers.export"),
        "may_edit": request.actor.may("customers.edit"),
        "may_import": request.actor.may("imports.run"),
    }


def _filter_context(asked: Asked, form: FilterForm) -> dict[str, Any]:
    """What the filter form must not lose: the figure, order and columns of the address."""
    kept = [pair for pair in parse_qsl(asked.query) if pair[0] not in form.fields]
    is_open = any(name in asked.given for name in form.fields if name not in ALWAYS_SHOWN)
    return {"form": form, "kept": kept, "more_open": is_open}


def described(rows: list[Any]) -> list[dict[str, Any]]:
    """Rows with what is measured and foreseen of them."""
    known = queries.known_of([row.id for row in rows])
    tiers, rfm = cell_names(TIERS), cell_names(RFM)
    return [_line(row, known[row.id], tiers, rfm) for row in rows]


def _owners(request: PageRequest) -> list[tuple[str, str]]:
    return [(str(person.pk), str(person)) for person in colleagues(request.actor)]


def _line(row: Any, known: queries.Known, tiers: Any, rfm: Any) -> dict[str, Any]:
    is_chinese = (get_language() or "").startswith("zh")

    def named(cells: Any, scheme: str) -> tuple[str, str]:
        cell = cells.get(known.cells.get(scheme, ""))
        return (
            ("", "") if cell is None else (cell.code, cell.name_zh if is_chinese else cell.name_en)
        )

    tier, snapshot, score = named(tiers, TIERS), known.snapshot, known.score
    return {
        "row": row,
        "tier_code": tier[0],
        "tier": tier[1],
        "rfm": named(rfm, RFM)[1],
        "phase": snapshot.phase if snapshot else "",
        "last_purchase": snapshot.last_purchase if snapshot else None,
        "revenue": snapshot.revenue_12m if snapshot else None,
        "risk": score.churn_risk if score else None,
        "stake": score.value_at_stake if score else None,
    }


def _column(name: str, asked: Asked) -> dict[str, Any]:
    """A heading; those that can be ordered by lead to that order, and back."""
    order = SORTED.get(name, "")
    is_sorted = bool(order) and asked.selection.order == order
    return {
        "name": name,
        "title": COLUMNS[name],
        "is_number": name in NUMBERS,
        "is_sorted": is_sorted,
        "url": asked.url(order=DEFAULT_ORDER if is_sorted else order) if order else "",
    }
