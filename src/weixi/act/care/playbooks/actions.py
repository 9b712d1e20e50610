"""What people do with playbooks: write them, publish a version, switch on and off, stop a run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from weixi.classify.conditions import check
from weixi.classify.vocabulary import known
from weixi.core.actor import SYSTEM, Actor
from weixi.core.errors import Conflict, Missing, RuleBroken, Sentence
from weixi.core.journal import record
from weixi.core.text import checked, told
from weixi.staff.permissions import reachable

from .advancing import place_of, withdraw_of
from .definition import Playbook as Definition
from .definition import is_tree
from .definition import playbook as parsed
from .models import Playbook, Run, Version
from .rules import OVER, RUNNING, AtPublish, EndReason, RunState, conditions_of, moved_to
from .shipped import BY_CODE, SHIPPED

DRAFT = 0
SHIPPER = "Weixi"
LONGEST_NAME = 60
LONGEST_ABOUT = 200


def create_shipped_playbooks(*, at: datetime) -> int:
    """Playbooks that exist are left as people changed them; returns how many were made."""
    made = 0
    for position, one in enumerate(SHIPPED):
        if Playbook.objects.filter(code=one["code"]).exists():
            continue
        row = Playbook.objects.create(
            code=one["code"], name_zh=one["name_zh"], name_en=one["name_en"],
            about_zh=one["about_zh"], about_en=one["about_en"], is_on=one["is_on"],
            is_shipped=True, position=position, changed_at=at,
        )  # fmt: skip
        version = Version.objects.create(
            playbook=row, number=1, definition=one["definition"], published_at=at,
            published_by=SHIPPER,
        )  # fmt: skip
        Playbook.objects.filter(pk=row.pk).update(published=version)
        made += 1
    return made


@transaction.atomic
def renew_shipped_playbooks(*, at: datetime) -> int:
    """What a newer version ships for a playbook that nobody ever wrote on; who is on the way
    finishes on the old one. Returns how many."""
    renewed = 0
    touched = Version.objects.exclude(published_by=SHIPPER).values("playbook")
    rows = Playbook.objects.filter(is_shipped=True, code__in=BY_CODE).exclude(pk__in=touched)
    for row in rows.select_related("published"):
        shipped = BY_CODE[row.code]["definition"]
        if row.published is None or row.published.definition == shipped:
            continue
        version = Version.objects.create(
            playbook=row, number=row.published.number + 1, definition=shipped, published_at=at,
            published_by=SHIPPER, at_publish=AtPublish.FINISH,
        )  # fmt: skip
        Playbook.objects.filter(pk=row.pk).update(published=version, changed_at=at)
        record("playbook.renewed", by=SYSTEM, at=at, playbook=row.code, version=version.number)
        renewed += 1
    return renewed


@transaction.atomic
def create(*, code: str, name_zh: str, name_en: str, by: Actor, at: datetime) -> Playbook:
    """A playbook of one's own, off and without a published version."""
    by.need("playbooks.edit")
    code = checked(code, what=_("Code"), at_most=40, need=True)
    if not code.replace("-", "").replace("_", "").isalnum() or not code.isascii():
        raise RuleBroken(_("Code: letters, digits, - and _ only."))
    if Playbook.objects.filter(code=code).exists():
        raise Conflict(_("There is a playbook with the code %(code)s already.") % {"code": code})
    last = Playbook.objects.order_by("-position").first()
    row = Playbook.objects.create(
        code=code, changed_at=at, position=(last.position + 1) if last else 0,
        **_names(name_zh, name_en),
    )  # fmt: skip
    Version.objects.create(playbook=row, number=DRAFT, definition=EMPTY)
    record("playbook.created", by=by, at=at, playbook=code)
    return row


# A task for the customers' own people: the least that can be published.
EMPTY: dict[str, Any] = {
    "trigger": {"kind": "event", "event": "first_purchase"},
    "steps": [{"code": "s1", "kind": "task", "zh": "联系客户", "en": "Contact the customer"}],
}


@transaction.atomic
def describe(
    *, code: str, name_zh: str, name_en: str, about_zh: str = "", about_en: str = "",
    owner_id: int | None = None, by: Actor, at: datetime,
) -> Playbook:  # fmt: skip
    by.need("playbooks.edit")
    row = _playbook(code)
    about = {
        "about_zh": checked(about_zh, what=_("Purpose"), at_most=LONGEST_ABOUT),
        "about_en": checked(about_en, what=_("Purpose"), at_most=LONGEST_ABOUT),
    }
    values = {**_names(name_zh, name_en), **about, "owner_id": owner_id, "changed_at": at}
    Playbook.objects.filter(pk=row.pk).update(**values)
    record("playbook.described", by=by, at=at, playbook=code)
    row.refresh_from_db()
    return row


def _names(name_zh: str, name_en: str) -> dict[str, str]:
    return {
        "name_zh": checked(name_zh, what=_("Chinese name"), at_most=LONGEST_NAME, need=True),
        "name_en": checked(name_en, what=_("English name"), at_most=LONGEST_NAME, need=True),
    }


@transaction.atomic
def save_draft(*, code: str, stored: Mapping[str, Any], by: Actor, at: datetime) -> Version:
    """The draft as far as it is; it need not be complete."""
    by.need("playbooks.edit")
    row = _playbook(code)
    draft, _is_new = Version.objects.update_or_create(
        playbook=row, number=DRAFT, defaults={"definition": dict(stored)}
    )
    Playbook.objects.filter(pk=row.pk).update(changed_at=at)
    record("playbook.draft_saved", by=by, at=at, playbook=code)
    return draft


@transaction.atomic
def drop_draft(*, code: str, by: Actor, at: datetime) -> None:
    by.need("playbooks.edit")
    row = _playbook(code)
    if row.published_id is None:
        raise RuleBroken(_("Nothing is published yet: the draft is all there is."))
    Version.objects.filter(playbook=row, number=DRAFT).delete()
    record("playbook.draft_dropped", by=by, at=at, playbook=code)


@transaction.atomic
def publish(*, code: str, at_publish: str, note: str = "", by: Actor, at: datetime) -> Version:
    """The draft becomes the next version. Who is on the way finishes on the old one or is moved,
    as chosen."""
    by.need("playbooks.edit")
    row = _playbook(code, lock=True)
    draft = Version.objects.filter(playbook=row, number=DRAFT).first()
    if draft is None:
        raise RuleBroken(_("There is no draft to publish."))
    if at_publish not in set(AtPublish):
        raise RuleBroken(_("Say what becomes of the customers who are on the way."))
    definition = checked_definition(draft.definition)
    newest = Version.objects.filter(playbook=row).order_by("-number").first()
    draft.number = (newest.number if newest else 0) + 1
    draft.at_publish, draft.published_at, draft.published_by = at_publish, at, by.name[:80]
    draft.note = checked(note, what=_("Note"), at_most=200)
    draft.save()
    Playbook.objects.filter(pk=row.pk).update(published=draft, changed_at=at)
    moved = _move_all(row, draft, definition) if at_publish == AtPublish.MOVE else 0
    record("playbook.published", by=by, at=at, playbook=code, version=draft.number, moved=moved)
    return draft


def checked_definition(stored: Mapping[str, Any]) -> Definition:
    """RuleBroken with the sentence in the reader's language unless it can run."""
    try:
        found = parsed(stored)
        trees = [one for one in conditions_of(found.flow) if is_tree(one)]
        if found.trigger.who:
            trees.append(found.trigger.who)
        if found.goal and is_tree(found.goal.until):
            trees.append(found.goal.until)
        for tree in trees:
            check(tree, known())
        _check_cells(found)
    except Sentence as problem:
        raise RuleBroken(told(problem)) from None
    except ValueError as problem:
        raise RuleBroken(str(problem)) from None
    except (TypeError, KeyError, AttributeError) as problem:
        raise RuleBroken(_("This playbook is not written completely.")) from problem
    return found


def _check_cells(found: Definition) -> None:
    if not found.trigger.scheme:
        return
    cells = known().cells.get(found.trigger.scheme)
    if cells is None or any(cell not in cells for cell in found.trigger.cells):
        raise Sentence("The segment that starts it, or one of its cells, is gone. Choose another.")


def _move_all(row: Playbook, version: Version, definition: Definition) -> int:
    """Same step of the new version, which is looked at anew; where that step is gone the run ends
    at the next look."""
    runs = Run.objects.filter(playbook=row, state__in=RUNNING).exclude(version=version)
    moved = 0
    for run in runs.select_for_update().order_by("pk"):
        place = moved_to(definition.flow, place_of(run))
        moved += Run.objects.filter(pk=run.pk, fence=run.fence).update(
            version=version, step=place.step, fence=F("fence") + 1,
            state=RunState.WAITING, wake_at=None,
        )  # fmt: skip
    return moved


@transaction.atomic
def switch(*, code: str, on: bool, stop_running: bool = False, by: Actor, at: datetime) -> Playbook:
    """Off: nobody new starts; who is on the way finishes, or is stopped with its open tasks."""
    by.need("playbooks.edit")
    row = _playbook(code, lock=True)
    if on and row.published_id is None:
        raise RuleBroken(_("Publish a version first; then it can be switched on."))
    if on and not row.is_on:
        row.switched_on_at, row.scanned_to = at, None
    row.is_on, row.changed_at = on, at
    row.save()
    stopped = 0
    if not on and stop_running:
        runs = list(
            Run.objects.filter(playbook=row, state__in=RUNNING).values_list("pk", flat=True)
        )
        stopped = _stop(runs, EndReason.SWITCHED_OFF, "", at)
    what = "playbook.switched_on" if on else "playbook.switched_off"
    record(what, by=by, at=at, playbook=code, stopped=stopped)
    return row


@transaction.atomic
def stop_run(*, run_id: int, reason: str, by: Actor, at: datetime) -> Run:
    """This customer leaves the playbook now; its open task is withdrawn."""
    by.need("tasks.work")
    rows = Run.objects.filter(reachable(by, "customer__"), pk=run_id).select_for_update()
    run = rows.first()
    if run is None:
        raise Missing("run")
    if run.state in OVER:
        raise RuleBroken(_("This customer has already left the playbook."))
    reason = checked(reason, what=_("The reason"), at_most=200, need=True)
    _stop([run.pk], EndReason.BY_PERSON, reason, at)
    record("playbook.run_stopped", by=by, at=at, customer_id=run.customer_id, run=run.pk,
           reason=reason)  # fmt: skip
    run.refresh_from_db()
    return run


def _stop(run_ids: list[int], reason: EndReason, text: str, at: datetime) -> int:
    stopped = Run.objects.filter(pk__in=run_ids, state__in=RUNNING).update(
        state=RunState.STOPPED, reason=reason, reason_text=text, ended_at=at, wake_at=None,
        fence=F("fence") + 1,
    )  # fmt: skip
    withdraw_of(run_ids, at=at)
    return stopped


def _playbook(code: str, *, lock: bool = False) -> Playbook:
    rows = Playbook.objects.filter(code=code)
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise Missing("playbook")
    return row
