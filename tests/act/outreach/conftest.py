"""A customer who can be reached, a template that is approved, a company with its channels."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.moments import NOON
from weixi.act.outreach.models import Template
from weixi.collect.customers.actions import add_identity, give_consent
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import COMMAND_LINE


@pytest.fixture
def channels(db: None) -> None:
    create_shipped_channels()


@pytest.fixture
def reachable_customer(customer: Callable[..., Any], channels: None) -> Callable[..., Any]:
    """reachable_customer("Ana") → with phone and e-mail, who agreed to marketing."""

    def make(name: str = "Ana", **fields: Any) -> Any:
        made = customer(name, **fields)
        add_identity(made.pk, "email", f"c{made.pk}@example.com", by=COMMAND_LINE, at=NOON)
        add_identity(made.pk, "phone", f"138{made.pk:08d}", by=COMMAND_LINE, at=NOON)
        give_consent(made.pk, "marketing", source="form", by=COMMAND_LINE, at=NOON)
        return made

    return make


@pytest.fixture
def template(db: None) -> Callable[..., Template]:
    """template("hello", body="…") → an approved one."""

    def make(code: str = "hello", **fields: Any) -> Template:
        values = {
            "channel": "email", "language": "zh", "purpose": "care", "name": code,
            "subject": "{name}，您好", "body": "{name}，您好！", "state": "approved",
            "written_at": NOON, "written_by": "x", **fields,
        }  # fmt: skip
        return Template.objects.create(code=code, **values)

    return make
