"""Loyalty (M7–M9): seven indicators, two axes, the reason. Unknown stays unknown."""

from datetime import date
from functools import reduce

import ibis
import ibis.expr.types as ir

from .means import known_weight, weighted_mean
from .purchases import ago
from .rules import (
    ATTITUDE,
    BEHAVIOUR,
    INDICATORS,
    REASON_WORDS,
    SEEN_FROM_PURCHASE_DAYS,
    SEEN_FROM_TENURE_DAYS,
    TURNED,
    Limits,
    LoyaltyKind,
    LoyaltyReason,
    SatisfactionLoyalty,
)

SCALE = 10  # loyalty items are answered from 0 to 10
WHY_US = "why_us"


def asked(answers: ir.Table) -> ir.Table:
    """The newest answer to each of the seven items, as 0 to 100, more = more loyal."""
    rows = answers.filter(answers.question.isin(list(INDICATORS)) & answers.score.notnull())
    order = [ibis.desc(rows.day), ibis.desc(rows.answer_id)]
    place = ibis.row_number().over(group_by=[rows.customer_id, rows.question], order_by=order)
    newest = rows.mutate(place=place)
    newest = newest.filter(newest.place == 0)
    points = newest.score * (100 / SCALE)
    return newest.group_by("customer_id").aggregate(
        **{
            f"asked_{name}": (100 - points if name in TURNED else points).max(
                where=newest.question == name
            )
            for name in INDICATORS
        }
    )


def forgiven(complaints: ir.Table, days: ir.Table, as_of: date, limits: Limits) -> ir.Table:
    """Tolerance of quality problems seen: the share of complaints after which the customer bought
    again within the time allowed. Complaints younger than that say nothing yet."""
    old = complaints.filter(ago(complaints.day, as_of) >= limits.tolerance_days).select(
        "customer_id", complained=complaints.day
    )
    buys = days.filter(days.sales > 0).select("customer_id", bought=days.day)
    pairs = old.left_join(buys, "customer_id").drop("customer_id_right")
    gap = pairs.bought.delta(pairs.complained, unit="day").cast("int64")
    pairs = pairs.mutate(again=gap.between(1, limits.tolerance_days).fill_null(False).cast("int64"))
    each = pairs.group_by(["customer_id", "complained"]).aggregate(again=pairs.again.max())
    return each.group_by("customer_id").aggregate(seen_tolerance=100 * each.again.mean())


def reason_told(answers: ir.Table) -> ir.Table:
    """The newest answer to "why us", read by words (M9)."""
    rows = answers.filter((answers.question == WHY_US) & (answers.text != ""))
    cases = [
        (reduce(lambda a, b: a | b, [rows.text.contains(word) for word in words]), str(reason))
        for reason, words in REASON_WORDS.items()
    ]
    order = [ibis.desc(rows.day), ibis.desc(rows.answer_id)]
    place = ibis.row_number().over(group_by=rows.customer_id, order_by=order)
    told = rows.mutate(reason_told=ibis.cases(*cases), place=place)
    return told.filter(told.place == 0).select("customer_id", "reason_told")


def with_indicators(table: ir.Table, limits: Limits) -> ir.Table:
    """Behaviour where data exist, else the survey, else unknown; index = mean of the known."""
    seen = {
        "price_sensitivity": ibis.cases(
            (
                table.purchase_days >= SEEN_FROM_PURCHASE_DAYS,
                100 * (1 - table.discount_share),
            )
        ),
        "repeat_purchase": ibis.cases(
            (
                table.tenure_days >= SEEN_FROM_TENURE_DAYS,
                100 * table.active_quarters / _quarters(table),
            )
        ),
        "quality_tolerance": table.seen_tolerance,
    }
    table = table.mutate(
        **{
            name: ibis.coalesce(seen[name], table[f"asked_{name}"])
            if name in seen
            else table[f"asked_{name}"]
            for name in INDICATORS
        }
    )
    weights = limits.loyalty_weights
    return table.mutate(
        loyalty_index=weighted_mean(table, INDICATORS, weights),
        loyalty_coverage=known_weight(table, INDICATORS, weights) / sum(weights.values()),
        loyalty_behaviour=weighted_mean(table, BEHAVIOUR, weights),
        loyalty_attitude=weighted_mean(table, ATTITUDE, weights),
    )


def _quarters(table: ir.Table) -> ir.NumericColumn:
    """Quarters of 91 days that the customer was here in, the one of the first purchase too; at
    most four, so that the share is at most 1."""
    here = (table.tenure_days / 91).floor() + 1
    return ibis.cases((here >= 4, 4.0), else_=here)


def with_kinds(table: ir.Table, limits: Limits) -> ir.Table:
    """The four cells of behaviour × attitude, and of satisfaction × loyalty; the reason."""
    acts, feels = (
        table.loyalty_behaviour >= limits.loyalty_high,
        table.loyalty_attitude >= limits.loyalty_high,
    )
    pleased = table.satisfaction >= limits.satisfied_from
    stays = table.loyalty_index >= limits.loyalty_high
    return table.mutate(
        loyalty_kind=ibis.cases(
            (acts & feels, LoyaltyKind.TRUE.value),
            (~acts & feels, LoyaltyKind.LATENT.value),
            (acts & ~feels, LoyaltyKind.SPURIOUS.value),
            (~acts & ~feels, LoyaltyKind.NONE.value),
        ),
        satisfaction_loyalty=ibis.cases(
            (pleased & stays, SatisfactionLoyalty.ADVOCATE.value),
            (pleased & ~stays, SatisfactionLoyalty.MERCENARY.value),
            (~pleased & stays, SatisfactionLoyalty.HOSTAGE.value),
            (~pleased & ~stays, SatisfactionLoyalty.DEFECTOR.value),
        ),
        loyalty_reason=ibis.coalesce(
            table.reason_told,
            ibis.cases(
                (
                    (table.purchase_days >= 3)
                    & (table.discount_share >= limits.price_reason_share),
                    LoyaltyReason.PRICE.value,
                ),
                (table.redeemed_share >= 0.5, LoyaltyReason.INCENTIVE.value),
            ),
        ),
        is_fragile=((table.barriers > 0) & (table.emotional_bonds == 0)).fill_null(False),
    )
