"""Values that people change on a page, with the default that holds until they do."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .actor import Actor
from .models import Setting

DEFAULTS: dict[str, Any] = {}


def declare(name: str, default: Any) -> str:
    """Make a setting known; called where the setting is used, at import."""
    DEFAULTS[name] = default
    return name


def value_of(name: str) -> Any:
    row = Setting.objects.filter(name=name).first()
    return DEFAULTS[name] if row is None else row.value


def set_value(name: str, value: Any, *, by: Actor, at: datetime) -> None:
    by.need("settings.manage")
    if name not in DEFAULTS:
        raise KeyError(name)
    Setting.objects.update_or_create(
        name=name, defaults={"value": value, "changed_at": at, "changed_by": by.name}
    )


def values_of(names: Iterable[str]) -> dict[str, Any]:
    """Several values in one query."""
    wanted = list(names)
    changed = dict(Setting.objects.filter(name__in=wanted).values_list("name", "value"))
    return {name: changed.get(name, DEFAULTS[name]) for name in wanted}


def reset(name: str, *, by: Actor) -> None:
    """Back to the default."""
    by.need("settings.manage")
    Setting.objects.filter(name=name).delete()
