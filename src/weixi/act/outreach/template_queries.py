"""Reads about wording: the list, one with its versions, and how it looks for real people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.masking import person_name
from weixi.staff.permissions import listed

from . import queries
from .models import Template
from .rules import TemplateState
from .template_rules import Length, filled, sms_length

SHOWN = 5


@dataclass(frozen=True)
class Wording:
    """A code in a channel and a language: its newest version, and the one in use (None: none)."""

    code: str
    channel: str
    language: str
    newest: Template
    approved: Template | None
    versions: tuple[Template, ...]


@dataclass(frozen=True)
class Preview:
    """`who`: masked. `missing`: places that nothing fills: it would not be sent."""

    who: str
    subject: str
    text: str
    missing: tuple[str, ...]
    length: Length


def wordings(actor: Actor, *, channel: str = "", language: str = "") -> list[Wording]:
    actor.need("messages.view")
    rows = Template.objects.order_by("code", "channel", "language", "-version")
    if channel:
        rows = rows.filter(channel=channel)
    if language:
        rows = rows.filter(language=language)
    found: dict[tuple[str, str, str], list[Template]] = {}
    for row in rows:
        found.setdefault((row.code, row.channel, row.language), []).append(row)
    return [_wording(versions) for versions in found.values()]


def wording(actor: Actor, code: str, channel: str, language: str) -> Wording:
    actor.need("messages.view")
    rows = Template.objects.filter(code=code, channel=channel, language=language)
    versions = list(rows.order_by("-version"))
    if not versions:
        raise Missing("template")
    return _wording(versions)


def previews(actor: Actor, subject: str, body: str) -> list[Preview]:
    """For five real customers within reach, the newest first, their names masked."""
    actor.need("messages.view")
    people = Customer.objects.filter(listed(actor)).select_related("owner").order_by("-pk")
    company = queries.company_name()
    return [
        preview(
            {
                "name": person_name(who.name),
                "owner": str(who.owner) if who.owner else "",
                "company": company,
            },
            subject,
            body,
        )
        for who in people[:SHOWN]
    ]


def preview(values: Mapping[str, Any], subject: str, body: str) -> Preview:
    head, text = filled(subject, values), filled(body, values)
    missing = tuple(dict.fromkeys((*head.missing, *text.missing)))
    return Preview(str(values["name"]), head.text, text.text, missing, sms_length(text.text))


def _wording(versions: list[Template]) -> Wording:
    newest = versions[0]
    approved = next((v for v in versions if v.state == TemplateState.APPROVED), None)
    return Wording(newest.code, newest.channel, newest.language, newest, approved, tuple(versions))
