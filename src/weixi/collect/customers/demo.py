"""The demo company: never mixed with a company's own customers, and removed whole.

It lives in a database of its own (`weixi demo` refuses another). Removing it empties every table
but those of `STAYING`: what an installation is made of, and what people wrote about their work.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.runs import is_running
from weixi.core.values import declare, reset, set_value, value_of
from weixi.staff.actions import set_active
from weixi.staff.queries import user_by_name
from weixi.staff.second_factor import IS_NEEDED

DEMO = declare("demo", {})
# Apps that stay whole, then single tables of others.
STAYING_APPS = frozenset({"admin", "auth", "axes", "calendar", "contenttypes", "sessions", "staff"})
STAYING = frozenset(
    {
        "core.JournalEntry", "core.AccessEntry", "core.Heartbeat", "core.ScheduleEntry",
        "core.Setting", "core.RateCount", "core.Job",
        "customers.CustomField", "touchpoints.Channel", "touchpoints.ChecklistItem",
        "touchpoints.Snippet", "replies.ReplyTarget", "calls.Extension", "intake.SavedMapping",
        "classify.Scheme", "classify.SchemeVersion", "outreach.Template", "care.Absence",
        "playbooks.Playbook", "playbooks.Version", "membership.Privilege",
        "membership.SurpriseBudget",
    }
)  # fmt: skip


def state() -> dict[str, Any]:
    """What is known of the demo here; empty: there is none."""
    return dict(value_of(DEMO))


def remember(*, by: Actor, at: datetime, **values: Any) -> dict[str, Any]:
    told = {**state(), **values}
    set_value(DEMO, told, by=by, at=at)
    return told


def size() -> int:
    return Customer.objects.count()


def going() -> list[type[models.Model]]:
    """The tables that are emptied."""
    every = apps.get_models(include_auto_created=True)
    return [
        model
        for model in every
        if model._meta.app_label not in STAYING_APPS and model._meta.label not in STAYING
    ]


def remove_demo(*, typed: str, by: Actor, at: datetime) -> int:
    """Every customer of this database and all that is known of them. Returns how many they were.

    The demo's people can no longer sign in, except whoever removes it.
    """
    by.need("settings.manage")
    by.need("people.manage")
    count = size()
    if not state():
        raise RuleBroken(_("There is no demo company here."))
    if typed.replace(",", "").strip() != str(count):
        raise RuleBroken(_("Type {n}, the number of customers, to go on.").format(n=count))
    if is_running(at):
        raise RuleBroken(_("The figures are being renewed. Wait until that has ended."))
    with transaction.atomic():
        _empty(by, at)
        record("demo.removed", by=by, at=at, customers=count)
        transaction.on_commit(_forget_files)
    return count


def _empty(by: Actor, at: datetime) -> None:
    gone = going()
    for model, field in _pointing_at(gone):
        model._default_manager.exclude(**{field: None}).delete()
    with connection.cursor() as cursor:
        for model in gone:  # in any order: keys between them are checked when all are empty
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
    for username in state().get("people", []):
        user = user_by_name(username)
        if user is not None and user.is_active and user.pk != by.user_id:
            set_active(user, False, by=by, at=at)
    reset(DEMO, by=by)
    reset(IS_NEEDED, by=by)  # of the second factor: real customers are guarded again


def _pointing_at(gone: list[type[models.Model]]) -> Iterator[tuple[type[models.Model], str]]:
    """Staying tables with a key to one that goes: a privilege of one customer goes with it."""
    for model in set(apps.get_models(include_auto_created=True)) - set(gone):
        for field in model._meta.get_fields():
            if field.concrete and field.is_relation and field.related_model in gone:
                yield model, field.name


def _forget_files() -> None:
    """What was computed of them, and the rows their imports refused."""
    for folder in (Path(settings.LAKE), Path(settings.VAR) / "imports"):
        for child in folder.iterdir() if folder.is_dir() else ():
            shutil.rmtree(child) if child.is_dir() else child.unlink()
