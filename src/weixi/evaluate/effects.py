"""Did it help: the outcomes of a trial's customers before and after the assignment, compared.

By intention to treat: everyone counts in the arm it was assigned to. Care by people is judged by
the same code as messages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from weixi.act.interventions import queries as ledger
from weixi.act.interventions.queries import Assigned
from weixi.act.interventions.rules import Arm
from weixi.analytics.uplift import (
    LEAST_IN_ARM,
    Estimate,
    difference_of_shares,
    sample_ratio_test,
    treatment_effect,
)
from weixi.collect.orders.models import Order
from weixi.collect.surveys.models import Answer
from weixi.core.values import declare, values_of

from .models import Effect
from .rules import EffectOutcome, Verdict, verdict

# The smallest effects worth knowing of: points of a share, part of what those held out bring, c.
WORTH_SHARE = declare("evaluate.worth_share", 0.05)
WORTH_MONEY = declare("evaluate.worth_money", 0.1)
WORTH_SATISFACTION = declare("evaluate.worth_satisfaction", 0.05)


LEAST_TO_ADJUST = 20  # in each arm: with fewer, what was known before fits the noise


@dataclass
class Past:
    """One customer: money in minor units in the window before and after the assignment.
    `satisfaction`: mean perceived / expected of the answers after it; None: did not answer."""

    bought: float = 0.0
    revenue: float = 0.0
    margin: float = 0.0
    bought_before: float = 0.0
    revenue_before: float = 0.0
    margin_before: float = 0.0
    satisfaction: float | None = None


def effects_of(source_kind: str, source_id: int, *, name: str, at: datetime) -> list[Effect]:
    """Unsaved rows, one per outcome; empty while nobody is assigned.

    Counted are those whose window has passed; while nobody's has, everyone so far (not final).
    """
    everyone = ledger.assigned(source_kind, source_id)
    over = [row for row in everyone if row.assigned_at + timedelta(days=row.window_days) <= at]
    rows = over or everyone
    if not rows:
        return []
    told = ledger.counts_of(source_kind, source_id)
    share = 1 - (told.expected_held_out or 0.0)
    pasts = _pasts(source_kind, source_id, rows, at)
    worth = values_of((WORTH_SHARE, WORTH_MONEY, WORTH_SATISFACTION))
    made = [_effect(outcome, rows, pasts, share, worth) for outcome in EffectOutcome]
    found = [effect for effect in made if effect is not None]
    for effect in found:
        effect.source_kind, effect.source_id, effect.name = source_kind, source_id, name[:80]
        effect.is_final, effect.computed_at = len(over) == len(everyone), at
    return found


def estimate_of(effect: Effect) -> Estimate | None:
    """The one to believe: with less noise where that could be reckoned."""
    if effect.effect is None:
        return None
    if effect.adjusted is not None:
        return Estimate(effect.adjusted, effect.adjusted_low, effect.adjusted_high, None)
    return Estimate(effect.effect, effect.low, effect.high, effect.p_value)


def _effect(
    outcome: EffectOutcome, rows: Sequence[Assigned], pasts: dict[int, Past], share: float,
    worth: dict[str, float],
) -> Effect | None:  # fmt: skip
    used = [row for row in rows if _value(pasts[row.customer_id], outcome) is not None]
    treated = np.array([row.arm is Arm.TREATED for row in used], dtype=bool)
    if not treated.any():
        return None
    y = np.array([_value(pasts[row.customer_id], outcome) for row in used], dtype=float)
    effect = Effect(
        outcome=outcome, window_days=max(row.window_days for row in used),
        assigned_from=min(row.assigned_at for row in used),
        assigned_to=max(row.assigned_at for row in used),
        treated=int(treated.sum()), held_out=int((~treated).sum()),
        contacted=sum(row.contacted for row in used if row.arm is Arm.TREATED),
        deviations=sum(row.contacted for row in used if row.arm is Arm.HELD_OUT),
        mean_treated=float(y[treated].mean()), cost=sum(row.cost for row in used),
        verdict=Verdict.NO_CONTROL,
    )  # fmt: skip
    if effect.held_out:
        effect.mean_held_out = float(y[~treated].mean())
        _compare(effect, treated, y, _known(outcome, used, pasts), share)
        _judge(effect, rows, share, worth)
    return effect


def _compare(
    effect: Effect, treated: np.ndarray, y: np.ndarray, known: list[np.ndarray], share: float
) -> None:
    effect.effect = effect.mean_treated - (effect.mean_held_out or 0.0)
    if min(effect.treated, effect.held_out) < LEAST_IN_ARM:
        return
    found = treatment_effect(treated.astype(float), y, known, treated_share=min(share, 1 - 1e-9))
    plain = found.plain
    if effect.outcome == EffectOutcome.BOUGHT:
        plain = difference_of_shares(
            int(y[treated].sum()), effect.treated, int(y[~treated].sum()), effect.held_out
        )
    effect.low, effect.high, effect.p_value = plain.ci_low, plain.ci_high, plain.p_value
    if min(effect.treated, effect.held_out) < LEAST_TO_ADJUST:
        return
    if found.adjusted and found.adjusted.ci_low is not None:
        effect.adjusted = found.adjusted.effect
        effect.adjusted_low, effect.adjusted_high = found.adjusted.ci_low, found.adjusted.ci_high


def _judge(effect: Effect, rows: Sequence[Assigned], share: float, worth: dict[str, float]) -> None:
    """The arms are tested on everyone assigned: of answers, who answered may differ."""
    held_out = sum(row.arm is Arm.HELD_OUT for row in rows)
    effect.sample_ratio_p = sample_ratio_test(
        len(rows) - held_out, held_out, treated_share=min(share, 1 - 1e-9)
    )
    best = estimate_of(effect)
    effect.verdict = verdict(
        best.ci_low if best else None, best.ci_high if best else None,
        ratio_p=effect.sample_ratio_p, worth=_worth(effect, worth),
    )  # fmt: skip


def _worth(effect: Effect, worth: dict[str, float]) -> float:
    if effect.outcome == EffectOutcome.BOUGHT:
        return worth[WORTH_SHARE]
    if effect.outcome == EffectOutcome.SATISFACTION:
        return worth[WORTH_SATISFACTION]
    return worth[WORTH_MONEY] * abs(effect.mean_held_out or 0.0)


def _value(past: Past, outcome: EffectOutcome) -> float | None:
    return float(getattr(past, outcome)) if getattr(past, outcome) is not None else None


def _known(
    outcome: EffectOutcome, used: Sequence[Assigned], pasts: dict[int, Past]
) -> list[np.ndarray]:
    """Only from before the assignment. Of satisfaction nothing: it is of those who answered."""
    if outcome is EffectOutcome.SATISFACTION:
        return []
    names = {f"{outcome}_before", "bought_before", "revenue_before"}
    return [
        np.array([getattr(pasts[row.customer_id], name) for row in used]) for name in sorted(names)
    ]


def _pasts(
    source_kind: str, source_id: int, rows: Sequence[Assigned], at: datetime
) -> dict[int, Past]:
    pasts = {row.customer_id: Past() for row in rows}
    spans = {row.customer_id: row for row in rows}
    longest = timedelta(days=max(row.window_days for row in rows))
    since = min(row.assigned_at for row in rows) - longest
    for customer_id, ordered_at, amount, cost in _orders(source_kind, source_id, since, at):
        if customer_id in spans:
            _add(pasts[customer_id], spans[customer_id], ordered_at, amount, cost)
    _add_answers(source_kind, source_id, spans, pasts, at)
    return pasts


def _orders(
    source_kind: str, source_id: int, since: datetime, at: datetime
) -> Iterator[tuple[int, datetime, int, int | None]]:
    orders = Order.objects.filter(
        customer__in=ledger.customers_of(source_kind, source_id),
        ordered_at__gte=since, ordered_at__lt=at,
    )  # fmt: skip
    names = ("customer_id", "ordered_at", "amount", "cost")
    yield from orders.values_list(*names).iterator(5_000)


def _add(past: Past, row: Assigned, at: datetime, amount: int, cost: int | None) -> None:
    window = timedelta(days=row.window_days)
    earned = amount - (cost or 0)
    if row.assigned_at <= at < row.assigned_at + window:
        past.bought = max(past.bought, float(amount > 0))
        past.revenue += amount
        past.margin += earned
    elif row.assigned_at - window <= at < row.assigned_at:
        past.bought_before = max(past.bought_before, float(amount > 0))
        past.revenue_before += amount
        past.margin_before += earned


def _add_answers(
    source_kind: str, source_id: int, spans: dict[int, Assigned], pasts: dict[int, Past],
    at: datetime,
) -> None:  # fmt: skip
    answers = Answer.objects.filter(
        customer__in=ledger.customers_of(source_kind, source_id), perceived__isnull=False,
        expected__gt=0, at__gte=min(row.assigned_at for row in spans.values()), at__lt=at,
    )  # fmt: skip
    found: dict[int, list[float]] = {}
    for pk, moment, perceived, expected in answers.values_list(
        "customer_id", "at", "perceived", "expected"
    ):
        row = spans.get(pk)
        if row and row.assigned_at <= moment < row.assigned_at + timedelta(days=row.window_days):
            found.setdefault(pk, []).append(float(perceived or 0) / float(expected or 1))
    for pk, values in found.items():
        pasts[pk].satisfaction = sum(values) / len(values)
