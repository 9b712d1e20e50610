"""The wording that comes with the product, for the fourteen playbooks: approved, and to be
changed. Read from shipped_templates.json: code → purpose, names, and text by channel and
language."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from .models import Template
from .rules import TemplateState

FILE = Path(__file__).with_name("shipped_templates.json")


def create_shipped_templates(*, at: datetime) -> int:
    """A code that exists in a channel and language is left as people changed it."""
    held = set(Template.objects.values_list("code", "channel", "language"))
    new = [
        Template(
            **row, state=TemplateState.APPROVED, written_at=at, written_by="weixi",
            approved_at=at, approved_by="weixi",
        )
        for row in _rows()
        if (row["code"], row["channel"], row["language"]) not in held
    ]  # fmt: skip
    Template.objects.bulk_create(new)
    return len(new)


def _rows() -> Iterator[dict[str, Any]]:
    for code, entry in json.loads(FILE.read_text(encoding="utf-8")).items():
        for language in ("zh", "en"):
            told = entry[language]
            for channel in ("email", "sms", "wecom", "letter"):
                if channel in told:
                    yield {
                        "code": code,
                        "channel": channel,
                        "language": language,
                        "purpose": entry["purpose"],
                        "name": told["name"],
                        "subject": told["subject"] if channel in ("email", "letter") else "",
                        "body": told[channel],
                    }
