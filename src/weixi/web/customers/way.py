"""Previous and next customer in the list that the page was opened from."""

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.audiences import queries as audiences
from weixi.act.care import queries as care
from weixi.core.actor import Actor
from weixi.core.clock import today
from weixi.core.errors import NotAllowed, RuleBroken
from weixi.web.today.reading import asked_in

from .listing import asked_back


@dataclass(frozen=True)
class Way:
    """Empty addresses: there is none."""

    list_url: str
    words: str
    previous_url: str
    next_url: str


def way_of(back: str, customer_id: int, actor: Actor) -> Way | None:
    """`back`: path and query of the list; None when it is none of ours or no longer readable."""
    with suppress(RuleBroken, NotAllowed):
        path, _mark, query = back.partition("?")
        if path == reverse("web:today"):
            return _in_today(back, dict(parse_qsl(query)), customer_id, actor)
        return _in_customers(back, customer_id, actor)
    return None


def _in_today(back: str, given: dict[str, str], customer_id: int, actor: Actor) -> Way | None:
    asked = asked_in(given, actor)
    ids = care.customers_waiting(actor, day=today(), scope=asked.scope, filters=asked.filters)
    if customer_id not in ids:
        return Way(back, _("from today's list"), "", _to(ids[0], back) if ids else "")
    at = ids.index(customer_id)
    words = _("from today's list, {n} of {count}").format(n=at + 1, count=len(ids))
    return Way(
        back,
        words,
        _to(ids[at - 1], back) if at else "",
        _to(ids[at + 1], back) if at + 1 < len(ids) else "",
    )


def _in_customers(back: str, customer_id: int, actor: Actor) -> Way | None:
    found = asked_back(back, actor)
    if found is None:
        return None
    asked, cursor = found
    page = audiences.page_of_ids(actor, asked.selection, asked.within, cursor=cursor)
    ids = list(page.rows)
    at = ids.index(customer_id) if customer_id in ids else -1
    following = _to(ids[at + 1], back) if at + 1 < len(ids) else ""
    if not following and page.next:
        later = audiences.page_of_ids(actor, asked.selection, asked.within, cursor=page.next)
        onward = asked.url(cursor=page.next)
        following = _to(later.rows[0], onward) if later.rows else ""
    words = _("from the list of customers")
    return Way(back, words, _to(ids[at - 1], back) if at > 0 else "", following)


def _to(customer_id: int, back: str) -> str:
    return f"{reverse('web:customer', args=[customer_id])}?{urlencode({'from': back})}"
