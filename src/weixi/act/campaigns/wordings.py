"""The approved wording that a campaign may use, and how it reads for one customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from weixi.act.outreach.models import Template
from weixi.act.outreach.rules import TemplateState
from weixi.act.outreach.template_rules import filled, sms_length


@dataclass(frozen=True)
class Wording:
    code: str
    channel: str
    purpose: str
    name: str
    subject: str
    body: str

    def read(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and body with the places filled."""
        return filled(self.subject, values).text, filled(self.body, values).text

    @property
    def uses_main_message(self) -> bool:
        return "{topic" in self.body + self.subject

    def parts(self, values: Mapping[str, Any]) -> tuple[int, int]:
        """Characters, and the parts a text message is paid for."""
        length = sms_length(self.read(values)[1])
        return length.characters, length.segments


def wordings(purpose: str = "") -> list[Wording]:
    """Each approved template once, in the language of the customers where there is one."""
    rows = Template.objects.filter(state=TemplateState.APPROVED).order_by("channel", "name")
    if purpose:
        rows = rows.filter(purpose=purpose)
    found: dict[tuple[str, str], Template] = {}
    for row in rows:
        key = (row.code, row.channel)
        if key not in found or row.language == settings.LANGUAGE_CODE[:2]:
            found[key] = row
    return [
        Wording(row.code, row.channel, row.purpose, row.name, row.subject, row.body)
        for row in found.values()
    ]


def wording(code: str, channel: str) -> Wording | None:
    return next((one for one in wordings() if (one.code, one.channel) == (code, channel)), None)
