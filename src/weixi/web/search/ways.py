"""Pages and commands that the palette offers, and the customers a person opened lately."""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from weixi.classify.queries import schemes
from weixi.core.actor import Actor
from weixi.web.access import PageRequest
from weixi.web.rail import address, places
from weixi.web.settings.views import CARDS

COOKIE, KEPT = "wx-recent", 12
MONTH = 30 * 86_400


@dataclass(frozen=True)
class Way:
    url: str
    icon: str
    text: str | Promise

    def fits(self, typed: str) -> bool:
        return typed.casefold() in str(self.text).casefold()


COMMANDS = (
    ("web:customer-new", "user-plus", _("New customer"), "customers.edit"),
    ("web:segment-new", "layout-grid", _("New segment"), "schemes.edit"),
    ("web:campaign-new", "speakerphone", _("New campaign"), "campaigns.edit"),
    ("web:imports", "file-import", _("Import a file"), "imports.run"),
)


def ways(actor: Actor) -> list[Way]:
    """Commands first, then the areas, then the settings pages; only what the person may open."""
    found = [
        Way(address(route) or "", icon, text)
        for route, icon, text, permission in COMMANDS
        if actor.may(permission) and address(route)
    ]
    found += [Way(place.url, place.icon, place.text) for place in places(actor, "")]
    for card in CARDS:
        may = card.permission is None or actor.may(card.permission)
        if may and address(card.route):
            found.append(Way(address(card.route) or "", card.icon, card.title))
    return list({way.url: way for way in reversed(found)}.values())[::-1]


def segments() -> list[Way]:
    """Schemes and people's own segments, by the name of the page's language."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return [
        Way(
            reverse("web:segment", args=[one.code]),
            "layout-grid",
            one.name_zh if is_chinese else one.name_en,
        )
        for one in schemes()
        if one.deleted_at is None
    ]


def recent_of(request: PageRequest) -> list[int]:
    """Ids of customers opened lately, the newest first. Ids alone: no customer data is kept."""
    try:
        text = request.get_signed_cookie(COOKIE, default="", salt=_salt(request))
    except BadSignature:
        return []
    return [int(part) for part in (text or "").split(".") if part.isascii() and part.isdigit()][
        :KEPT
    ]


def remember(request: PageRequest, response: HttpResponse, customer_id: int) -> HttpResponse:
    """A signed cookie that scripts cannot read, tied to the person."""
    known = recent_of(request)
    ids = [customer_id, *(pk for pk in known if pk != customer_id)][:KEPT]
    if ids != known:
        response.set_signed_cookie(
            COOKIE,
            ".".join(map(str, ids)),
            salt=_salt(request),
            max_age=MONTH,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def _salt(request: HttpRequest) -> str:
    return f"recent-{request.user.pk}"
