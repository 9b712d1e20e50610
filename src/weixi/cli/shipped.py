"""What an installation holds from the start or since a newer version; what people changed since
is left as it is."""

from collections.abc import Callable

from weixi.act.care.playbooks.actions import create_shipped_playbooks, renew_shipped_playbooks
from weixi.act.outreach.shipped import create_shipped_templates
from weixi.classify.actions import create_shipped_schemes, renew_shipped_schemes
from weixi.collect.calendar.actions import create_shipped_calendar
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.approved import create_shipped_checklist
from weixi.core.clock import now
from weixi.staff.actions import create_shipped_roles, extend_shipped_roles

SHIPPED: dict[str, Callable[[], int]] = {
    "roles": create_shipped_roles,
    "new permissions of roles": lambda: extend_shipped_roles(at=now()),
    "calendar days": create_shipped_calendar,
    "channels": create_shipped_channels,
    "templates": lambda: create_shipped_templates(at=now()),
    "lines of the checklist": create_shipped_checklist,
    "schemes": lambda: create_shipped_schemes(at=now()),
    "new versions of schemes": lambda: renew_shipped_schemes(at=now()),
    "playbooks": lambda: create_shipped_playbooks(at=now()),
    "new versions of playbooks": lambda: renew_shipped_playbooks(at=now()),
}


def install_shipped() -> dict[str, int]:
    """How many rows of each were added."""
    return {name: create() for name, create in SHIPPED.items()}
