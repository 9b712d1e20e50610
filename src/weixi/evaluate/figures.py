"""The figures of the dashboard: one condition each, used for the count, its list and its past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.db.models import Count, Q, QuerySet, Sum

from weixi.act.care.models import Task
from weixi.act.care.rules import TaskState
from weixi.classify.history import reach_ids
from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.lake_reads import of_files
from weixi.core.runs import lake_file, newest_run
from weixi.measure.models import Snapshot
from weixi.predict.models import Score
from weixi.staff.permissions import listed, reachable

AT_RISK = 0.5  # churn risk from which a customer counts as at risk
CARE_DAYS = 30
YEAR = timedelta(days=365)
_RISKY = Score.objects.filter(churn_risk__gte=AT_RISK, value_at_stake__gt=0)


@dataclass(frozen=True)
class Counts:
    """Customers under each condition, money in minor units; of one day and one actor's reach.
    `at_stake` None: no model tells a risk, and nobody is known to be at risk or not."""

    as_of: date
    customers: Mapping[str, int]
    revenue: int
    at_stake: int | None
    months: tuple[int, ...] = ()  # revenue of 12 × 30 days, oldest first

    def share(self, part: str, whole: str) -> float | None:
        return self.customers[part] / self.customers[whole] if self.customers[whole] else None


def _conditions(as_of: date) -> dict[str, tuple[Q, str]]:
    """Figure → the same condition for the newest measures and for the lake."""
    active, before = Q(purchase_days_12m__gt=0), Q(revenue_prior_12m__gt=0)
    return {
        "all": (Q(), "true"),
        "active": (active, "purchase_days_12m > 0"),
        "repeated": (Q(purchase_days_12m__gte=2), "purchase_days_12m >= 2"),
        "before": (before, "revenue_prior_12m > 0"),
        "kept": (active & before, "purchase_days_12m > 0 AND revenue_prior_12m > 0"),
        "lost": (
            before & Q(purchase_days_12m=0),
            "purchase_days_12m = 0 AND revenue_prior_12m > 0",
        ),
        "new": (Q(first_purchase__gt=as_of - YEAR), "first_purchase > $as_of::DATE - 365"),
        "at_risk": (
            active & Q(customer_id__in=_RISKY.values("customer_id")),
            f"purchase_days_12m > 0 AND churn_risk >= {AT_RISK} AND value_at_stake > 0",
        ),
    }


def counts(actor: Actor) -> Counts | None:
    """From the newest measures; None before the first refresh."""
    actor.need("reports.view")
    run = newest_run()
    if run is None:
        return None
    conditions = _conditions(run.as_of)
    rows = _snapshots(actor)
    # Counted apart, from the scores: asked for each measured customer it takes twice the time.
    risky = _RISKY.filter(customer_id__in=rows.filter(conditions["active"][0]).values("pk"))
    risk = risky.aggregate(n=Count("pk"), money=Sum("value_at_stake", default=0))
    plain = {name: q for name, (q, _sql) in conditions.items() if name != "at_risk"}
    wanted = {f"n_{name}": Count("pk", filter=q) for name, q in plain.items()}
    found = rows.aggregate(**wanted, money=Sum("revenue_12m", default=0))
    counted = {name: found[f"n_{name}"] for name in plain} | {"at_risk": risk["n"]}
    is_told = risk["n"] or Score.objects.filter(churn_risk__isnull=False).exists()
    stake = risk["money"] if is_told else None
    return Counts(run.as_of, counted, found["money"], stake, _months(actor, run.as_of))


def counts_on(actor: Actor, day: date) -> Counts | None:
    """The same of a refreshed day, from the lake; None when that day is not there."""
    actor.need("reports.view")
    if not lake_file("measures", day).exists() or not lake_file("scores", day).exists():
        return None
    conditions = {name: sql for name, (_q, sql) in _conditions(day).items()}
    columns = ", ".join(f"count(*) FILTER (WHERE {sql}) AS n_{n}" for n, sql in conditions.items())
    found = _in_lake(
        actor,
        day,
        f"SELECT {columns}, sum(revenue_12m)::BIGINT AS money,"  # noqa: S608
        f" sum(value_at_stake) FILTER (WHERE {conditions['at_risk']})::BIGINT AS stake,"
        " count(churn_risk) > 0 AS is_told FROM measured",
    )
    counted = {name: found[f"n_{name}"] for name in conditions}
    stake = (found["stake"] or 0) if found["is_told"] else None
    return Counts(day, counted, found["money"] or 0, stake)


def customer_ids(actor: Actor, figure: str) -> QuerySet[Any, Any]:
    """Ids behind a figure, for customers.queries.listing(within=…); LookupError: no such figure."""
    actor.need("reports.view")
    run = newest_run()
    conditions = _conditions(run.as_of if run else date.min + YEAR)
    return _snapshots(actor).filter(conditions[figure][0]).values("customer_id")


def cared_for(actor: Actor, *, since: datetime, until: datetime) -> QuerySet[Any, Any]:
    """Ids of customers with a care task completed in the span."""
    actor.need("reports.view")
    done = Task.objects.filter(
        reachable(actor, "customer__"),
        state=TaskState.DONE,
        customer__merged_into=None,
        closed_at__gt=since,
        closed_at__lte=until,
    )
    return done.order_by().values("customer_id").distinct()


def _snapshots(actor: Actor) -> QuerySet[Snapshot]:
    if actor.reach == "all":  # as below; the few merged ones are looked up, not every customer
        merged = Customer.objects.exclude(merged_into=None)
        return Snapshot.objects.exclude(customer_id__in=merged.values("pk"))
    return Snapshot.objects.filter(listed(actor, "customer__"))


def _months(actor: Actor, day: date) -> tuple[int, ...]:
    if not lake_file("measures", day).exists():
        return ()
    sums = ", ".join(f"sum(month_{n})::BIGINT AS m{n}" for n in range(12))
    found = _in_lake(actor, day, f"SELECT {sums} FROM measured")  # noqa: S608
    return tuple(found[f"m{n}"] or 0 for n in range(12))


def _in_lake(actor: Actor, day: date, sql: str) -> dict[str, Any]:
    """One row over the view `measured`: measures and scores of a day, cut to the reach."""
    ids = reach_ids(actor)
    files = [lake_file(table, day) for table in _TABLES]
    return _kept(files, day, sql) if ids is None else _asked(files, day, sql, ids)


@of_files
def _kept(files: Sequence[Path], /, day: date, sql: str) -> dict[str, Any]:
    return _asked(files, day, sql, None)


def _asked(files: Sequence[Path], day: date, sql: str, ids: Sequence[int] | None) -> dict[str, Any]:
    paths = [file.as_posix().replace("'", "''") for file in files]
    with duckdb.connect() as lake:
        cut = ""
        if ids is not None:
            lake.register("reach", pa.table({"customer_id": pa.array(ids, pa.int64())}))
            cut = " SEMI JOIN reach USING (customer_id)"
        lake.execute(
            f"CREATE VIEW measured AS SELECT * FROM read_parquet('{paths[0]}')"  # noqa: S608
            f" LEFT JOIN (SELECT customer_id, churn_risk, value_at_stake"
            f" FROM read_parquet('{paths[1]}')) USING (customer_id){cut}"
        )
        asked = {"as_of": day} if "$as_of" in sql else {}
        found = lake.execute(sql, asked)
        names = [column[0] for column in found.description]
        return dict(zip(names, found.fetchone() or (), strict=True))


_TABLES = ("measures", "scores")
