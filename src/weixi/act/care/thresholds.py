"""The settings of the care list: declared here with their defaults, changed on a page."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from weixi.core.models import Setting
from weixi.core.values import DEFAULTS, declare

from .rules import Thresholds

THRESHOLDS = {
    field.name: declare(f"care.{field.name}", field.default) for field in fields(Thresholds)
}
# Days before the same reason may come again after it was dealt with …
REST_DAYS = declare(
    "care.rest_days",
    {"overdue": 14, "next_due": 14, "gone_quiet": 30, "birthday": 300, "warning": 14},
)
# … unless the contact ended like this.
REST_DAYS_AFTER = declare("care.rest_days_after", {"not_reached": 2, "follow_up": 7})
TEAM_CAPACITY = declare("care.team_capacity", 50)  # tasks a day of customers without an owner
# The chance that a contact for this reason changes what is at stake, until it is measured …
CHANCE = declare(
    "care.chance",
    {
        "warning": 0.15,
        "overdue": 0.1,
        "gone_quiet": 0.08,
        "promise": 0.2,
        "manual": 0.1,
        "playbook": 0.08,
        "next_due": 0.05,
        "birthday": 0.02,
    },
)
# … and the minutes that a contact takes with all around it, by channel; "" = any other.
EFFORT_MINUTES = declare(
    "care.effort_minutes",
    {"phone": 8, "face": 60, "letter": 15, "email": 5, "sms": 2, "wecom": 4, "": 8},
)
PROMISE_DAYS_AHEAD = declare("care.promise_days_ahead", 1)  # reminded of before it is due
CLAIM_MINUTES = declare("care.claim_minutes", 15)
UNDO_MINUTES = declare("care.undo_minutes", 10)
BALANCE = declare("care.balance", 1.0)  # care contacts for each that sells, at least
# Channels in the order they are tried, by reason and type of customer.
CHANNELS = declare(
    "care.channels",
    {
        "overdue.business": ["phone", "face", "wecom", "email"],
        "gone_quiet.business": ["face", "phone", "wecom", "email"],
        "overdue": ["phone", "wecom", "sms", "email"],
        "gone_quiet": ["phone", "wecom", "sms", "email"],
        "next_due": ["wecom", "sms", "email", "phone"],
        "warning.business": ["phone", "face", "wecom", "email"],
        "warning": ["phone", "wecom", "sms", "email"],
        "birthday": ["wecom", "sms", "phone", "email"],
        "promise": ["phone", "wecom", "sms", "email"],
        "manual": ["phone", "wecom", "sms", "email"],
        "playbook": ["phone", "wecom", "sms", "email"],
    },
)


def values_under(prefix: str) -> dict[str, Any]:
    """Every setting of that prefix by its full name, in one query."""
    values = {name: value for name, value in DEFAULTS.items() if name.startswith(prefix)}
    changed = Setting.objects.filter(name__startswith=prefix).values_list("name", "value")
    return values | dict(changed)


def thresholds_of(values: Mapping[str, Any]) -> Thresholds:
    return Thresholds(**{field: values[name] for field, name in THRESHOLDS.items()})


def wished_channels(channels: Mapping[str, list[str]], kind: str, customer_type: str) -> list[str]:
    return channels.get(f"{kind}.{customer_type}") or channels.get(kind, [])
