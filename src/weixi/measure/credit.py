"""Size and credit (M4): payments on time, overdue, credit limit use, entered ratings."""

from datetime import date
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from .purchases import YEAR, ago
from .rules import Limits


def payments(table: ir.Table, as_of: date, limits: Limits) -> ir.Table:
    """Bills due in the last 24 months, by amount: share paid on time, days late, overdue now.

    credit_behaviour = 100 × share paid on time − average days late × a weight, at least 0. A bill
    not yet due says nothing; one overdue is late by the days until now.
    """
    table = table.mutate(due_ago=ago(table.due, as_of), day=ibis.literal(as_of))
    due = table.filter(table.due_ago.between(1, 2 * YEAR))
    until = ibis.coalesce(due.paid, due.day)
    late = until.delta(due.due, unit="day").cast("int64")
    due = due.mutate(late=ibis.ifelse(late > 0, late, 0), is_open=due.paid.isnull())
    told = due.group_by("customer_id").aggregate(
        paid_on_time=due.amount.sum(where=due.late == 0).fill_null(0) / due.amount.sum(),
        days_late=(due.late * due.amount).sum() / due.amount.sum(),
        overdue_amount=due.amount.sum(where=due.is_open),
        overdue_days=due.due_ago.max(where=due.is_open),
    )
    score = 100 * told.paid_on_time - limits.credit_days_weight * told.days_late
    return told.mutate(
        overdue_amount=told.overdue_amount.fill_null(0).cast("float64").cast("int64"),
        credit_behaviour=ibis.ifelse(score > 0, score, 0.0),
    )


def limits(table: ir.Table) -> ir.Table:
    """The limit that holds on the day; the extract gives one a customer."""
    return table.select("customer_id", credit_limit=table.amount)


def open_bills(table: ir.Table) -> ir.Table:
    """Owed on the day: every bill not paid by then, due or not. 0 with all of them paid."""
    owed = table.amount.sum(where=table.paid.isnull()).fill_null(0)
    return table.group_by("customer_id").aggregate(outstanding=owed.cast("float64").cast("int64"))


def with_use(table: ir.Table, payments: ir.Table) -> ir.Table:
    """credit_use = outstanding / credit limit. Who has a limit and never had a bill owes nothing,
    in a company that records bills; in one that records none nobody knows."""
    owes_nothing = (payments.count().as_scalar() > 0) & table.credit_limit.notnull()
    table = table.mutate(
        outstanding=ibis.coalesce(table.outstanding, ibis.cases((owes_nothing, 0)).cast("int64"))
    )
    return table.mutate(
        credit_use=ibis.cases((table.credit_limit > 0, table.outstanding / table.credit_limit))
    )


def ratings(table: ir.Table) -> ir.Table:
    """The newest entered rating of each kind."""
    return table.group_by("customer_id").aggregate(
        credit_rating=table.score.max(where=table.kind == "credit"),
        size_rating=table.score.max(where=table.kind == "size"),
        market_share=table.score.max(where=table.kind == "market_share"),
        business_condition=table.score.max(where=table.kind == "condition"),
    )


def with_scores(table: ir.Table) -> ir.Table:
    """credit and size: the mean of what behaviour and what people say; unknown without any."""
    return table.mutate(
        credit=_mean(table.credit_behaviour, table.credit_rating),
        size=_mean(
            table.size_behaviour, table.size_rating, table.market_share, table.business_condition
        ),
    )


def _mean(*parts: ir.NumericColumn) -> ir.NumericColumn:
    """Of those that are known."""
    known = reduce(add, (part.notnull().cast("int64") for part in parts))
    total = reduce(add, (part.cast("float64").fill_null(0.0) for part in parts))
    return ibis.cases((known > 0, total / known))


def bonds(table: ir.Table) -> ir.Table:
    """Barriers and bonds of feeling that hold now (C8), and when the next contract ends."""
    barrier = table.kind.isin(["economic", "technical", "contractual"])
    return table.group_by("customer_id").aggregate(
        barriers=table.count(where=barrier),
        emotional_bonds=table.count(where=~barrier),
        contract_ends=table.ends.min(where=table.kind == "contractual"),
    )


def points(table: ir.Table, as_of: date) -> ir.Table:
    """Balance, days since any was used up, and the share of what was earned that was redeemed."""
    table = table.mutate(ago=ago(table.day, as_of))
    earned = table.points.sum(where=table.points > 0)
    redeemed = -table.points.sum(where=table.kind == "redeem")
    return table.group_by("customer_id").aggregate(
        points_balance=table.points.sum().cast("float64").cast("int64"),
        points_idle_days=ibis.coalesce(
            table.ago.min(where=table.kind == "redeem"), table.ago.max(where=table.kind == "earn")
        ),
        redeemed_share=ibis.cases((earned > 0, redeemed.fill_null(0) / earned)),
    )
