"""One campaign, ready to render."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language

from weixi.act.campaigns import queries
from weixi.act.campaigns.power import power_of
from weixi.act.campaigns.rules import LAUNCHED, CampaignState, Goal
from weixi.classify.queries import cell_names
from weixi.core.actor import Actor
from weixi.evaluate import effect_queries
from weixi.evaluate.expected import expected_response
from weixi.web.vocabulary import word
from weixi.web.wording import number, signed

from . import words
from .beside import beside
from .dots import plot
from .judged import judged


def shown(actor: Actor, row: Any, *, at: datetime, preview: str) -> dict[str, Any]:
    taught = effect_queries.taught(actor, row)
    return {
        "row": row,
        "state": words.of(words.STATES, row.state),
        "level": words.STATE_LEVELS.get(row.state, ""),
        "purpose": word("purpose", row.purpose),
        "goals": [_goal(n, goal, taught) for n, goal in enumerate(queries.goals(row))],
        "stages": _stages(actor, row),
        **_checked(row, at),
        **_reached(actor, row, taught),
        **_lines(actor, row),
        **_judged(actor, row),
        **_rights(actor, row),
        **_preview(actor, row, preview),
    }


def _checked(row: Any, at: datetime) -> dict[str, Any]:
    checks = queries.checks(row, at=at)
    return {
        "steps": [(one, words.of(words.SECTIONS, one.section)) for one in checks],
        "is_ready": not any(one.problem for one in checks),
    }


def _reached(actor: Actor, row: Any, taught: Any) -> dict[str, Any]:
    reach = queries.reach(actor, row)
    counts = {one.step: one.count for one in reach}
    power = power_of(counts.get("receives", 0), counts.get("held_out", 0), queries.goals(row))
    return {
        "reach": [_reach_row(row, one) for one in reach],
        "receives": counts.get("receives", 0),
        "audience": counts.get("audience", 0),
        "is_counted": row.reach_at is not None,
        "was_estimated": row.estimate.get("receives"),
        "power": power,
        "expected": expected_response(taught.effects, counts.get("receives", 0), row.window_days),
        "came": _came(row.pk),
        "plot": plot(taught.effects, taught.together, power.found if power else None),
        "held_out_percent": f"{row.held_out_e4 / 100:g}%",
        "taught": [
            (one, words.of(words.FINDINGS, one.kind), name) for one, name in taught.findings
        ],
    }


def _came(campaign_id: int) -> int | None:
    """How many of those treated bought; None: not counted to the end yet."""
    found = effect_queries.bought_of([campaign_id]).get(campaign_id)
    return round(found.mean_treated * found.treated) if found and found.is_final else None


def _lines(actor: Actor, row: Any) -> dict[str, Any]:
    lines = queries.channel_lines(actor, row)
    cost = sum(line.cost for line in lines)
    return {
        "lines": list(enumerate(lines)),
        "cost": cost,
        "is_over_budget": row.budget is not None and cost > row.budget,
    }


def _judged(actor: Actor, row: Any) -> dict[str, Any]:
    return judged(actor, "campaign", row.pk) | {
        "outcome": _outcome(actor, row),
        "beside": beside(row, effect_queries.bought_of([row.pk]).get(row.pk)),
        "judged_on": _judged_on(row),
        "findings": [
            (
                one,
                words.of(words.FINDINGS, one.kind),
                reverse("web:campaign-finding-gone", args=[row.pk, one.pk]),
            )
            for one in effect_queries.findings_of("campaign", row.pk)
        ],
        "finding_url": reverse("web:campaign-finding", args=[row.pk]),
    }


def _rights(actor: Actor, row: Any) -> dict[str, Any]:
    is_draft = row.state == CampaignState.DRAFT
    return {
        "is_draft": is_draft,
        "is_launched": row.state in LAUNCHED,
        "may_edit": actor.may("campaigns.edit"),
        "may_design": is_draft and actor.may("campaigns.edit"),
        "may_approve": actor.may("campaigns.approve") and row.submitted_by_id != actor.user_id,
    }


def _goal(n: int, goal: Goal, taught: Any) -> dict[str, Any]:
    """Reachable as far as similar campaigns tell."""
    known = taught.together if goal.measure == "bought" else None
    return {
        "n": n,
        "row": goal,
        "kind": words.of(words.KINDS, goal.kind),
        "now": _goal_number(goal, goal.now),
        "target": _goal_number(goal, goal.target),
        "past": signed(100 * known.effect, 1) if known else "",
        "is_high": bool(known and known.ci_high is not None and goal.rise > 100 * known.ci_high),
    }


def _goal_number(goal: Goal, value: float | None) -> str:
    if value is None:
        return ""
    if goal.measure == "satisfaction":
        return number(value, 2)
    text = number(value, 2).rstrip("0").rstrip(".") if value % 1 else number(value)
    return f"{text}%" if goal.measure == "bought" else text


def _stages(actor: Actor, row: Any) -> list[dict[str, Any]]:
    """What customers of each stage expect (L3), as the lifecycle scheme says it."""
    cells = cell_names(queries.LIFECYCLE)
    is_chinese = (get_language() or "").startswith("zh")
    found = sorted(queries.stages(actor, row).items(), key=lambda item: -item[1])
    return [
        {
            "name": cell.name_zh if is_chinese else cell.name_en,
            "customers": n,
            "basic": cell.basic_zh if is_chinese else cell.basic_en,
            "latent": cell.latent_zh if is_chinese else cell.latent_en,
        }
        for cell, n in ((cells.get(code), n) for code, n in found)
        if cell is not None
    ]


def _reach_row(row: Any, one: Any) -> dict[str, Any]:
    step = "" if one.step == "audience" else one.step
    url = f"{reverse('web:customers')}?campaign={row.pk}:{step}"
    look = {"audience": "all", "held_out": "ctl", "receives": "go"}.get(one.step, "cut")
    return {"row": one, "name": words.of(words.STEPS, one.step), "url": url, "look": look}


def _outcome(actor: Actor, row: Any) -> list[tuple[str, int, str]]:
    url = f"{reverse('web:customers')}?became={row.pk}:"
    found = queries.outcome(actor, row)
    return [(words.of(words.AFTERWARDS, name), n, f"{url}{name}") for name, n in found.items()]


def _judged_on(row: Any) -> Any:
    start = row.launched_at or row.starts_at
    return start + timedelta(days=row.window_days) if start else None


def _preview(actor: Actor, row: Any, preview: str) -> dict[str, Any]:
    found = queries.previews(actor, row) if row.reach_at else []
    place = int(preview) if preview.isdigit() and len(preview) < 3 else 1
    place = min(max(place, 1), max(len(found), 1))
    return {
        "preview": found[place - 1] if found else None,
        "place": place,
        "of": len(found),
        "before": place - 1 if place > 1 else 0,
        "after": place + 1 if place < len(found) else 0,
    }
