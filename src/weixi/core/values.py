"""Values that people change on a page, with the default that holds until they do."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from .actor import Actor
from .journal import record
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


@transaction.atomic
def change(told: Mapping[str, Any], *, by: Actor, at: datetime) -> list[str]:
    """Several settings at once, with one entry in the journal of what each was and is. The default
    is kept as no change of it. Returns the names of those that are new."""
    by.need("settings.manage")
    before = values_of(told)
    new = [name for name, value in told.items() if value != before[name]]
    for name in new:
        if told[name] == DEFAULTS[name]:
            reset(name, by=by)
        else:
            set_value(name, told[name], by=by, at=at)
    if new:
        facts = {name: [before[name], told[name]] for name in new}
        record("settings.changed", by=by, at=at, values=facts)
    return new


def values_of(names: Iterable[str]) -> dict[str, Any]:
    """Several values in one query."""
    wanted = list(names)
    changed = dict(Setting.objects.filter(name__in=wanted).values_list("name", "value"))
    return {name: changed.get(name, DEFAULTS[name]) for name in wanted}


def reset(name: str, *, by: Actor) -> None:
    """Back to the default."""
    by.need("settings.manage")
    Setting.objects.filter(name=name).delete()
