"""Reads of saved segments and of the versions of a scheme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from weixi.core.actor import Actor
from weixi.core.errors import Missing, Sentence
from weixi.core.runs import newest_run
from weixi.core.text import told
from weixi.staff.permissions import listed

from .conditions import Known
from .editing import MEMBERS, RESTORE_DAYS, newest_version
from .models import Membership, Scheme, SchemeVersion
from .sentences import sentence
from .versions import Held, in_force


@dataclass(frozen=True)
class SegmentRow:
    """A segment as its newest version says. `customers`: members within reach, of the published
    version. `problem`: what its rule names that is gone; empty when nothing is."""

    code: str
    name_zh: str
    name_en: str
    sentence_zh: str
    sentence_en: str
    customers: int
    version: int
    is_published: bool
    made_by: str
    changed_by: str
    changed_at: datetime
    deleted_at: datetime | None
    problem: str

    @property
    def cell(self) -> str:
        """As the lists of customers ask for it."""
        return f"{self.code}:{MEMBERS}"


def segments(actor: Actor, known: Known) -> list[SegmentRow]:
    """Those in use, the last changed first."""
    rows = Scheme.objects.filter(kind="segment", deleted_at=None).order_by("-changed_at", "-pk")
    return _rows(actor, list(rows), known)


def deleted_segments(actor: Actor, known: Known, *, at: datetime) -> list[SegmentRow]:
    """Those that can be restored still."""
    rows = Scheme.objects.filter(kind="segment", deleted_at__gte=at - RESTORE_DAYS)
    return _rows(actor, list(rows.order_by("-deleted_at")), known)


def segment(actor: Actor, code: str, known: Known) -> SegmentRow:
    found = Scheme.objects.filter(code=code, kind="segment", deleted_at=None).first()
    if found is None:
        raise Missing("segment")
    return _rows(actor, [found], known)[0]


def rule_of(code: str) -> tuple[SchemeVersion, Mapping[str, Any]]:
    """The newest version of a segment and its tree."""
    found = Scheme.objects.filter(code=code, kind="segment", deleted_at=None).first()
    if found is None:
        raise Missing("segment")
    version = newest_version(found)
    return version, version.definition["cells"][0]["when"]


def _rows(actor: Actor, found: list[Scheme], known: Known) -> list[SegmentRow]:
    counts = dict(
        Membership.objects.filter(listed(actor, "customer__"), scheme__in=found, cell=MEMBERS)
        .values_list("scheme_id")
        .annotate(n=Count("pk"))
    )
    newest: dict[int, SchemeVersion] = {}
    for version in SchemeVersion.objects.filter(scheme__in=found).order_by("version"):
        newest[version.scheme_id] = version
    return [_row(one, newest.get(one.pk), counts.get(one.pk, 0), known) for one in found]


def _row(one: Scheme, version: SchemeVersion | None, customers: int, known: Known) -> SegmentRow:
    stored = version.definition if version else one.definition
    zh, en, problem = _told(stored["cells"][0]["when"], known)
    return SegmentRow(
        code=one.code,
        name_zh=version.name_zh if version else one.name_zh,
        name_en=version.name_en if version else one.name_en,
        sentence_zh=zh,
        sentence_en=en,
        customers=customers,
        version=version.version if version else one.version,
        is_published=version is None or version.version == one.version,
        made_by=one.made_by,
        changed_by=version.saved_by if version else one.made_by,
        changed_at=one.changed_at,
        deleted_at=one.deleted_at,
        problem=problem,
    )


def _told(when: Mapping[str, Any], known: Known) -> tuple[str, str, str]:
    try:
        return sentence(when, known, "zh"), sentence(when, known, "en"), ""
    except Sentence as problem:
        return "", "", told(problem)


@dataclass(frozen=True)
class VersionRow:
    """A saved version. `state`: "now" makes the figures shown, "waiting" holds from a later
    refresh on, "" was replaced."""

    version: int
    name_zh: str
    name_en: str
    from_day: date | None
    saved_by: str
    saved_at: datetime
    state: str
    definition: Mapping[str, Any]


def versions_of(scheme: Scheme) -> list[VersionRow]:
    """The newest first."""
    newest_version(scheme)
    rows = list(SchemeVersion.objects.filter(scheme=scheme).order_by("-version"))
    run = newest_run()
    held = [Held(row.version, row.from_day) for row in rows]
    last = in_force(held, date.max)
    current = in_force(held, run.as_of) if run else last
    return [
        VersionRow(
            row.version,
            row.name_zh,
            row.name_en,
            row.from_day,
            row.saved_by,
            row.saved_at,
            _state(row.version, scheme.version, current, run.as_of if run else None, row.from_day),
            row.definition,
        )
        for row in rows
    ]


def waiting_version(scheme: Scheme) -> SchemeVersion | None:
    """The newest version where it is not the one that makes the figures."""
    newest = SchemeVersion.objects.filter(scheme=scheme).order_by("-version").first()
    return newest if newest is not None and newest.version != scheme.version else None


def _state(
    version: int, published: int, current: int | None, as_of: date | None, from_day: date | None
) -> str:
    if version == published:
        return "now"
    is_later = from_day is not None and (as_of is None or from_day > as_of)
    return "waiting" if version == current or (version > published and is_later) else ""
