"""Who came into a segment and who left it: between two days, and from refresh to refresh."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from weixi.classify.editing import MEMBERS
from weixi.classify.history import OUTSIDE
from weixi.classify.membership import Changes, membership
from weixi.web.access import page

from . import words

# figure → where its customers were and are; None: anywhere
SIDES: dict[str, tuple[str | None, str | None]] = {
    "before": (MEMBERS, None),
    "entered": (OUTSIDE, MEMBERS),
    "left": (MEMBERS, OUTSIDE),
    "stayed": (MEMBERS, MEMBERS),
    "after": (None, MEMBERS),
}


@page(permission="segments.view")
def changes(request: Any, code: str) -> HttpResponse:
    between = request.GET.get("earlier", ""), request.GET.get("later", "")
    found = membership(request.actor, code, between=between)
    context = {
        "code": code,
        "name": found.name_zh if words.is_chinese() else found.name_en,
        "days": found.days,
        "chosen": _row(code, found.chosen) if found.chosen else None,
        "rows": [_row(code, one) for one in found.periods],
    }
    return render(request, "segments/changes.html", context)


def _row(code: str, one: Changes) -> dict[str, Any]:
    """The figures with the addresses of their lists."""
    url = reverse("web:segment-people", args=[code])
    days = {"earlier": one.earlier, "later": one.later}
    figures = {}
    for name, sides in SIDES.items():
        told = {key: side for key, side in zip(("came", "went"), sides, strict=True)
                if side is not None}  # fmt: skip
        figures[name] = {"n": getattr(one, name), "url": f"{url}?{urlencode(days | told)}"}
    return {"one": one, **figures}
