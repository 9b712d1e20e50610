"""What the address of today's list asks for, and rows made ready to draw. Reads nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.care.queries import Filters, may_see_team
from weixi.act.care.rules import SignalKind
from weixi.act.care.words import kind_name
from weixi.collect.customers.rules import CustomerType
from weixi.core.actor import Actor
from weixi.web.access import PageRequest
from weixi.web.vocabulary import word

KINDS = tuple(str(kind) for kind in SignalKind)
DUES = ("today", "overdue")
TYPES = tuple(str(kind) for kind in CustomerType)


@dataclass(frozen=True)
class Asked:
    scope: str
    filters: Filters
    may_see_team: bool

    @property
    def is_filtered(self) -> bool:
        return self.filters != Filters()

    @property
    def usual_scope(self) -> str:
        """Who leads a team opens the team's list."""
        return "team" if self.may_see_team else "mine"

    @property
    def given(self) -> dict[str, str]:
        f = self.filters
        values = {
            "scope": "" if self.scope == self.usual_scope else self.scope,
            "signal": f.kind,
            "type": f.type,
            "due": f.due,
            "valued": "1" if f.valued else "",
        }
        return {name: value for name, value in values.items() if value}

    def url(self, **changes: str) -> str:
        """This list with some values changed; an empty value takes one away."""
        query = {name: text for name, text in (self.given | changes).items() if text}
        return reverse("web:today") + (f"?{urlencode(query)}" if query else "")

    @property
    def mine_url(self) -> str:
        return self.url(scope="" if self.usual_scope == "mine" else "mine")

    @property
    def team_url(self) -> str:
        return self.url(scope="" if self.usual_scope == "team" else "team")

    @property
    def clear_url(self) -> str:
        return reverse("web:today") + self._scope_query

    @property
    def _scope_query(self) -> str:
        return "" if self.scope == self.usual_scope else f"?scope={self.scope}"

    @property
    def due_url(self) -> str:
        return self._counted_url(due="today")

    @property
    def overdue_url(self) -> str:
        return self._counted_url(due="overdue")

    @property
    def valued_url(self) -> str:
        return self._counted_url(valued="1")

    def _counted_url(self, **filters: str) -> str:
        """The counts above the list are of the whole list, so nothing else cuts what they open."""
        return self.url(**({"signal": "", "type": "", "due": "", "valued": ""} | filters))

    @property
    def done_url(self) -> str:
        return reverse("web:today-done") + self._scope_query

    @property
    def care_url(self) -> str:
        return self._contacts_url("care")

    @property
    def sale_url(self) -> str:
        return self._contacts_url("sale")

    def _contacts_url(self, purpose: str) -> str:
        team = {"scope": "team"} if self.scope == "team" else {}
        return f"{reverse('web:contacts')}?{urlencode({'purpose': purpose} | team)}"

    @property
    def here(self) -> str:
        return self.url()

    @property
    def words(self) -> str:
        """What the list is cut to, in words; empty when it is whole."""
        f = self.filters
        parts = [
            kind_name(f.kind) if f.kind else "",
            word("type", f.type) if f.type else "",
            {"today": _("due today"), "overdue": _("overdue")}.get(f.due, ""),
            _("value known") if f.valued else "",
        ]
        return " · ".join(part for part in parts if part)


def asked_of(request: PageRequest) -> Asked:
    return asked_in(request.GET.dict(), request.actor)


def asked_in(get: Mapping[str, str], actor: Actor) -> Asked:
    """Unknown values are passed over: an old address still shows a list."""
    team = may_see_team(actor)
    kind, due = get.get("signal", ""), get.get("due", "")
    filters = Filters(
        kind=kind if kind in KINDS else "",
        type=get.get("type", "") if get.get("type") in TYPES else "",
        due=due if due in DUES else "",
        valued=get.get("valued") == "1",
    )
    return Asked("team" if team and get.get("scope") != "mine" else "mine", filters, team)


def kinds_of(waiting: dict[str, int], asked: Asked) -> list[dict[str, Any]]:
    """The choices of the filter menu."""
    return [
        {
            "name": kind_name(kind),
            "count": count,
            "url": asked.url(signal=kind),
            "is_current": asked.filters.kind == kind,
        }
        for kind, count in waiting.items()
    ]


def prepared(detail: Any) -> dict[str, Any]:
    """The preparation panel: contacts with words instead of codes."""
    row = detail.row
    return {
        "row": row,
        "points": detail.points,
        "hint": detail.hint,
        "not_to_offer": detail.not_to_offer,
        "identities": [
            {"kind": word("identity", kind), "code": kind, "masked": masked, "id": pk}
            for pk, kind, masked in detail.identities
        ],
        "contacts": [
            {
                "at": contact.at,
                "channel": contact.channel,
                "what": contact.note or word("purpose", contact.purpose),
                "outcome": word("outcome", contact.outcome) if contact.outcome else "",
                "staff": contact.staff,
            }
            for contact in detail.contacts
        ],
    }
