"""The customers behind a privilege: privilege=ID."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.act.membership import queries
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken


def of_privilege(given: Mapping[str, str], actor: Actor) -> tuple[Any, str]:
    text = given["privilege"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:60]})
    return queries.holders(actor, int(text)).values("pk"), queries.name_of(int(text))
