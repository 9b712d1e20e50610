"""Reads about the contact policy, the ledger and the outbox."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from weixi.core.errors import Missing
from weixi.core.values import declare, value_of

from . import facts
from .models import Message, Template, Touch
from .policy_rules import Policy, policy_of
from .rules import MessageState, TemplateState, Verdict, decide

POLICY = declare("outreach.policy", {})
COMPANY = declare("company.name", "维系")
LANGUAGES = ("zh", "en")


def policy() -> Policy:
    """The one in force."""
    return policy_of(value_of(POLICY))


def company_name() -> str:
    """As customers read it in messages."""
    return str(value_of(COMPANY))


def may_contact(customer_id: int, *, channel: str, purpose: str, at: datetime) -> Verdict:
    """Reads only: nothing is booked. Whoever then contacts reserves first."""
    found = may_contact_many([customer_id], channel=channel, purpose=purpose, at=at)
    if customer_id not in found:
        raise Missing("customer")
    return found[customer_id]


def may_contact_many(
    customer_ids: Collection[int], *, channel: str, purpose: str, at: datetime
) -> dict[int, Verdict]:
    rules = policy()
    known = facts.people(customer_ids, channel=channel, policy=rules, at=at)
    return {
        id_: decide(rules, who, channel=channel, purpose=purpose, at=at)
        for id_, who in known.items()
    }


def may_send_now(message: Message, *, at: datetime) -> Verdict:
    """As the sender asks at the last moment: its own slot does not stand in its way."""
    rules = policy()
    known = facts.people(
        [message.customer_id], channel=message.channel, policy=rules, at=at, is_sending=True,
        without=[message.touch_id],
    )  # fmt: skip
    who = known[message.customer_id]
    return decide(rules, who, channel=message.channel, purpose=message.purpose, at=at)


def outcome_counts(source_kind: str, source_id: str) -> dict[str, int]:
    """How many messages of a campaign or playbook are in each state; every state is there."""
    rows = _messages_of(source_kind, source_id).values_list("state").annotate(n=Count("pk"))
    return {state.value: 0 for state in MessageState} | dict(rows)


def customers_in_state(source_kind: str, source_id: str, *states: str) -> QuerySet[Message, Any]:
    """Ids of the customers behind one of those figures, as a subquery for a list."""
    rows = _messages_of(source_kind, source_id).filter(state__in=states)
    return rows.values("customer_id")


def touches_of_source(source_kind: str, source_id: str) -> QuerySet[Touch]:
    return Touch.objects.filter(source_kind=source_kind, source_id=source_id)


def approved_template(code: str, channel: str, language: str) -> Template:
    """The approved version; in the other language when there is none in this one."""
    rows = Template.objects.filter(code=code, channel=channel, state=TemplateState.APPROVED)
    found = {row.language: row for row in rows}
    row = found.get(language) or next(iter(found.values()), None)
    if row is None:
        raise Missing("template")
    return row


def _messages_of(source_kind: str, source_id: str) -> QuerySet[Message]:
    return Message.objects.filter(touch__source_kind=source_kind, touch__source_id=str(source_id))
