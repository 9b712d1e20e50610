"""The company's own fields: what they may hold, and their definitions."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import CustomField
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

TEXT_LENGTH = 500
CODE = r"[a-z][a-z0-9_]{0,39}"
CHOICES_MOST = 100
Kind = CustomField.Kind


def checked_custom(
    given: Mapping[str, Any], before: Mapping[str, Any], *, all_needed: bool
) -> dict[str, Any]:
    """`before` with `given` over it; None empties a field. `all_needed`: of a new customer."""
    fields = {field.code: field for field in CustomField.objects.all()}
    unknown = set(given) - set(fields)
    if unknown:
        raise RuleBroken(_("Unknown field: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    values = dict(before)
    for code, value in given.items():
        values[code] = None if value in (None, "") else _checked_value(fields[code], value)
    asked = fields.values() if all_needed else [fields[code] for code in given]
    for field in asked:
        if field.is_required and values.get(field.code) is None:
            raise RuleBroken(_("%(field)s is needed.") % {"field": field.name_zh})
    return {code: value for code, value in values.items() if value is not None}


def _checked_value(field: CustomField, value: Any) -> Any:
    refusal = RuleBroken(_("%(field)s: this value does not fit.") % {"field": field.name_zh})
    match field.kind:
        case Kind.TEXT if isinstance(value, str):
            return checked(value, what=field.name_zh, at_most=TEXT_LENGTH)
        case Kind.NUMBER:
            with suppress(TypeError, ValueError, OverflowError):
                number = float(value)
                if not isinstance(value, bool) and abs(number) < 1e15:
                    return int(number) if number == int(number) else number
        case Kind.DATE:
            with suppress(TypeError, ValueError):
                day = value if isinstance(value, date) else date.fromisoformat(value)
                return day.isoformat()
        case Kind.CHOICE if value in field.choices:
            return value
        case Kind.YES_NO if isinstance(value, bool):
            return value
    raise refusal


@transaction.atomic
def define_custom_field(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    choices: list[str] | None = None,
    is_required: bool = False,
    by: Actor,
    at: datetime,
) -> CustomField:
    by.need("settings.manage")
    if not code.isascii() or not code.isidentifier() or len(code) > 40:
        raise RuleBroken(_("A code has letters, digits and _, and begins with a letter."))
    if CustomField.objects.filter(code=code).exists():
        raise RuleBroken(_("The code %(code)s is taken.") % {"code": code})
    if kind not in Kind.values:
        raise RuleBroken(_("Unknown kind of field: %(kind)s.") % {"kind": kind})
    field = CustomField.objects.create(
        code=code,
        kind=kind,
        name_zh=checked(name_zh, what=_("Chinese name"), at_most=60, need=True),
        name_en=checked(name_en, what=_("English name"), at_most=60, need=True),
        choices=_checked_choices(kind, choices or []),
        is_required=is_required,
        position=CustomField.objects.count(),
    )
    record("custom_field.defined", by=by, at=at, code=code, of_kind=kind)
    return field


@transaction.atomic
def change_custom_field(
    code: str,
    *,
    name_zh: str,
    name_en: str,
    choices: list[str] | None = None,
    is_required: bool,
    by: Actor,
    at: datetime,
) -> CustomField:
    """The kind stays; values that customers have stay, also of a choice that is gone."""
    by.need("settings.manage")
    field = _field(code)
    field.name_zh = checked(name_zh, what=_("Chinese name"), at_most=60, need=True)
    field.name_en = checked(name_en, what=_("English name"), at_most=60, need=True)
    field.choices = _checked_choices(field.kind, choices or field.choices)
    field.is_required = is_required
    field.save()
    record("custom_field.changed", by=by, at=at, code=code)
    return field


@transaction.atomic
def remove_custom_field(code: str, *, by: Actor, at: datetime) -> None:
    """The field is no longer shown; its values stay with the customers until they are erased."""
    by.need("settings.manage")
    _field(code).delete()
    record("custom_field.removed", by=by, at=at, code=code)


def _field(code: str) -> CustomField:
    field = CustomField.objects.filter(code=code).first()
    if field is None:
        raise Missing("custom field")
    return field


def _checked_choices(kind: str, choices: list[str]) -> list[str]:
    if kind != Kind.CHOICE:
        return []
    texts = [checked(choice, what=_("Choice"), at_most=60, need=True) for choice in choices]
    if not texts or len(texts) > CHOICES_MOST or len(set(texts)) < len(texts):
        raise RuleBroken(_("A choice needs different values, 1 to 100 of them."))
    return texts
