"""Reads of playbooks: the list with its figures, one in words, the customers behind a figure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import listed

from .definition import playbook as parsed
from .models import Playbook, Run, Version
from .rules import RUNNING, RunState
from .words import is_chinese

NEWEST = Keyset(("-id",), "playbook-runs")
# the figures that open lists → the states behind them; "goal" cuts by the goal instead
FIGURES: dict[str, tuple[str, ...]] = {
    "running": tuple(sorted(RUNNING)),
    "done": (RunState.DONE,),
    "ended_early": (RunState.ENDED_EARLY,),
    "stopped": (RunState.STOPPED,),
    "held_out": (RunState.HELD_OUT,),
}


@dataclass(frozen=True)
class Figures:
    """Of the customers within reach. `treated`: all that were not held out."""

    running: int = 0
    done: int = 0
    ended_early: int = 0
    stopped: int = 0
    held_out: int = 0
    treated: int = 0
    goal: int = 0  # of the treated
    goal_held_out: int = 0

    @property
    def goal_share(self) -> float | None:
        return self.goal / self.treated if self.treated else None

    @property
    def goal_share_held_out(self) -> float | None:
        return self.goal_held_out / self.held_out if self.held_out else None


@dataclass(frozen=True)
class PlaybookRow:
    playbook: Playbook
    figures: Figures
    has_draft: bool
    has_goal: bool


@dataclass(frozen=True)
class RunRow:
    """A customer on the way, or after it."""

    id: int
    customer_id: int
    customer_number: str
    customer: str
    state: str
    step: str
    started_at: datetime
    wake_at: datetime | None
    ended_at: datetime | None
    reason: str
    reason_text: str
    has_reached_goal: bool
    version: int


def playbooks(actor: Actor) -> list[PlaybookRow]:
    """All of them with their figures, those that are on first."""
    actor.need("segments.view")
    figures = _figures(actor)
    rows = Playbook.objects.select_related("published", "owner").annotate(
        drafts=Count("versions", filter=Q(versions__number=0))
    )
    found = [
        PlaybookRow(
            row, figures.get(row.pk, Figures()), bool(row.drafts),
            row.published is not None and bool(row.published.definition.get("goal")),
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: not one.playbook.is_on)


def one(actor: Actor, code: str) -> PlaybookRow:
    return next(iter(row for row in playbooks(actor) if row.playbook.code == code), None) or _gone()


def names(actor: Actor) -> dict[int, tuple[str, str]]:
    """Id → code and name in the reader's language; empty for who may not see playbooks."""
    if not actor.may("segments.view"):
        return {}
    return {row.pk: (row.code, name_of(row)) for row in Playbook.objects.all()}


def name_of(row: Playbook) -> str:
    return row.name_zh if is_chinese() else row.name_en


def code_of(playbook_id: int) -> str:
    """Empty when there is no such playbook."""
    return Playbook.objects.filter(pk=playbook_id).values_list("code", flat=True).first() or ""


def alike(row: Playbook) -> list[Playbook]:
    """Others that start by the same thing, or whose task stands for the same reason."""
    mine = _what(row)
    rows = Playbook.objects.exclude(pk=row.pk).select_related("published")
    return [other for other in rows if mine & _what(other)]


def _what(row: Playbook) -> set[tuple[str, str]]:
    stored = row.published.definition if row.published else {}
    trigger = stored.get("trigger", {})
    starts = [str(trigger.get(name, "")) for name in ("scheme", "occasion", "event")]
    return {("covers", kind) for kind in stored.get("covers", ())} | {
        ("starts", what) for what in starts if what
    }


def standing_for(actor: Actor, kind: str) -> list[Playbook]:
    """The playbooks whose task stands for a built-in reason, those that are on first."""
    if not actor.may("segments.view"):
        return []
    rows = Playbook.objects.select_related("published")
    found = [
        row for row in rows if row.published and kind in row.published.definition.get("covers", ())
    ]
    return sorted(found, key=lambda row: not row.is_on)


def known(actor: Actor, code: str) -> None:
    """Missing, unless there is such a playbook."""
    actor.need("customers.view")
    if not Playbook.objects.filter(code=code).exists():
        raise Missing("playbook")


def _gone() -> PlaybookRow:
    raise Missing("playbook")


def _figures(actor: Actor) -> dict[int, Figures]:
    rows = Run.objects.filter(listed(actor, "customer__")).values("playbook_id", "state")
    counted = rows.annotate(n=Count("pk"), goal=Count("goal_reached_at"))
    found: dict[int, dict[str, int]] = {}
    for row in counted:
        sums = found.setdefault(row["playbook_id"], {})
        word = _figure_of(row["state"])
        sums[word] = sums.get(word, 0) + row["n"]
        is_out = row["state"] == RunState.HELD_OUT
        goal = "goal_held_out" if is_out else "goal"
        sums[goal] = sums.get(goal, 0) + row["goal"]
        if not is_out:
            sums["treated"] = sums.get("treated", 0) + row["n"]
    return {pk: Figures(**sums) for pk, sums in found.items()}


def _figure_of(state: str) -> str:
    return next(name for name, states in FIGURES.items() if state in states)


def draft_of(actor: Actor, code: str) -> tuple[Playbook, Mapping[str, Any], bool]:
    """The playbook, what its editor starts from, and whether that is a draft already."""
    actor.need("playbooks.edit")
    row = Playbook.objects.filter(code=code).select_related("published").first()
    if row is None:
        raise Missing("playbook")
    draft = Version.objects.filter(playbook=row, number=0).first()
    if draft is not None:
        return row, draft.definition, True
    return row, row.published.definition if row.published is not None else {}, False


def versions_of(actor: Actor, code: str) -> "QuerySet[Version]":
    actor.need("segments.view")
    return Version.objects.filter(playbook__code=code, number__gt=0).order_by("-number")


def customers_of(actor: Actor, code: str, figure: str) -> "QuerySet[Any]":
    """The customers behind one figure, as ids."""
    return _runs(actor, code, figure).values("customer_id")


def runs(
    actor: Actor, code: str, *, figure: str = "", cursor: str = "", limit: int = LIMIT
) -> Page[RunRow]:
    """Runs behind a figure, the newest first; all of them without one."""
    rows = _runs(actor, code, figure).select_related("customer", "version")
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit,
                       render=lambda found: [_row(run) for run in found])  # fmt: skip


def count(actor: Actor, code: str, figure: str = "") -> int:
    return _runs(actor, code, figure).count()


def _runs(actor: Actor, code: str, figure: str) -> "QuerySet[Run]":
    actor.need("customers.view")
    rows = Run.objects.filter(listed(actor, "customer__"), playbook__code=code)
    if figure in FIGURES:
        return rows.filter(state__in=FIGURES[figure])
    if figure == "goal":
        rows = rows.exclude(state=RunState.HELD_OUT)
        return rows.filter(goal_reached_at__isnull=False)
    if figure == "goal_held_out":
        return rows.filter(state=RunState.HELD_OUT, goal_reached_at__isnull=False)
    return rows


def _row(run: Run) -> RunRow:
    return RunRow(
        id=run.pk,
        customer_id=run.customer_id,
        customer_number=run.customer.number,
        customer=run.customer.name,
        state=run.state,
        step=run.step,
        started_at=run.started_at,
        wake_at=run.wake_at,
        ended_at=run.ended_at,
        reason=run.reason,
        reason_text=run.reason_text,
        has_reached_goal=run.goal_reached_at is not None,
        version=run.version.number,
    )


@dataclass(frozen=True)
class Running:
    """How many customers stand at each step, by code."""

    at_step: Mapping[str, int] = field(default_factory=dict)


def standing(actor: Actor, code: str) -> Running:
    rows = _runs(actor, code, "running").values_list("step").annotate(n=Count("pk"))
    return Running(dict(rows))


def is_readable(version: Version | None) -> bool:
    if version is None:
        return False
    try:
        parsed(version.definition)
    except ValueError:
        return False
    return True
