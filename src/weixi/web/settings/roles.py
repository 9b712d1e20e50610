"""Roles: what each may do and how far it reaches; the effect of a change before it is made."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.core.clock import now
from weixi.core.errors import Missing
from weixi.staff import actions, queries
from weixi.staff.permissions import PERMISSIONS
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, page

from .role_words import groups, permission_name, reach_name


@page(permission="people.manage")
def roles(request: Any) -> HttpResponse:
    """The matrix: permissions down, roles across."""
    found = queries.roles(request.actor)
    rows = [
        {
            "group": group,
            "rows": [
                {"name": permission_name(name), "held": [name in r.permissions for r, _n in found]}
                for name in names
            ],
        }
        for group, names in groups()
    ]
    heads = [
        {
            "role": role,
            "name": queries.role_name(role),
            "people": n,
            "reach": reach_name(role.reach),
        }
        for role, n in found
    ]
    return render(request, "settings/roles.html", {"heads": heads, "groups": rows})


@page(permission="people.manage", methods=FORM)
def role(request: Any, code: str) -> HttpResponse:
    found = _role(request, code)
    if request.method == "POST":
        actions.change_role(
            role=found,
            permissions=_asked(request),
            reach=request.POST.get("reach", ""),
            by=request.actor,
            at=now(),
        )
        toasts.say(request, _("Role saved. It holds from everybody's next click on."))
        return redirect("web:roles")
    context = {
        "role": found,
        "name": queries.role_name(found),
        "reaches": [(reach, reach_name(reach)) for reach in ("own", "team", "all")],
        "groups": [
            (group, [(name, permission_name(name), name in found.permissions) for name in names])
            for group, names in groups()
        ],
        **_effect(request, found, found.permissions, found.reach),
    }
    return render(request, "settings/role.html", context)


@page(permission="people.manage", methods=WRITE)
def effect(request: Any, code: str) -> HttpResponse:
    """Renewed with every tick; changes nothing."""
    found = _role(request, code)
    reach = request.POST.get("reach", found.reach)
    context = _effect(request, found, _asked(request), reach)
    return render(request, "settings/_effect.html", context)


def _effect(request: Any, role: Any, permissions: list[str], reach: str) -> dict[str, Any]:
    told = queries.effect_of(request.actor, role, permissions=set(permissions), reach=reach)
    return {
        "effect": told,
        "lost": [permission_name(name) for name in told.lost],
        "gained": [permission_name(name) for name in told.gained],
        "reach_words": [reach_name(one) for one in told.reach or ()],
    }


def _asked(request: Any) -> list[str]:
    return [name for name in request.POST.getlist("permission") if name in PERMISSIONS]


def _role(request: Any, code: str) -> Any:
    try:
        return queries.role_of(request.actor, code)
    except Missing as no:
        raise Http404 from no
