"""Many customers at once: given to another owner, or written to a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.act.audiences import queries
from weixi.collect.customers import actions
from weixi.core.access import log_access
from weixi.core.clock import now, today
from weixi.core.errors import RuleBroken
from weixi.core.exports import Cell, csv_lines, xlsx_file
from weixi.core.money import MINOR_PER_UNIT
from weixi.staff.queries import colleagues
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.vocabulary import word

from .forms import AssignForm
from .list_page import described
from .listing import COLUMNS, Asked, address, asked_of
from .pages import dialog, done, own_address

TYPED_FROM = 100  # more than this needs the number typed
ASSIGNED_MOST, EXPORTED_MOST = 10_000, 100_000
STEP = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(permission="customers.assign", methods=FORM)
def assign(request: PageRequest) -> HttpResponse:
    """The chosen rows, or with `all` the whole list of `query`. A POST without owner asks."""
    given = request.POST if request.method == "POST" else request.GET
    ids = _chosen(request, given)
    owners = [(str(person.pk), str(person)) for person in colleagues(request.actor)]
    form = AssignForm(given if "owner" in given else None, owners=owners)
    context = {"form": form, "ids": ids, "query": given.get("query", ""), "count": len(ids)}
    context |= {"is_many": len(ids) > TYPED_FROM, "is_all": bool(given.get("all"))}
    if request.method != "POST" or "owner" not in given:
        return dialog(request, "customers/_assign.html", context)
    if form.is_valid() and context["is_many"] and form.cleaned_data["typed"] != str(len(ids)):
        form.add_error("typed", _("Number of customers: type {n} to go on").format(n=len(ids)))
    if not form.is_valid():
        return dialog(request, "customers/_assign.html", context, status=422)
    owner = form.cleaned_data["owner"]
    owner_id = None if owner == "none" else int(owner)
    made = actions.assign(ids, owner_id=owner_id, by=request.actor, at=now())
    text = ngettext(
        "{n} customer has a new owner", "{n} customers have a new owner", made.customers
    )
    undo = reverse("web:customers-assign-undo", args=[made.undo])
    return done(request, _list_url(given), text.format(n=made.customers), undo=undo)


@page(permission="customers.assign", methods=WRITE)
def undo_assign(request: PageRequest, undo: int) -> HttpResponse:
    back = actions.undo_assign(undo, by=request.actor, at=now())
    text = ngettext(
        "{n} customer is back with the former owner",
        "{n} customers are back with the former owner",
        back,
    )
    return done(request, own_address(_came_from(request), address({})), text.format(n=back))


@page(permission="customers.export", methods=FORM)
def export(request: PageRequest) -> HttpResponse:
    """Contact data stays masked in files. Who took which list is in the access log."""
    given = request.POST if request.method == "POST" else request.GET
    asked = _asked(request, given)
    count = queries.exact_count(request.actor, asked.selection, asked.within)
    if request.method != "POST":
        context = {"asked": asked, "count": count, "query": asked.query}
        return dialog(request, "customers/_export.html", context)
    if count > EXPORTED_MOST:
        raise RuleBroken(
            _("At most {most} customers in one file. Cut the list first.").format(
                most=f"{EXPORTED_MOST:,}"
            )
        )
    log_access(by=request.actor, at=now(), field="customers", action="export",
               reason=asked.query[:200], rows=count)  # fmt: skip
    header = [_("Number"), _("Name"), *(str(COLUMNS[name]) for name in asked.columns)]
    name = f"weixi-customers-{today().isoformat()}"
    if given.get("format") == "xlsx":
        rows = _rows(request, asked)
        answer: Any = HttpResponse(xlsx_file(header, rows, sheet=_("Customers")), content_type=XLSX)
    else:
        lines = csv_lines(header, _rows(request, asked))
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    ending = "xlsx" if given.get("format") == "xlsx" else "csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


def _chosen(request: PageRequest, given: Any) -> list[int]:
    if given.get("all"):
        asked = _asked(request, given)
        ids = queries.ids(request.actor, asked.selection, asked.within, most=ASSIGNED_MOST)
    else:
        ids = [int(text) for text in given.getlist("id") if text.isascii() and text.isdigit()]
    if not ids:
        raise RuleBroken(_("Choose at least one customer."))
    if len(ids) > ASSIGNED_MOST:
        raise RuleBroken(
            _("At most {most} customers at once. Cut the list first.").format(
                most=f"{ASSIGNED_MOST:,}"
            )
        )
    return ids


def _asked(request: PageRequest, given: Any) -> Asked:
    return asked_of(dict(parse_qsl(given.get("query", ""))), request.actor)


def _list_url(given: Any) -> str:
    query = given.get("query", "")
    return reverse("web:customers") + (f"?{query}" if query else "")


def _came_from(request: PageRequest) -> str:
    return str(request.htmx.current_url_abs_path or "") if request.htmx else ""


def _rows(request: PageRequest, asked: Asked) -> Iterator[list[Cell]]:
    """Page by page, so that a large list is never held whole."""
    cursor, is_first = "", True
    while cursor or is_first:
        found = queries.page(
            request.actor, asked.selection, asked.within, cursor=cursor, limit=STEP
        )
        for line in described(list(found.rows)):
            yield [line["row"].number, line["row"].name, *(_cell(line, c) for c in asked.columns)]
        cursor, is_first = found.next, False


def _cell(line: dict[str, Any], column: str) -> Cell:
    row = line["row"]
    if column in ("stake", "revenue"):
        return None if line[column] is None else line[column] / MINOR_PER_UNIT
    if column == "risk":
        return None if line["risk"] is None else round(line["risk"], 4)
    if column == "last_purchase":
        return line[column].isoformat() if line[column] else ""
    if column == "created":
        return str(row.created_at.date().isoformat())
    if column in ("type", "phase"):
        code = row.type if column == "type" else line["phase"]
        return word(column, code) if code else ""
    return str(line[column] if column in line else getattr(row, column))
