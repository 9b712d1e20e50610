"""Writes about wording: a change is a draft, an approved version replaces the one before."""

import re
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from weixi.collect.touchpoints.queries import channels
from weixi.collect.touchpoints.rules import Purpose
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import Template
from .queries import LANGUAGES
from .rules import TemplateState
from .template_rules import unknown

BODY_MOST = 5_000


@transaction.atomic
def write(
    *,
    code: str,
    channel: str,
    language: str,
    purpose: str,
    name: str,
    subject: str,
    body: str,
    by: Actor,
    at: datetime,
) -> Template:
    """A new draft; a draft that nobody approved yet is changed in its place."""
    by.need("messages.edit")
    _check_words(code, channel, language, purpose)
    texts = _checked_texts(name, subject, body)
    same = Template.objects.select_for_update().filter(
        code=code, channel=channel, language=language
    )
    draft = same.filter(state=TemplateState.DRAFT).first()
    version = draft.version if draft else (same.aggregate(n=Max("version"))["n"] or 0) + 1
    made, _new = Template.objects.update_or_create(
        code=code, channel=channel, language=language, version=version,
        defaults={**texts, "purpose": purpose, "written_at": at, "written_by": by.name[:80]},
    )  # fmt: skip
    _told("template.written", made, by, at)
    return made


@transaction.atomic
def approve(*, template_id: int, by: Actor, at: datetime) -> Template:
    """From now on new messages use it; those in the outbox keep the version they were written
    with."""
    by.need("messages.approve")
    draft = Template.objects.select_for_update().filter(pk=template_id).first()
    if draft is None:
        raise Missing("template")
    if draft.state != TemplateState.DRAFT:
        raise Conflict(_("Only a draft can be approved."))
    before = Template.objects.filter(
        code=draft.code, channel=draft.channel, language=draft.language,
        state=TemplateState.APPROVED,
    )  # fmt: skip
    before.update(state=TemplateState.RETIRED)
    draft.state, draft.approved_at, draft.approved_by = TemplateState.APPROVED, at, by.name[:80]
    draft.save(update_fields=["state", "approved_at", "approved_by"])
    _told("template.approved", draft, by, at)
    return draft


@transaction.atomic
def retire(*, template_id: int, by: Actor, at: datetime) -> Template:
    """Nothing new is written with it."""
    by.need("messages.approve")
    row = Template.objects.filter(pk=template_id).first()
    if row is None:
        raise Missing("template")
    row.state = TemplateState.RETIRED
    row.save(update_fields=["state"])
    _told("template.retired", row, by, at)
    return row


def _check_words(code: str, channel: str, language: str, purpose: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,39}", code):
        raise RuleBroken(_("A code has 2 to 40 small letters, digits and _."))
    if channel not in {row.code for row in channels(all_of_them=True)}:
        raise RuleBroken(_("Unknown channel: {channel}.").format(channel=channel[:40]))
    if language not in LANGUAGES:
        raise RuleBroken(_("A language is zh or en."))
    if purpose not in set(Purpose):
        raise RuleBroken(_("Unknown purpose: {purpose}.").format(purpose=purpose[:40]))


def _checked_texts(name: str, subject: str, body: str) -> dict[str, str]:
    strange = unknown(subject, body)
    if strange:
        raise RuleBroken(_("Nobody can fill {{{name}}}.").format(name=strange[0][:40]))
    if subject.count("[[") != subject.count("]]") or body.count("[[") != body.count("]]"):
        raise RuleBroken(_("A sentence that begins with [[ ends with ]]."))
    return {
        "name": checked(name, what=_("Name of the template"), at_most=60, need=True),
        "subject": checked(subject, what=_("Subject"), at_most=120),
        "body": checked(body, what=_("Message text"), at_most=BODY_MOST, need=True, lines=True),
    }


def _told(kind: str, template: Template, by: Actor, at: datetime) -> None:
    record(kind, by=by, at=at, template=template.pk, code=template.code,
           channel=template.channel, language=template.language,
           version=template.version)  # fmt: skip
