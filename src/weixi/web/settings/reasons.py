"""For each reason of the care list: the channels in the order they are tried, and what to say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.care import setting_actions as actions
from weixi.act.care.rules import SignalKind
from weixi.act.care.talking import LANGUAGES, talking_points_table
from weixi.act.care.talking import LONGEST as LONGEST_POINT
from weixi.act.care.talking import MOST as MOST_POINTS
from weixi.act.care.wording import LONGEST, VARIABLES
from weixi.act.care.words import kind_name
from weixi.collect.touchpoints.queries import channels as channel_rows
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, PageRequest, page

T = TypeVar("T")
NEW = "new"
PLACES = 4  # choices beside each other; more where a line has more


@page(permission="settings.manage", methods=FORM)
def channels(request: PageRequest) -> HttpResponse:
    table, wrong = actions.channel_table(), ""
    if request.method == "POST":
        table = _typed(request.POST, table, _chosen)
        try:
            is_new = actions.change_channels(table, by=request.actor, at=now())
            return _done(is_new, _("Saved. The next refresh works by it."), request)
        except RuleBroken as no:
            wrong = str(no)
    known = [(row.code, row.name) for row in channel_rows(all_of_them=True)]
    context = {
        "rows": [_channel_row(key, table.get(key, []), known) for key in _keys(table)],
        "columns": range(1, PLACES + 1),
        "blank": _selects([], known),
        "wrong": wrong,
        **_choices(),
    }
    return render(request, "settings/reason_channels.html", context, status=422 if wrong else 200)


@page(permission="settings.manage", methods=FORM)
def openings(request: PageRequest) -> HttpResponse:
    table, points, wrong = actions.wording_table(), talking_points_table(), ""
    if request.method == "POST":
        table = _typed(request.POST, table, _texts)
        points = {kind: _lines(request.POST, kind) for kind in map(str, SignalKind)}
        try:
            is_new = actions.change_wording(
                table, talking_points=points, by=request.actor, at=now()
            )
            return _done(is_new, _("Saved. It holds from now on."), request)
        except RuleBroken as no:
            wrong = str(no)
    context = {
        "rows": [_said_row(key, table.get(key, {}), points) for key in _keys(table)],
        "blank": _languages({}),
        "variables": [(f"{{{name}}}", _variable(name)) for name in VARIABLES],
        "longest": LONGEST,
        "most_points": MOST_POINTS,
        "longest_point": LONGEST_POINT,
        "wrong": wrong,
        **_choices(),
    }
    return render(request, "settings/openings.html", context, status=422 if wrong else 200)


def _said_row(key: str, texts: Mapping[str, str], points: Mapping[str, Any]) -> dict[str, Any]:
    """Points belong to a reason, whatever the type of customer."""
    told = {one: "\n".join(points[key].get(one, ())) for one in LANGUAGES} if key in points else {}
    return {
        "key": key,
        "name": actions.name_of(key),
        "texts": _languages(texts),
        "points": _languages(told) if key in points else [],
    }


def _keys(table: Iterable[str]) -> list[str]:
    """Every reason, each followed by its lines for one type of customer."""
    told = list(table)
    return [
        key
        for kind in SignalKind
        for key in (str(kind), *(one for one in told if one.startswith(f"{kind}.")))
    ]


def _new_key(posted: Mapping[str, str]) -> list[str]:
    kind, customer_type = posted.get("new.kind", ""), posted.get("new.type", "")
    return [actions.key_of(kind[:20], customer_type[:20])] if kind and customer_type else []


def _typed(posted: Any, table: Iterable[str], read: Callable[[Any, str], T]) -> dict[str, T]:
    """Key of a line → what was typed there; the last line may be new."""
    keys = [*_keys(table), *_new_key(posted)]
    names = [*_keys(table), NEW][: len(keys)]
    return {key: read(posted, name) for key, name in zip(keys, names, strict=True)}


def _chosen(posted: Any, name: str) -> list[str]:
    return [code for code in posted.getlist(name) if code]


def _texts(posted: Mapping[str, str], name: str) -> dict[str, str]:
    return {one: posted.get(f"{name}.{one}", "").strip() for one in LANGUAGES}


def _lines(posted: Mapping[str, str], kind: str) -> dict[str, list[str]]:
    return {one: posted.get(f"points.{kind}.{one}", "").splitlines() for one in LANGUAGES}


def _done(is_new: bool, said: str, request: PageRequest) -> HttpResponse:
    toasts.say(request, said if is_new else _("Nothing was changed."))
    return redirect("web:settings")


def _channel_row(key: str, codes: Sequence[str], known: Sequence[tuple[str, str]]) -> Any:
    return {"key": key, "name": actions.name_of(key), "selects": _selects(codes, known)}


def _selects(codes: Sequence[str], known: Sequence[tuple[str, str]]) -> list[list[Any]]:
    """For each place the channels to choose from: code, name, is it chosen."""
    wanted = [*codes, *[""] * (PLACES - len(codes))]
    return [[(code, name, code == chosen) for code, name in known] for chosen in wanted]


def _languages(texts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    names = {"zh-hans": _("Chinese"), "en": _("English")}
    return [(one, names[one], texts.get(one, "")) for one in LANGUAGES]


def _choices() -> dict[str, Any]:
    """For a line of its own for one type of customer."""
    return {
        "kinds": [(str(kind), kind_name(kind)) for kind in SignalKind],
        "types": [(str(one), _(name)) for one, name in actions.TYPES.items()],
    }


def _variable(name: str) -> str:
    return {
        "name": _("the customer's name"),
        "honorific": _("the name as one addresses it"),
        "days": _("days since the last purchase"),
        "rhythm": _("usual days between purchases"),
        "me": _("who works the list"),
        "date": _("the day that the reason is about"),
    }[name]
