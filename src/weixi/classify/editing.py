"""People change schemes and segments: every save is a version, what others read stays."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .actions import add_version
from .checking import NAME_LENGTH, checked_definition, refuse_if_used
from .models import Membership, Scheme, SchemeVersion

MEMBERS = "in"  # the one cell of a segment
MOST_SCHEMES, MOST_SEGMENTS = 30, 200
RESTORE_DAYS = timedelta(days=30)
FIRST_DAY = date(2000, 1, 1)


@transaction.atomic
def create_scheme(
    *, name_zh: str, name_en: str = "", definition: Mapping[str, Any], by: Actor, at: datetime
) -> Scheme:
    """Its first version holds for every day, so that past days can be computed with it, too."""
    by.need("schemes.edit")
    return _created("scheme", name_zh, name_en, dict(definition), MOST_SCHEMES, by, at)


@transaction.atomic
def create_segment(
    *, name_zh: str, name_en: str = "", when: Mapping[str, Any], by: Actor, at: datetime
) -> Scheme:
    by.need("schemes.edit")
    name_zh, name_en = _names(name_zh, name_en)
    stored = segment_definition(name_zh, name_en, when)
    return _created("segment", name_zh, name_en, stored, MOST_SEGMENTS, by, at)


def segment_definition(name_zh: str, name_en: str, when: Mapping[str, Any]) -> dict[str, Any]:
    """A segment in the general form: one cell, whose rule is the tree."""
    cell = {
        "code": MEMBERS,
        "name_zh": name_zh,
        "name_en": name_en,
        "color": "h3",
        "when": dict(when),
    }
    return {"population": [], "cells": [cell]}


def _created(
    kind: str,
    name_zh: str,
    name_en: str,
    stored: dict[str, Any],
    most: int,
    by: Actor,
    at: datetime,
) -> Scheme:
    name_zh, name_en = _names(name_zh, name_en)
    checked_definition(stored)
    same_kind = Scheme.objects.filter(kind=kind, deleted_at=None)
    if same_kind.count() >= most:
        raise RuleBroken(_("There are %(most)s already. Delete one first.") % {"most": most})
    _refuse_same_name(kind, name_zh, "")
    scheme = Scheme.objects.create(
        code=_free_code(kind),
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        definition=stored,
        position=100,
        made_by=by.name,
        changed_at=at,
    )
    add_version(scheme, from_day=None, saved_by=by.name, at=at)
    record(f"{kind}.created", by=by, at=at, scheme=scheme.code)
    return scheme


@transaction.atomic
def change_scheme(
    *,
    code: str,
    name_zh: str,
    name_en: str = "",
    definition: Mapping[str, Any],
    from_day: date,
    seen: int,
    by: Actor,
    at: datetime,
) -> SchemeVersion:
    """A new version; `seen`: the newest version that the person started from."""
    by.need("schemes.edit")
    scheme = _held(code)
    name_zh, name_en = _names(name_zh, name_en)
    checked_definition(definition, code=code)
    _refuse_same_name(scheme.kind, name_zh, code)
    newest = newest_version(scheme)
    if seen != newest.version:
        raise Conflict(
            _("%(name)s saved version %(n)s meanwhile. Look at it, then change again.")
            % {"name": newest.saved_by or "—", "n": newest.version}
        )
    if from_day < FIRST_DAY:
        raise RuleBroken(_("Holds from: a day from %(day)s on.") % {"day": FIRST_DAY})
    return _new_version(scheme, name_zh, name_en, dict(definition), from_day, by, at)


@transaction.atomic
def change_segment(
    *, code: str, name_zh: str, name_en: str = "", when: Mapping[str, Any], from_day: date,
    seen: int, by: Actor, at: datetime,
) -> SchemeVersion:  # fmt: skip
    _segment(code)
    name_zh, name_en = _names(name_zh, name_en)
    stored = segment_definition(name_zh, name_en, when)
    return change_scheme(
        code=code, name_zh=name_zh, name_en=name_en, definition=stored, from_day=from_day,
        seen=seen, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def restore_version(
    *, code: str, version: int, from_day: date, by: Actor, at: datetime
) -> SchemeVersion:
    """What that version said is saved again as the newest; nothing between is lost."""
    by.need("schemes.edit")
    scheme = _held(code)
    kept = SchemeVersion.objects.filter(scheme=scheme, version=version).first()
    if kept is None:
        raise Missing("version")
    checked_definition(kept.definition, code=code)
    return _new_version(scheme, kept.name_zh, kept.name_en, dict(kept.definition), from_day, by, at)


def _new_version(
    scheme: Scheme, name_zh: str, name_en: str, stored: dict[str, Any], from_day: date, by: Actor,
    at: datetime,
) -> SchemeVersion:  # fmt: skip
    """The scheme itself stays as published until the version is computed (actions.take_version)."""
    version = SchemeVersion.objects.create(
        scheme=scheme,
        version=newest_version(scheme).version + 1,
        name_zh=name_zh,
        name_en=name_en,
        definition=stored,
        from_day=from_day,
        saved_by=by.name,
        saved_at=at,
    )
    Scheme.objects.filter(pk=scheme.pk).update(changed_at=at)
    record(f"{scheme.kind}.changed", by=by, at=at, scheme=scheme.code, version=version.version)
    return version


def newest_version(scheme: Scheme) -> SchemeVersion:
    """Made on the spot for a scheme that was stored without versions."""
    newest = SchemeVersion.objects.filter(scheme=scheme).order_by("-version").first()
    return newest or add_version(scheme, from_day=None, saved_by="", at=scheme.changed_at)


@transaction.atomic
def switch(*, code: str, is_on: bool, by: Actor, at: datetime) -> Scheme:
    """Off: the scheme is neither shown nor computed; its history stays."""
    by.need("schemes.edit")
    scheme = _held(code)
    if scheme.is_on == is_on:
        return scheme
    if not is_on:
        if scheme.kind == "lifecycle":
            raise RuleBroken(_("The lifecycle stays on: losses and warnings rest on it."))
        refuse_if_used(code)
    scheme.is_on, scheme.changed_at = is_on, at
    scheme.save(update_fields=["is_on", "changed_at"])
    record(f"{scheme.kind}.switched", by=by, at=at, scheme=code, is_on=is_on)
    return scheme


@transaction.atomic
def delete_segment(*, code: str, by: Actor, at: datetime) -> None:
    """It can be restored for 30 days; its members leave it at once."""
    by.need("schemes.edit")
    segment = _segment(code)
    refuse_if_used(code)
    segment.is_on, segment.deleted_at, segment.changed_at = False, at, at
    segment.save(update_fields=["is_on", "deleted_at", "changed_at"])
    Membership.objects.filter(scheme=segment).delete()
    record("segment.deleted", by=by, at=at, scheme=code)


@transaction.atomic
def restore_segment(*, code: str, by: Actor, at: datetime) -> Scheme:
    by.need("schemes.edit")
    segment = Scheme.objects.select_for_update().filter(code=code, kind="segment").first()
    if segment is None or segment.deleted_at is None:
        raise Missing("segment")
    if at - segment.deleted_at > RESTORE_DAYS:
        raise RuleBroken(_("A deleted segment can be restored for 30 days."))
    _refuse_same_name("segment", segment.name_zh, code)
    segment.is_on, segment.deleted_at, segment.changed_at = True, None, at
    segment.save(update_fields=["is_on", "deleted_at", "changed_at"])
    record("segment.restored", by=by, at=at, scheme=code)
    return segment


def forget_deleted(*, at: datetime) -> int:
    """Segments deleted more than 30 days ago go with their versions and moves."""
    gone = Scheme.objects.filter(kind="segment", deleted_at__lt=at - RESTORE_DAYS)
    return sum(1 for scheme in gone if scheme.delete())


def _held(code: str) -> Scheme:
    scheme = Scheme.objects.select_for_update().filter(code=code, deleted_at=None).first()
    if scheme is None:
        raise Missing("scheme")
    return scheme


def _segment(code: str) -> Scheme:
    scheme = _held(code)
    if scheme.kind != "segment":
        raise Missing("segment")
    return scheme


def _names(name_zh: str, name_en: str) -> tuple[str, str]:
    zh = checked(name_zh, what=pgettext("thing", "Name"), at_most=NAME_LENGTH, need=True)
    return zh, checked(name_en, what=_("English name"), at_most=NAME_LENGTH) or zh


def _refuse_same_name(kind: str, name_zh: str, code: str) -> None:
    same = Scheme.objects.filter(kind=kind, name_zh=name_zh, deleted_at=None).exclude(code=code)
    if same.exists():
        raise RuleBroken(_("The name %(name)s is taken.") % {"name": name_zh})


def _free_code(kind: str) -> str:
    newest = Scheme.objects.order_by("-pk").first()
    number = (newest.pk if newest else 0) + 1
    while Scheme.objects.filter(code=f"{kind}_{number}").exists():
        number += 1
    return f"{kind}_{number}"
