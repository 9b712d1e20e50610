"""Who looked at whose personal data, when and why. Nothing here can be changed."""

from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import id_of_number, numbers_of
from weixi.core.access import entries
from weixi.core.paging import Keyset, keyset_page
from weixi.web.access import page

NEWEST = Keyset(("-id",), "access")
NOBODY = -1  # a customer number that nobody has


@page(permission="audit.view")
def access_log(request: Any) -> HttpResponse:
    asked = {k: request.GET.get(k, "").strip() for k in ("person", "customer", "action", "day")}
    given = {key: value for key, value in asked.items() if value}
    number = asked["customer"]
    rows = entries(
        request.actor,
        person=asked["person"],
        customer_id=(id_of_number(number) or NOBODY) if number else None,
        action=asked["action"],
        day=_day(asked["day"]),
    )
    cursor = request.GET.get("cursor", "")
    found = keyset_page(rows, NEWEST, cursor=cursor, render=list)
    numbers = numbers_of(row.customer_id for row in found.rows if row.customer_id)
    following = urlencode(given | {"cursor": found.next})
    context = {
        "rows": [
            {
                "row": row,
                "customer": numbers.get(row.customer_id or NOBODY, ""),
                "action": action_name(row.action),
                "field": field_name(row.field),
            }
            for row in found.rows
        ],
        "asked": asked,
        "actions": [(code, action_name(code)) for code in ("reveal", "export", "list")],
        "is_cut": bool(given),
        "page": {
            "count_text": "",
            "first_url": f"?{urlencode(given)}" if cursor else "",
            "next_url": f"?{following}" if found.next else "",
        },
    }
    return render(request, "settings/access_log.html", context)


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def action_name(code: str) -> str:
    names = {"reveal": _("looked at"), "export": _("exported"), "list": _("listed")}
    return names.get(code, code)


def field_name(code: str) -> str:
    names = {
        "phone": _("Mobile phone"),
        "email": _("E-mail"),
        "wechat": _("WeChat"),
        "card": _("Card"),
        "id_number": _("Identity number"),
        "address": _("Address"),
        "customers": _("Customers"),
    }
    return names.get(code, code)
