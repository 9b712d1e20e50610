"""One campaign, ready to render."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.act.campaigns import queries
from weixi.act.campaigns.power import power_of
from weixi.act.campaigns.rules import LAUNCHED, CampaignState, Goal
from weixi.classify.queries import cell_names
from weixi.core.actor import Actor
from weixi.evaluate import effect_queries
from weixi.evaluate.effect_queries import EffectRow, estimate_of
from weixi.evaluate.expected import expected_response
from weixi.web.vocabulary import word
from weixi.web.wording import money_full, number, signed

from . import words
from .beside import beside
from .dots import plot

MONEY = frozenset({"revenue", "margin"})


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
    effects = effect_queries.effects_of_source("campaign", row.pk)
    return {
        "outcome": _outcome(actor, row),
        "effects": effect_rows(list(effects.values()), is_linked=actor.reach == "all"),
        "beside": beside(row, effects.get("bought")),
        "return": _return(row),
        "judged_on": _judged_on(row),
        "findings": [
            (one, words.of(words.FINDINGS, one.kind))
            for one in effect_queries.findings_of("campaign", row.pk)
        ],
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


def effect_rows(effects: Sequence[EffectRow], *, is_linked: bool = False) -> list[dict[str, Any]]:
    return [_effect(one, is_linked) for one in effects]


def _effect(one: EffectRow, is_linked: bool) -> dict[str, Any]:
    best = estimate_of(one)
    lists = reverse("web:customers")
    of = f"{lists}?arm={one.source_kind}:{one.source_id}:"
    is_listed = is_linked and one.is_final and one.outcome != "satisfaction"
    return {
        "row": one,
        "outcome": words.of(words.OUTCOMES, one.outcome),
        "verdict": words.of(words.VERDICTS, one.verdict),
        "level": words.VERDICT_LEVELS.get(one.verdict, ""),
        "says": _says(one),
        "effect": _amount(one.outcome, best.effect) if best else "",
        "range": _("{low} to {high}").format(
            low=_amount(one.outcome, best.ci_low), high=_amount(one.outcome, best.ci_high)
        ) if best and best.ci_low is not None and best.ci_high is not None else "",
        "treated": _level(one.outcome, one.mean_treated),
        "held_out": "" if one.mean_held_out is None else _level(one.outcome, one.mean_held_out),
        "treated_url": f"{of}treated" if is_listed else "",
        "held_out_url": f"{of}held_out" if is_listed else "",
        "url": reverse("web:campaign", args=[one.source_id])
        if one.source_kind == "campaign" else "",
    }  # fmt: skip


def _says(one: EffectRow) -> str:
    return {
        "helps": _("More than chance: it helped."),
        "harms": _("Less than without it, more than chance: it did harm."),
        "no_difference": _("No difference: whoever was left alone did as well."),
        "too_small": _("Too few customers: an effect worth knowing of would not have been seen."),
        "unsound": _("The arms are not filled as planned. Find the cause; trust no figure here."),
        "no_control": _("Nobody was held out: what would have happened anyway cannot be told."),
    }[one.verdict]


def _amount(outcome: str, value: float | None) -> str:
    if value is None:
        return ""
    if outcome == "bought":
        return signed(100 * value, 1)
    if outcome in MONEY:
        return ("+" if value > 0 else "−" if value < 0 else "") + money_full(abs(round(value)))
    return signed(value, 2)


def _level(outcome: str, value: float) -> str:
    if outcome == "bought":
        return f"{number(100 * value, 1)}%"
    return money_full(round(value)) if outcome in MONEY else number(value, 2)


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


def _return(row: Any) -> dict[str, Any] | None:
    effects = effect_queries.effects_of_source("campaign", row.pk)
    found = effect_queries.cost_of(effects.get("bought"), effects.get("margin"))
    if found is None:
        return None
    is_ranged = found.each_low is not None and found.each_high is not None
    return {
        "cost": money_full(found.cost),
        "each": money_full(round(found.each)) if found.each is not None and is_ranged else "",
        "each_range": _("{low} to {high}").format(
            low=money_full(round(found.each_low or 0)), high=money_full(round(found.each_high or 0))
        ) if is_ranged else "",
        "gain": "" if found.gain is None else money_full(round(found.gain)),
        "gain_range": "" if found.gain_low is None or found.gain_high is None else _(
            "{low} to {high}"
        ).format(low=money_full(round(found.gain_low)), high=money_full(round(found.gain_high))),
    }  # fmt: skip


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
