"""What a list of customers may be filtered and ordered by. Anything else is refused (S-04)."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.paging import Keyset

from .models import Customer
from .rules import CustomerType
from .search import ids_matching

DAYS = ("created_from", "created_to")
YEARS = range(1900, 9000)
ORDERS: dict[str, Keyset] = {
    "newest": Keyset(("-id",), "customers"),
    "oldest": Keyset(("id",), "customers"),
    "name": Keyset(("name", "id"), "customers"),
    "changed": Keyset(("-changed_at", "-id"), "customers"),
    "number": Keyset(("number",), "customers"),
}


@dataclass(frozen=True)
class Filters:
    """Empty means "any". `owner`: a user id, "me" or "none"; `name`: text as in the search."""

    type: str = ""
    number: str = ""
    owner: str = ""
    team: str = ""  # code of the team
    city: str = ""
    industry: str = ""
    source: str = ""
    name: str = ""
    created_from: date | None = None
    created_to: date | None = None


def filters_from(given: Mapping[str, str]) -> Filters:
    """Filters out of an address line; RuleBroken for an unknown name or a wrong value."""
    known = {field.name for field in fields(Filters)}
    unknown = set(given) - known
    if unknown:
        raise RuleBroken(_("Unknown filter: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    values: dict[str, Any] = {name: t.strip() for name, t in given.items() if name not in DAYS}
    values |= {name: _day(given[name]) for name in DAYS if given.get(name)}
    return checked_filters(Filters(**values))


def checked_filters(filters: Filters) -> Filters:
    if filters.type and filters.type not in set(CustomerType):
        raise RuleBroken(_("Unknown customer type: %(type)s.") % {"type": filters.type})
    if filters.owner and filters.owner not in {"me", "none"} and not _is_id(filters.owner):
        raise RuleBroken(_("An owner is a number, “me” or “none”."))
    return filters


def filtered(rows: QuerySet[Customer], filters: Filters | None, actor: Actor) -> QuerySet[Customer]:
    if filters is None:
        return rows
    exact = {
        name: getattr(filters, name) for name in ("type", "number", "city", "industry", "source")
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if filters.team:
        rows = rows.filter(team__code=filters.team)
    if filters.owner:
        rows = rows.filter(_owner(filters.owner, actor))
    if filters.name:
        matching = ids_matching(filters.name)
        rows = rows.none() if matching is None else rows.filter(pk__in=matching)
    if filters.created_from:
        rows = rows.filter(created_at__gte=_start(filters.created_from))
    if filters.created_to:
        rows = rows.filter(created_at__lt=_start(filters.created_to + timedelta(days=1)))
    return rows


def _owner(text: str, actor: Actor) -> Q:
    if text == "none":
        return Q(owner=None)
    return Q(owner_id=actor.user_id if text == "me" else int(text))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _day(text: str) -> date:
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if day.year in YEARS:
            return day
    raise RuleBroken(_("A day is written as 2026-11-20."))


def _start(day: date) -> datetime:
    """The first moment of the day in the company's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))
