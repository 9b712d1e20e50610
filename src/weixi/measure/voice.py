"""What customers say: satisfaction (M5), five dimensions (M6), complaints, word of mouth (M10)."""

from datetime import date

import ibis
import ibis.expr.types as ir

from .means import weighted_mean
from .purchases import YEAR, ago
from .rules import DIMENSIONS, Limits, Listeners

SCORES = ("nps", "csat", "ces")  # codes of questions, and of measures
OPEN = "open"  # outcome of a complaint


def satisfaction(answers: ir.Table, as_of: date) -> ir.Table:
    """Pairs of the last 12 months: c = Σ perceived / Σ expected, gap = mean difference, n."""
    pairs = answers.mutate(ago=ago(answers.day, as_of))
    pairs = pairs.filter((pairs.ago < YEAR) & (pairs.expected > 0) & pairs.perceived.notnull())
    by_dimension = {
        f"c_{name}": pairs.perceived.sum(where=pairs.dimension == name)
        / pairs.expected.sum(where=pairs.dimension == name)
        for name in DIMENSIONS
    }
    return pairs.group_by("customer_id").aggregate(
        satisfaction=pairs.perceived.sum() / pairs.expected.sum(),
        satisfaction_gap=(pairs.perceived - pairs.expected).mean(),
        satisfaction_n=pairs.count(),
        **by_dimension,
    )


def satisfaction_before(answers: ir.Table, as_of: date) -> ir.Table:
    """The same c one year of answers earlier than the newest 90 days: what it fell from."""
    pairs = answers.mutate(ago=ago(answers.day, as_of))
    pairs = pairs.filter(
        pairs.ago.between(90, YEAR + 89) & (pairs.expected > 0) & pairs.perceived.notnull()
    )
    return pairs.group_by("customer_id").aggregate(
        satisfaction_before=pairs.perceived.sum() / pairs.expected.sum()
    )


def newest_scores(answers: ir.Table) -> ir.Table:
    """The newest score a customer gave to each question that has a measure of its own (M5)."""
    rows = answers.filter(answers.question.isin(list(SCORES)) & answers.score.notnull())
    order = [ibis.desc(rows.day), ibis.desc(rows.answer_id)]
    place = ibis.row_number().over(group_by=[rows.customer_id, rows.question], order_by=order)
    newest = rows.mutate(place=place)
    newest = newest.filter(newest.place == 0)
    return newest.group_by("customer_id").aggregate(
        **{name: newest.score.max(where=newest.question == name) for name in SCORES}
    )


def complaints(table: ir.Table, as_of: date) -> ir.Table:
    """Complaints of 12 months, open ones, and how many days the oldest has been open.

    Open as on the pages (complaints.queries): nobody has closed it. One closed without a
    solution is closed badly, not open.
    """
    table = table.mutate(ago=ago(table.day, as_of), is_open=table.outcome == OPEN)
    return table.group_by("customer_id").aggregate(
        complaints_12m=table.count(where=table.ago < YEAR),
        complaints_open=table.count(where=table.is_open),
        complaint_open_days=table.ago.max(where=table.is_open),
        last_complaint=table.day.max(),
    )


def with_listeners(table: ir.Table, limits: Limits) -> ir.Table:
    """How many people hear of it: 22 of an unsatisfied, 8 of a satisfied, 10 of a highly one."""
    low, high = 1 - limits.satisfaction_tolerance, 1 + limits.satisfaction_tolerance
    told = limits.listeners
    return table.mutate(
        listeners=ibis.cases(
            (table.satisfaction < low, told[Listeners.UNSATISFIED]),
            (table.satisfaction <= high, told[Listeners.SATISFIED]),
            (table.satisfaction > high, told[Listeners.DELIGHTED]),
        ).cast("int64")
    )


def with_service_quality(table: ir.Table, limits: Limits) -> ir.Table:
    """The five dimensions as one figure, each as weighty as the company holds it (M6)."""
    weights = {f"c_{name}": weight for name, weight in limits.dimension_weights.items()}
    names = [f"c_{name}" for name in DIMENSIONS]
    return table.mutate(service_quality=weighted_mean(table, names, weights))


def recommended(referrals: ir.Table) -> ir.Table:
    """How often a customer recommended us (M10)."""
    return referrals.group_by("customer_id").aggregate(recommendations=referrals.count())


def won(referrals: ir.Table, days: ir.Table) -> ir.Table:
    """Customers won by it: their first purchase came with the recommendation or after it. Of
    several recommendations the first one won them."""
    order = [referrals.day, referrals.referral_id]
    place = ibis.row_number().over(group_by=referrals.recommended_id, order_by=order)
    told = referrals.filter(referrals.recommended_id.notnull()).mutate(place=place)
    told = told.filter(told.place == 0).select(
        "recommended_id", recommender=told.customer_id, told_on=told.day
    )
    bought = days.filter(days.sales > 0)
    firsts = bought.group_by("customer_id").aggregate(first=bought.day.min())
    pairs = told.join(firsts, told.recommended_id == firsts.customer_id)
    pairs = pairs.filter(pairs.first >= pairs.told_on).select(customer_id=pairs.recommender)
    return pairs.group_by("customer_id").aggregate(customers_won=pairs.count())


def with_recommendations(table: ir.Table, referrals: ir.Table) -> ir.Table:
    """None at all in the whole company: nobody records them, so they are unknown, not zero."""
    is_recorded = referrals.count().as_scalar() > 0
    return table.mutate(
        **{
            name: ibis.cases((is_recorded, table[name].fill_null(0)))
            for name in ("recommendations", "customers_won")
        }
    )
