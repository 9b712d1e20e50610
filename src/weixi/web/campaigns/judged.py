"""What campaigns and playbooks changed, in words: effects, what they say, cost and return."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.analytics.uplift import SAMPLE_RATIO_ALARM
from weixi.core.actor import Actor
from weixi.evaluate import effect_queries
from weixi.evaluate.effect_queries import EffectRow, estimate_of
from weixi.web.wording import money_full, number, signed

from . import words

MONEY = frozenset({"revenue", "margin"})
Names = Mapping[int, tuple[str, str]]


def judged(actor: Actor, kind: str, pk: int) -> dict[str, Any]:
    """What the card of effects shows of a campaign or playbook."""
    found = effect_queries.effects_of_source(kind, pk)
    bought = found.get("bought")
    return {
        "effects": effect_rows(actor, list(found.values())),
        "return": returned(kind, pk),
        "notes": [text for text in (filled(bought), narrowed(bought)) if text],
    }


def effect_rows(
    actor: Actor, effects: Sequence[EffectRow], *, names: Names | None = None
) -> list[dict[str, Any]]:
    """`names`: of the playbooks among them, as (code, name) by id."""
    return [_effect(one, actor.reach == "all", names or {}) for one in effects]


def _effect(one: EffectRow, is_linked: bool, names: Names) -> dict[str, Any]:
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
        "name": name_of(one, names),
        "url": source_url(one.source_kind, one.source_id, names),
    }  # fmt: skip


def name_of(one: EffectRow, names: Names) -> str:
    if one.source_kind == "playbook" and one.source_id in names:
        return names[one.source_id][1]
    return one.name


def source_url(kind: str, pk: int, names: Names) -> str:
    """The page of a campaign or playbook; empty where there is none."""
    if kind == "campaign":
        return reverse("web:campaign", args=[pk])
    return reverse("web:playbook", args=[names[pk][0]]) if pk in names else ""


def filled(bought: EffectRow | None) -> str:
    """Whether chance alone explains how the arms are filled; empty where nobody was held out."""
    if bought is None or bought.sample_ratio_p is None:
        return ""
    if bought.sample_ratio_p < SAMPLE_RATIO_ALARM:
        text = _("The arms are not filled as planned (p = {p}).")
    else:
        text = _("The arms are filled as planned (p = {p}).")
    return text.format(p=f"{bought.sample_ratio_p:.2g}")


def narrowed(bought: EffectRow | None) -> str:
    """What knowing the purchases before the assignment took away from the range."""
    if bought is None or None in (bought.adjusted_low, bought.adjusted_high, bought.low):
        return ""
    plain = (bought.high or 0.0) - (bought.low or 0.0)
    if not plain:
        return ""
    share = 1 - ((bought.adjusted_high or 0.0) - (bought.adjusted_low or 0.0)) / plain
    return _(
        "What they bought before is taken into account: the range is {share}% narrower; without "
        "it {effect} ({low} to {high})."
    ).format(
        share=number(100 * share), effect=_amount(bought.outcome, bought.effect),
        low=_amount(bought.outcome, bought.low), high=_amount(bought.outcome, bought.high),
    )  # fmt: skip


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


def returned(kind: str, pk: int) -> dict[str, Any] | None:
    """Cost and return of a campaign or playbook, in words."""
    found = effect_queries.return_of(kind, pk)
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
