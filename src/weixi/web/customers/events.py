"""The timeline: orders, contacts, tasks and changes of one customer, merged by time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from weixi.classify.queries import moves_of
from weixi.collect.orders import queries as orders
from weixi.collect.touchpoints import queries as contacts
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import entries_of, newest_entries
from weixi.core.paging import Keyset, cursor_after, keyset_page, page_of
from weixi.web.vocabulary import word
from weixi.web.wording import doer, labelled, money_full

from .journal_words import TASKS, Told, told

LIMIT = 30
SALT = "weixi-timeline"
NEWEST = Keyset(("-id",), "journal")
MOVES_MOST = 200
JOURNAL_MOST = 1_000
ICONS = {"phone": "phone", "wecom": "brand-wechat", "sms": "message", "email": "mail"}
# Told by the order and the contact themselves.
ELSEWHERE = ("contact.recorded", "contact.undone", "order.created")


@dataclass(frozen=True)
class Event:
    """One line. `place` gives the cursor that goes on behind it."""

    at: datetime
    icon: str
    level: str
    title: str
    text: str
    right: str
    url: str
    place: Callable[[], str]
    is_task: bool = False


@dataclass(frozen=True)
class Timeline:
    """`whole`: the sources that were read from beginning to end, so that none counts them again."""

    events: Sequence[Event]
    next: str
    whole: Mapping[str, Sequence[Event]]


Found = tuple[list[Event], bool]  # the events, and whether there are more
Source = Callable[[Actor, int, str, int], Found]


def timeline(actor: Actor, customer_id: int, *, kind: str = "", cursor: str = "") -> Timeline:
    """Thirty events, the newest first. `kind`: orders, contacts, tasks, changes or empty."""
    places = _places(cursor) if cursor else dict.fromkeys(sources_of(actor, kind), "")
    pages = {
        name: SOURCES[name](actor, customer_id, place, LIMIT) for name, place in places.items()
    }
    merged = [(event, name) for name, (events, _more) in pages.items() for event in events]
    merged.sort(key=lambda pair: pair[0].at, reverse=True)
    shown = merged[:LIMIT]
    following = {}
    for name, (events, is_more) in pages.items():
        used = [event for event, source in shown if source == name]
        if len(used) == len(events) and not is_more:
            continue
        following[name] = used[-1].place() if used else places[name]
    whole = {name: events for name, (events, more) in pages.items() if not (cursor or more)}
    return Timeline([event for event, _name in shown], _signed(following), whole)


def sources_of(actor: Actor, kind: str) -> list[str]:
    wanted = KINDS.get(kind)
    if wanted is None:
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": kind[:40]})
    return [name for name in wanted if name != "orders" or actor.may("orders.view")]


def counts_of(
    actor: Actor, customer_id: int, whole: Mapping[str, Sequence[Event]]
) -> list[tuple[str, str, int]]:
    """(kind, word, how many) for the tabs; the first is all of them. `whole`: see Timeline."""

    def count(name: str, ask: Callable[[], int]) -> int:
        return len(whole[name]) if name in whole else ask()

    tasks, others = _entry_counts(customer_id, whole.get("entries"))
    rows = [
        (
            "contacts",
            _("Contacts"),
            count("contacts", lambda: contacts.count_of(actor, customer_id)),
        )
    ]
    if actor.may("orders.view"):
        n = count("orders", lambda: orders.count_of(actor, customer_id))
        rows.insert(0, ("orders", _("Orders"), n))
    rows.append(("tasks", _("Tasks"), tasks))
    moves = count("moves", lambda: len(moves_of(customer_id, limit=MOVES_MOST)))
    rows.append(("changes", _("Changes"), others + moves))
    return [("", _("All"), sum(n for _kind, _word, n in rows)), *rows]


def _entry_counts(customer_id: int, read: Sequence[Event] | None) -> tuple[int, int]:
    """Journal entries about tasks, and the others."""
    if read is not None:
        are_tasks = [event.is_task for event in read]
    else:
        kinds = _entries(customer_id).values_list("kind", flat=True)[:JOURNAL_MOST]
        are_tasks = [kind in TASKS for kind in kinds]
    return sum(are_tasks), len(are_tasks) - sum(are_tasks)


def _orders(actor: Actor, customer_id: int, cursor: str, limit: int) -> Found:
    page = orders.orders_of(actor, customer_id, cursor=cursor, limit=limit)
    return [_order(row) for row in page.rows], bool(page.next)


def _order(row: Any) -> Event:
    lines = ngettext("{n} line", "{n} lines", row.lines).format(n=row.lines)
    is_return = row.amount < 0
    return Event(
        at=row.ordered_at,
        icon="receipt-refund" if is_return else "shopping-cart",
        level="warn" if is_return else "",
        title=_("Return") if is_return else _("Order"),
        text=f"{row.number} · {lines}",
        right=money_full(row.amount, row.currency),
        url=reverse("web:order", args=[row.number]),
        place=lambda: cursor_after(row, orders.NEWEST),
    )


def _contacts(actor: Actor, customer_id: int, cursor: str, limit: int) -> Found:
    page = contacts.contacts_of(actor, customer_id, cursor=cursor, limit=limit)
    return [_contact(row) for row in page.rows], bool(page.next)


def _contact(row: Any) -> Event:
    outcome = word("outcome", row.outcome) if row.outcome else ""
    minutes = _("{n} min").format(n=f"{row.minutes:g}") if row.minutes else ""
    feeling = word("feeling", row.feeling) if row.feeling else ""
    right = [row.staff, outcome, feeling, minutes, _cost(row)]
    way = _("from the customer") if row.direction == "in" else ""
    purpose = word("purpose", row.purpose)
    return Event(
        at=row.at,
        icon=row.channel_icon or ICONS.get(row.channel, "message-circle"),
        level="info" if row.direction == "in" else "",
        title=" · ".join(part for part in (row.channel_name, purpose, way) if part),
        text=row.note,
        right=" · ".join(part for part in right if part),
        url="",
        place=lambda: cursor_after(row, contacts.NEWEST),
    )


def _cost(row: Any) -> str:
    return money_full(row.cost, settings.CURRENCY) if row.cost else ""


def _entries(customer_id: int) -> Any:
    return entries_of(customer_id).exclude(kind__in=ELSEWHERE)


def _journal(of_tasks: bool | None) -> Source:
    """Entries about tasks, about everything else, or (None) both."""

    def read(actor: Actor, customer_id: int, cursor: str, limit: int) -> Found:
        if of_tasks is None and not cursor:
            found = newest_entries(customer_id, without=ELSEWHERE, most=limit + 1)
            page = page_of(found, NEWEST, limit=limit, render=list)
            return [_entry(row, told(row)) for row in page.rows], bool(page.next)
        rows = _entries(customer_id)
        if of_tasks is not None:
            rows = rows.filter(kind__in=TASKS) if of_tasks else rows.exclude(kind__in=TASKS)
        page = keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=list)
        return [_entry(row, told(row)) for row in page.rows], bool(page.next)

    return read


def _entry(row: Any, words: Told) -> Event:
    return Event(
        at=row.at,
        icon=words.icon,
        level=words.level,
        title=words.title,
        text=words.text,
        right=doer(row.actor_name),
        url="",
        place=lambda: cursor_after(row, NEWEST),
        is_task=row.kind in TASKS,
    )


def _moves(actor: Actor, customer_id: int, cursor: str, limit: int) -> Found:
    first = int(cursor or 0)
    moves = moves_of(customer_id, limit=MOVES_MOST)
    shown = moves[first : first + limit]
    events = [_move(move, place) for place, move in enumerate(shown, first + 1)]
    return events, first + limit < len(moves)


def _move(move: Any, place: int) -> Event:
    is_chinese = (get_language() or "").startswith("zh")

    def name(cell: Any) -> str:
        if cell is None:
            return _("not in it")
        return str(cell.name_zh if is_chinese else cell.name_en)

    day = datetime.combine(move.on, time.min, timezone.get_default_timezone())
    return Event(
        at=day,
        icon="arrows-exchange",
        level="",
        title=labelled(
            move.scheme_zh if is_chinese else move.scheme_en,
            f"{name(move.came_from)} → {name(move.went_to)}",
        ),
        text="",
        right=_("System"),
        url="",
        place=lambda: str(place),
    )


SOURCES: dict[str, Source] = {
    "orders": _orders,
    "contacts": _contacts,
    "entries": _journal(None),
    "tasks": _journal(True),
    "journal": _journal(False),
    "moves": _moves,
}
KINDS: dict[str, tuple[str, ...]] = {
    "": ("orders", "contacts", "entries", "moves"),
    "orders": ("orders",),
    "contacts": ("contacts",),
    "tasks": ("tasks",),
    "changes": ("journal", "moves"),
}


def _signed(places: dict[str, str]) -> str:
    return signing.dumps(places, salt=SALT, compress=True) if places else ""


def _places(cursor: str) -> dict[str, str]:
    try:
        found: dict[str, str] = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        raise RuleBroken(_("This place in the list is not known.")) from None
    return {name: place for name, place in found.items() if name in SOURCES}
