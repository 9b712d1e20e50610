"""A refresh through all stages: whole or not at all, the same again, past days beside it."""

import re
from datetime import UTC, date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from weixi import pipeline
from weixi.act.care.models import Task
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Transition
from weixi.classify.queries import cells_of, migration
from weixi.collect.complaints.actions import record_complaint
from weixi.collect.customers.actions import exclude
from weixi.core import columnar
from weixi.core.actor import SYSTEM
from weixi.core.errors import Conflict
from weixi.core.models import Run
from weixi.core.processes import start_ahead, started, told
from weixi.core.runs import RunContext, claimed_run, lake_file, refreshed_days
from weixi.measure.models import Snapshot
from weixi.measure.reading import PROGRAM
from weixi.measure.source import begin_ahead
from weixi.predict import actions as predict
from weixi.predict.explaining import rhythms_seen, see
from weixi.predict.histories import rhythms_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AS_OF = date(2026, 11, 20)
EARLIER = date(2026, 10, 20)
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)


def ago(days):
    return AS_OF - timedelta(days)


@pytest.fixture
def company(customer_with_orders):
    create_shipped_schemes(at=NOW)
    return {
        "regular": customer_with_orders("Ana", [ago(d) for d in range(5, 460, 20)]),
        "late": customer_with_orders("Bo", [ago(d) for d in range(60, 460, 20)], amount=50_000),
        "gone": customer_with_orders("Cy", [ago(800), ago(780)]),
        "prospect": customer_with_orders("Di"),
    }


def refresh(day=AS_OF):
    return pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=NOW)


def test_a_refresh_measures_classifies_and_plans_everybody(company):
    told = refresh()
    assert told["customers"] == 4
    assert [stage["name"] for stage in told["stages"]][-1] == "publish"
    assert cells_of(company["regular"].pk)["lifecycle"] == "maturity"
    assert cells_of(company["late"].pk)["lifecycle"] == "decline"
    assert cells_of(company["gone"].pk)["lifecycle"] == "ended"
    assert "lifecycle" not in cells_of(company["prospect"].pk)
    assert Task.objects.filter(state="open", customer=company["late"]).count() == 1


def test_the_same_day_again_changes_nothing(company):
    refresh()
    before = contents()
    refresh()
    assert contents() == before


def test_a_program_that_began_to_read_ahead_reads_the_same(company):
    refresh()
    before = contents()
    child = start_ahead(PROGRAM)
    begin_ahead(child, AS_OF + timedelta(3))
    refresh()
    assert contents() == before
    assert child.returncode == 0  # it was asked


def test_a_program_that_nobody_asks_ends_by_itself(company):
    child = start_ahead(PROGRAM)
    begin_ahead(child, AS_OF)
    assert started(PROGRAM) is child
    told(child, b"")
    assert child.communicate() == (b"", b"")
    assert child.returncode == 0


def contents():
    return (
        list(Snapshot.objects.order_by("pk").values()),
        list(Membership.objects.order_by("pk").values("customer", "scheme", "cell", "since")),
        list(Transition.objects.order_by("customer", "scheme").values("customer", "from_cell")),
        list(Task.objects.order_by("pk").values("customer", "state", "signals")),
    )


def test_a_company_too_large_for_two_passes_at_once_gets_the_same_figures(company, monkeypatch):
    refresh()
    before, customers = contents(), {one.pk for one in company.values()}
    lake = in_lake(AS_OF, customers)
    monkeypatch.setattr(columnar, "MOST_BESIDE", 0)
    refresh()
    assert (contents(), in_lake(AS_OF, customers)) == (before, lake)


def test_what_a_thread_computes_beside_the_run_asks_no_database(company, django_assert_num_queries):
    """Its connection would see neither the run's transaction nor what a person is changing."""
    refresh()
    run = RunContext(Run.objects.latest("pk").pk, AS_OF, "duckdb")
    asides = [stage for stage in pipeline.STAGES if stage.is_aside]
    steps = [stage.ready(run) if stage.ready else stage.compute for stage in asides]
    with django_assert_num_queries(0):
        for step in steps:
            step(run)
    assert [stage.name for stage in asides] == [
        "rest", "features", "foresee", "warn", "needs", "evaluate",
    ]  # fmt: skip


def test_a_rhythm_is_the_same_as_a_measure_for_the_horizon_and_for_the_trees(company):
    refresh()
    run = RunContext(Run.objects.latest("pk").pk, AS_OF, "duckdb")
    measured = Snapshot.objects.exclude(rhythm_days=None).values_list("rhythm_days", flat=True)
    assert sorted(rhythms_at(run.file("customer_days"), AS_OF)) == sorted(measured) == [20, 20, 20]
    see(run)
    seen = rhythms_seen(run)
    assert seen is None or sorted(seen) == sorted(measured)  # None: no trees are installed here


def test_while_one_refresh_runs_another_is_refused(company):
    with claimed_run(as_of=AS_OF, engine="duckdb", at=NOW), pytest.raises(Conflict):
        refresh()


def test_a_refresh_that_stopped_midway_leaves_the_old_figures_whole(company, monkeypatch):
    refresh(EARLIER)
    before = contents()

    def stop(run):
        raise KeyboardInterrupt

    stages = [s._replace(publish=stop) if s.name == "classify" else s for s in pipeline.STAGES]
    monkeypatch.setattr(pipeline, "STAGES", tuple(stages))
    with pytest.raises(KeyboardInterrupt):
        refresh()
    assert contents() == before
    assert Run.objects.filter(state="failed").count() == 1


def test_a_run_whose_holder_died_is_given_up_after_its_lease(company):
    Run.objects.create(
        as_of=AS_OF,
        engine="duckdb",
        started_at=NOW - timedelta(hours=3),
        lease_until=NOW - timedelta(hours=2),
    )
    assert refresh()["customers"] == 4


def test_moves_are_told_and_the_migration_is_in_equal_out(company):
    refresh(EARLIER)
    refresh()
    moves = migration("lifecycle", EARLIER, AS_OF)
    assert sum(move["customers"] for move in moves) == 3
    late = Transition.objects.get(customer=company["late"], scheme__code="lifecycle")
    assert (late.from_cell, late.to_cell, late.on) == ("maturity", "decline", AS_OF)
    member = Membership.objects.get(customer=company["regular"], scheme__code="lifecycle")
    assert member.since == EARLIER


def test_a_day_with_moves_can_be_run_again(company, order):
    """Moved in the first run of the day, back in the second after a late order came in."""
    refresh(EARLIER)
    refresh()
    held = Membership.objects.get(customer=company["late"], scheme__code="lifecycle")
    order(company["late"], ago(3))
    refresh()
    back = Membership.objects.get(customer=company["late"], scheme__code="lifecycle")
    assert (held.cell, held.since) == ("decline", AS_OF)
    assert (back.cell, back.since) == ("maturity", EARLIER)
    assert not Transition.objects.filter(customer=company["late"], scheme__code="lifecycle")


def test_a_past_day_goes_to_the_lake_and_leaves_the_present_alone(company):
    refresh()
    before = contents()
    refresh(EARLIER)
    assert contents() == before
    assert refreshed_days() == [AS_OF, EARLIER]


def test_too_little_data_means_no_score_and_says_why(company):
    refresh()
    score = predict.Score.objects.get(pk=company["regular"].pk)
    assert (score.churn_risk, score.why_unknown) == (None, "too_few_customers")
    assert score.next_median is not None  # from the own rhythm


LAKE_TABLES = (
    "measures", "scores", "cells", "readings", "contributions", "losses", "liked",
    "needs_judged", "model_cards", "seen_by_trees", "cohorts",
)  # fmt: skip


def in_lake(day, customers):
    """Every computed table of a day, of the customers there were; how long a fit took is not
    what was computed."""
    found = {}
    for name in LAKE_TABLES:
        rows = pq.ParquetFile(lake_file(name, day)).read().to_pylist()
        rows = [row for row in rows if row.get("customer_id") in (None, *customers)]
        found[name] = sorted(re.sub(r'"seconds": [^,}]+', "", repr(row)) for row in rows)
    return found


def test_a_past_day_computed_again_after_later_facts_is_the_same(company, customer, order):
    customers = {one.pk for one in company.values()}
    refresh(EARLIER)
    then = in_lake(EARLIER, customers)
    order(company["late"], ago(2), amount=90_000)
    order(company["gone"], ago(1))
    later = datetime(2026, 11, 19, 2, tzinfo=UTC)
    record_complaint(customer_id=company["regular"].pk, description="late", by=SYSTEM, at=later)
    exclude(company["regular"].pk, kind="word", value="x", reason="y", by=SYSTEM, at=later)
    order(customer("Eve"), ago(4))
    refresh()
    refresh(EARLIER)
    assert in_lake(EARLIER, customers) == then
