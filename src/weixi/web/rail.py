"""The main navigation: only what exists and what the person may open."""

from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from weixi.core.actor import Actor

ON_PHONE = 4  # places in the bottom bar; the fifth is "More"


@dataclass(frozen=True)
class Entry:
    """`route` is the name of the area's first page; it appears once the area has one."""

    route: str
    icon: str
    text: str | Promise
    permission: str | None


ENTRIES = (
    Entry("web:today", "checklist", pgettext_lazy("rail", "Today"), "tasks.work"),
    Entry("web:customers", "users", pgettext_lazy("rail", "Customers"), "customers.view"),
    Entry("web:segments", "layout-grid", pgettext_lazy("rail", "Segments"), "segments.view"),
    Entry("web:warnings", "alert-triangle", pgettext_lazy("rail", "Warnings"), "customers.view"),
    Entry(
        "web:complaints", "message-report", pgettext_lazy("rail", "Complaints"), "customers.view"
    ),
    Entry("web:campaigns", "speakerphone", pgettext_lazy("rail", "Campaigns"), "customers.view"),
    Entry("web:playbooks", "route", pgettext_lazy("rail", "Playbooks"), "segments.view"),
    Entry("web:surveys", "clipboard-text", pgettext_lazy("rail", "Surveys"), "customers.view"),
    Entry("web:members", "gift", pgettext_lazy("rail", "Members"), "customers.view"),
    Entry("web:reports", "chart-bar", pgettext_lazy("rail", "Reports"), "reports.view"),
    Entry("web:settings", "settings", pgettext_lazy("rail", "Settings"), None),
)


@dataclass(frozen=True)
class Place:
    url: str
    icon: str
    text: str | Promise
    is_current: bool
    is_on_phone: bool
    is_last: bool


@cache
def address(route: str) -> str | None:
    """None while no area has claimed the route."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return None


def places(actor: Actor, path: str) -> list[Place]:
    open_to = [entry for entry in ENTRIES if _is_open(entry, actor)]
    current = _current([address(entry.route) or "" for entry in open_to], path)
    return [
        Place(
            url=address(entry.route) or "",
            icon=entry.icon,
            text=entry.text,
            is_current=address(entry.route) == current,
            is_on_phone=number < ON_PHONE,
            is_last=entry.route == "web:settings",
        )
        for number, entry in enumerate(open_to)
    ]


def home_of(actor: Actor) -> str:
    """The first page the person may open."""
    return next((address(e.route) or "" for e in ENTRIES if _is_open(e, actor)), "/settings/")


def _is_open(entry: Entry, actor: Actor) -> bool:
    allowed = entry.permission is None or actor.may(entry.permission)
    return allowed and address(entry.route) is not None


def _current(urls: list[str], path: str) -> str | None:
    """The longest address that the path starts with; "/" only for itself."""
    fitting = [url for url in urls if (path == url if url == "/" else path.startswith(url))]
    return max(fitting, key=len, default=None)
