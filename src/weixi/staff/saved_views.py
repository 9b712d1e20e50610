"""Lists that people keep under a name, each for themselves."""

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.text import checked

from .models import SavedView

NAME_LENGTH, QUERY_LENGTH, VIEWS_MOST = 40, 1000, 20


class View(NamedTuple):
    id: int
    name: str
    query: str


def saved_views(actor: Actor, area: str) -> list[View]:
    rows = SavedView.objects.filter(user=_own(actor), area=area).order_by("name")
    return [View(*row) for row in rows.values_list("pk", "name", "query")]


@transaction.atomic
def save_view(*, area: str, name: str, query: str, by: Actor) -> View:
    """The same name again replaces what it stood for."""
    name = checked(name, what=_("Name"), at_most=NAME_LENGTH, need=True)
    query = checked(query, what=_("Address"), at_most=QUERY_LENGTH)
    kept = SavedView.objects.filter(user=_own(by), area=area)
    if not kept.filter(name=name).exists() and kept.count() >= VIEWS_MOST:
        raise RuleBroken(
            _("At most %(most)s saved views. Remove one first.") % {"most": VIEWS_MOST}
        )
    row, _made = SavedView.objects.update_or_create(
        user_id=_own(by), area=area, name=name, defaults={"query": query}
    )
    return View(row.pk, row.name, row.query)


def remove_view(view_id: int, *, by: Actor) -> None:
    removed, _by_table = SavedView.objects.filter(pk=view_id, user=_own(by)).delete()
    if not removed:
        raise Missing("view")


def _own(actor: Actor) -> int:
    """Views belong to people; programs and the system have none."""
    return actor.user_id or 0
