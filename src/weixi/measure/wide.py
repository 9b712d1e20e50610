"""The one columnar pass: facts in, one wide row of measures a customer out.

Written once with ibis; DuckDB and Spark give the same rows. Every window has a unique last sort
key, or the engines would break ties differently.
"""

from collections.abc import Mapping
from datetime import date

import ibis
import ibis.expr.types as ir

from . import credit, decline, loyalty, purchases, voice
from .rules import Limits


def wide_table(facts: Mapping[str, ir.Table], *, as_of: date, limits: Limits) -> ir.Table:
    """One row for each of facts["customers"], columns as in measure.Snapshot.

    `facts`: the tables of facts_sql.TABLES. `monthly_revenue` comes as month_0 (the last 30 days)
    to month_11.
    """
    table = facts["customers"]
    for part in _parts(facts, as_of, limits):
        table = table.left_join(part, "customer_id").drop("customer_id_right")
    table = purchases.with_spans(purchases.filled(table), as_of)
    table = purchases.with_cost_to_serve(table)
    table = purchases.with_phase(table, limits.phase)
    table = loyalty.with_indicators(credit.with_scores(table), limits)
    table = credit.with_use(table, facts["payments"])
    table = voice.with_listeners(loyalty.with_kinds(table, limits), limits)
    table = voice.with_service_quality(table, limits)
    table = voice.with_recommendations(table, facts["referrals"])
    return decline.with_decline(table, limits, ibis.literal(as_of))


def _parts(facts: Mapping[str, ir.Table], as_of: date, limits: Limits) -> list[ir.Table]:
    days, answers, complaints = facts["customer_days"], facts["answers"], facts["complaints"]
    bought = purchases.bought(days, as_of)
    return [
        facts["given_up"],
        purchases.placed(facts["customers"], bought),
        purchases.rhythm(days),
        purchases.contacted(facts["contact_days"], as_of),
        purchases.spent(facts["cost_days"], as_of),
        voice.recommended(facts["referrals"]),
        voice.won(facts["referrals"], days),
        voice.satisfaction(answers, as_of),
        voice.satisfaction_before(answers, as_of),
        voice.newest_scores(answers),
        voice.complaints(complaints, as_of),
        credit.payments(facts["payments"], as_of, limits),
        credit.open_bills(facts["payments"]),
        credit.limits(facts["credit_limits"]),
        credit.ratings(facts["ratings"]),
        credit.bonds(facts["bonds"]),
        credit.points(facts["points"], as_of),
        loyalty.asked(answers),
        loyalty.reason_told(answers),
        loyalty.forgiven(complaints, days, as_of, limits),
        bought,
    ]
