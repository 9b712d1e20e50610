"""The advisor (T2) with what is stored: channels, weights, the customer's consent and data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from weixi.collect.customers.models import Consent, Identity
from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.values import declare, set_value, value_of

from .advice_rules import TRAITS, WEIGHTS, Advice, Aim, Case, Nature, Urgency, Why, advise
from .models import Contact
from .queries import ChannelRow, channels

ADVICE = declare("touchpoints.advice", WEIGHTS)
TYPICAL_MINUTES = declare("touchpoints.typical_minutes", 10)  # of a contact, where a minute costs
MOST_WEIGHT = 10
CONSENT_OF = {"notice": "service", "inquiry": "service", "apology": "service"}
LAST_CONTACTS = 20


@dataclass(frozen=True)
class ChannelAdvice:
    """One line of advice, in words. `cost` of a typical contact in minor units."""

    channel: ChannelRow
    fit: int
    cost: int
    reasons: list[str]
    drawbacks: list[str]
    barred: str


def advice(
    actor: Actor,
    *,
    aim: str,
    urgency: str = "normal",
    budget: int | None = None,
    customer_id: int | None = None,
    wished: str = "",
) -> list[ChannelAdvice]:
    """Channels in use, ranked for this purpose; for a customer by its consent and data too."""
    actor.need("customers.view")
    if aim not in set(Aim) or urgency not in set(Urgency):
        raise RuleBroken(_("Unknown purpose or urgency of the advisor."))
    if budget is not None and budget < 0:
        raise RuleBroken(_("A budget is zero or more."))
    rows = {row.code: row for row in channels()}
    case = Case(Aim(aim), Urgency(urgency), budget, wished)
    if customer_id is not None:
        get(actor, customer_id)
        case = _of_customer(customer_id, case)
    minutes = typical_minutes()
    costs = {code: _cost_of(row, minutes) for code, row in rows.items()}
    natures = [_nature(row, costs[code]) for code, row in rows.items()]
    found = advise(case, natures, value_of(ADVICE))
    return [_told(rows[one.code], one, costs[one.code]) for one in found]


@transaction.atomic
def set_weights(weights: Mapping[str, Mapping[str, float]], *, by: Actor, at: datetime) -> None:
    """For each purpose how much speed, richness, interaction and a low cost count, 0 to 10."""
    by.need("settings.manage")
    told = {
        str(aim): {trait: float(weights[aim].get(trait, -1)) for trait in TRAITS} for aim in Aim
    }
    for values in told.values():
        if not all(0 <= value <= MOST_WEIGHT for value in values.values()):
            raise RuleBroken(_("A weight is 0 to %(most)s.") % {"most": MOST_WEIGHT})
        if not any(values.values()):
            raise RuleBroken(_("Every purpose needs at least one weight above 0."))
    record("channels.weights_changed", by=by, at=at, before=value_of(ADVICE), after=told)
    set_value(ADVICE, told, by=by, at=at)


def weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = value_of(ADVICE)
    return found


def aim_name(aim: str) -> str:
    return _(AIMS[Aim(aim)])


def urgency_name(urgency: str) -> str:
    return _(URGENCIES[Urgency(urgency)])


def _nature(row: ChannelRow, cost: int) -> Nature:
    return Nature(
        row.code, row.cost_level, row.speed, row.richness, row.interaction, cost,
        row.needs_identity,
    )  # fmt: skip


def typical_minutes() -> int:
    return int(value_of(TYPICAL_MINUTES))


def _cost_of(row: ChannelRow, minutes: int) -> int:
    return row.unit_cost + row.minute_cost * minutes


def _of_customer(customer_id: int, case: Case) -> Case:
    refused = _refusals(customer_id, CONSENT_OF.get(case.aim, "care"))
    kinds = Identity.objects.filter(customer=customer_id).values_list("kind", flat=True)
    return Case(
        case.aim, case.urgency, case.budget, case.wished or _wished(customer_id),
        refused=refused, refused_all="" in refused, identities=frozenset(kinds),
    )  # fmt: skip


def _refusals(customer_id: int, purpose: str) -> frozenset[str]:
    """Channels refused for this purpose, or for any contact; "" for every channel."""
    rows = Consent.objects.filter(customer=customer_id, purpose__in=(purpose, "contact"))
    newest = {(row.purpose, row.channel): row.granted for row in rows.order_by("at", "pk")}
    return frozenset(channel for (_p, channel), granted in newest.items() if not granted)


def _wished(customer_id: int) -> str:
    """The channel the customer itself used most of late; "" when it never wrote or called."""
    rows = Contact.objects.filter(customer=customer_id, direction="in").order_by("-at", "-pk")
    used = list(rows.values_list("channel__code", flat=True)[:LAST_CONTACTS])
    return max(used, key=used.count) if used else ""


def _told(row: ChannelRow, one: Advice, cost: int) -> ChannelAdvice:
    return ChannelAdvice(
        channel=row,
        fit=one.fit,
        cost=cost,
        reasons=[_(WHY[why]) for why in one.speaks_for],
        drawbacks=[_(WHY[why]) for why in one.against],
        barred=_(WHY[one.barred]) if one.barred else "",
    )


AIMS = {
    Aim.INQUIRY: gettext_noop("General inquiry"),
    Aim.CONSULTATION: gettext_noop("Deep consultation"),
    Aim.INTRODUCTION: gettext_noop("Formal introduction"),
    Aim.BOND: gettext_noop("Emotional bond"),
    Aim.NOTICE: gettext_noop("Short notice"),
    Aim.APOLOGY: gettext_noop("Apology"),
}
URGENCIES = {
    Urgency.LOW: gettext_noop("Can wait"),
    Urgency.NORMAL: gettext_noop("Usual"),
    Urgency.HIGH: gettext_noop("Urgent"),
}
WHY: dict[Why, Any] = {
    Why.FAST: gettext_noop("reaches the customer fast"),
    Why.SLOW: gettext_noop("slow"),
    Why.RICH: gettext_noop("carries much: pictures, tone, details"),
    Why.PLAIN: gettext_noop("carries little"),
    Why.INTERACTIVE: gettext_noop("questions can be answered at once"),
    Why.ONE_WAY: gettext_noop("hardly any back and forth"),
    Why.CHEAP: gettext_noop("costs little"),
    Why.COSTLY: gettext_noop("costs much"),
    Why.WISHED: gettext_noop("the customer uses it most"),
    Why.NO_ADDRESS: gettext_noop("no contact data for it"),
    Why.REFUSED: gettext_noop("the customer refused it"),
    Why.OVER_BUDGET: gettext_noop("over the budget"),
}
