"""Cohorts and pyramid of companies small enough to count by hand, as of 20 November 2026."""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils.translation import override

from tests.conftest import NOON
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme, Transition
from weixi.core.errors import NotAllowed
from weixi.core.models import Run
from weixi.core.runs import RunContext
from weixi.evaluate.actions import compute, publish
from weixi.evaluate.models import Cohort
from weixi.evaluate.queries import (
    cohort_table,
    company,
    customers_of_cell,
    month_label,
    pyramid,
)
from weixi.measure.models import Snapshot

DAY = date(2026, 11, 20)
SEP = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


@pytest.fixture
def boss(actor):
    return actor("admin")


# ── Cohorts ─────────────────────────────────────────────────────────────────

# Ana and Bo first buy in September, Cai in October. Ana buys in October and November again,
# Bo in November, Cai never. Dee only ever brought something back.
BOUGHT = {
    "Ana": [(date(2026, 9, 3), 100), (date(2026, 9, 20), 50), (date(2026, 10, 5), 30),
            (date(2026, 11, 19), 70)],
    "Bo": [(date(2026, 9, 30), 200), (date(2026, 11, 1), 10)],
    "Cai": [(date(2026, 10, 31), 40)],
    "Dee": [(date(2026, 10, 2), -5)],
}  # fmt: skip


@pytest.fixture
def shop(customer, order, a_team, team):
    """Ana and Cai are the north's, Bo the south's."""
    teams = {"Ana": a_team, "Bo": team("south"), "Cai": a_team, "Dee": None}
    found = {}
    for name, days in BOUGHT.items():
        found[name] = customer(name, team=teams[name])
        for day, amount in days:
            order(found[name], day, amount=amount)
        first = min((day for day, amount in days if amount > 0), default=None)
        Snapshot.objects.create(customer=found[name], as_of=DAY, first_purchase=first)
    return found


@pytest.fixture
def refreshed(shop):
    run = RunContext(run_id=1, as_of=DAY, engine="duckdb")
    days = [
        (shop[name].pk, day, max(amount, 0))
        for name, rows in BOUGHT.items()
        for day, amount in rows
    ]
    columns = zip(*days, strict=True)
    names = ("customer_id", "day", "sales")
    pq.write_table(
        pa.table(dict(zip(names, map(list, columns), strict=True))), run.file("customer_days")
    )
    people = list(shop.values())
    pq.write_table(
        pa.table(
            {
                "customer_id": [c.pk for c in people],
                "team_id": pa.array([c.team_id for c in people], pa.int64()),
                "owner_id": pa.array([c.owner_id for c in people], pa.int64()),
            }
        ),
        run.file("customers"),
    )
    compute(run)
    publish(run)
    return run


def shown(table):
    return {
        month_label(row.cohort): (row.size, [c.active for c in row.cells if c.state != "future"])
        for row in table.rows
    }


@pytest.mark.usefixtures("refreshed")
def test_cohorts_count_who_bought_again_in_each_later_month(boss):
    table = cohort_table(boss, months=4)
    assert shown(table) == {"2026-09": (2, [2, 1, 2]), "2026-10": (1, [1, 0])}
    assert [c.state for c in table.rows[0].cells] == ["full", "full", "partial", "future"]
    assert [c.share for c in table.rows[0].cells] == [1.0, 0.5, 1.0, None]
    assert table.rows[0].cells[0].revenue == 350
    # month 1 is complete for September only: 1 of 2; month 2 is not complete for anybody
    assert table.average == (1.0, 0.5, None, None)
    assert table.finding == (
        "50.0% of customers bought again in month 1 after their first purchase"
        " (monthly cohorts: 1, n = 2)."
    )
    assert "sales of more than zero" in table.definition


@pytest.mark.usefixtures("refreshed")
def test_a_team_sees_its_own_customers_only(actor, a_team):
    north = actor("supervisor", team=a_team)
    assert shown(cohort_table(north, months=3)) == {
        "2026-09": (1, [1, 1, 1]),
        "2026-10": (1, [1, 0]),
    }
    found = customers_of_cell(north, cohort=SEP, months_later=2)
    assert [c.name for c in found] == ["Ana"]


@pytest.mark.usefixtures("refreshed")
@pytest.mark.parametrize("reach", ["all", "team"])
def test_every_cell_opens_to_as_many_customers_as_it_counts(actor, a_team, reach):
    who = actor("admin") if reach == "all" else actor("supervisor", team=a_team)
    counted = 0
    for row in cohort_table(who, months=4).rows:
        for cell in row.cells:
            found = customers_of_cell(who, cohort=row.cohort, months_later=cell.months_later)
            assert found.count() == cell.active
            counted += cell.active
    assert counted


@pytest.mark.usefixtures("refreshed")
def test_a_day_belongs_to_the_company_s_month(boss, shop, order):
    """30 September 23:30 UTC is 1 October in Shanghai."""
    late = order(shop["Bo"], date(2026, 9, 30), amount=20)
    late.ordered_at = datetime(2026, 9, 30, 23, 30, tzinfo=UTC)
    late.save()
    found = customers_of_cell(boss, cohort=SEP, months_later=1)
    assert sorted(c.name for c in found) == ["Ana", "Bo"]


def test_publishing_again_replaces_and_an_empty_company_has_no_table(refreshed, boss):
    rows = Cohort.objects.count()
    publish(refreshed)
    assert Cohort.objects.count() == rows
    Cohort.objects.all().delete()
    table = cohort_table(boss)
    assert (table.rows, table.as_of) == ((), None)
    assert "No month" in table.finding
    assert not customers_of_cell(boss, cohort=SEP, months_later=0).exists()


def test_reports_need_their_permission(actor):
    agent = actor("agent")
    for report in (cohort_table, pyramid, company):
        with pytest.raises(NotAllowed):
            report(agent)


# ── Pyramid ─────────────────────────────────────────────────────────────────


@pytest.fixture
def tiers(customer, a_team):
    """One platinum, two gold, four lead; revenue 700, 2 × 100, 4 × 25 yuan."""
    create_shipped_schemes(at=NOON)
    scheme = Scheme.objects.get(code="value_pyramid")
    Run.objects.create(as_of=DAY, engine="duckdb", state="done", started_at=NOON, lease_until=NOON)
    found = []
    for cell, yuan in [("platinum", 700), *[("gold", 100)] * 2, *[("lead", 25)] * 4]:
        made = customer(cell, team=a_team)
        Snapshot.objects.create(
            customer=made, as_of=DAY, revenue_12m=yuan * 100, margin_12m=yuan * 40
        )
        Membership.objects.create(customer=made, scheme=scheme, cell=cell, since=date(2026, 6, 1))
        found.append(made)
    return found


def test_the_pyramid_sums_to_a_hundred(boss, tiers):
    found = pyramid(boss)
    rows = {row.code: row for row in found.rows}
    assert [row.code for row in found.rows] == ["platinum", "gold", "iron", "lead"]
    assert (found.customers, found.revenue, found.profit) == (7, 100_000, 40_000)
    # 1/7, 2/7, 0, 4/7: see test_rules
    assert [row.customer_share for row in found.rows] == [14.3, 28.6, 0.0, 57.1]
    assert [row.revenue_share for row in found.rows] == [70.0, 20.0, 0.0, 10.0]
    assert rows["gold"].average == 10_000
    assert rows["iron"].average is None
    assert found.finding == ("The top 42.9% of customers bring 90.0% of revenue in 12 months.")


def test_the_change_is_what_moved_since_a_month_ago(boss, tiers):
    scheme = Scheme.objects.get(code="value_pyramid")
    moves = [("lead", "gold", 5), ("", "lead", 5), ("gold", "platinum", 60)]
    for made, (before, after, days) in zip(tiers, moves, strict=False):
        Transition.objects.create(
            customer=made,
            scheme=scheme,
            on=DAY - timedelta(days=days),
            from_cell=before,
            to_cell=after,
        )
    found = pyramid(boss)
    assert found.compared_with == date(2026, 10, 20)
    assert [row.change for row in found.rows] == [0, 1, 0, 0]


def test_without_history_there_is_no_change_to_show(boss, tiers):
    Membership.objects.update(since=DAY)
    found = pyramid(boss)
    assert found.compared_with is None
    assert {row.change for row in found.rows} == {None}


def test_an_unknown_margin_makes_the_profit_unknown(boss, tiers):
    Snapshot.objects.filter(customer=tiers[0]).update(margin_12m=None)
    found = pyramid(boss)
    assert found.profit is None
    assert found.rows[0].profit_share is None


# ── The company ─────────────────────────────────────────────────────────────


def test_the_company_s_repurchase_and_retention(customer, boss):
    #  bought on days in 12 months, revenue of the 12 months before, first purchase
    rows = [(2, 500, 800), (1, 300, 500), (1, 0, 10), (0, 900, 700), (0, 0, None)]
    for days, before, ago in rows:
        Snapshot.objects.create(
            customer=customer(),
            as_of=DAY,
            purchase_days_12m=days,
            revenue_prior_12m=before,
            revenue_12m=days * 100,
            first_purchase=None if ago is None else DAY - timedelta(days=ago),
        )
    found = company(boss)
    assert (found.customers, found.active, found.repeated, found.new) == (5, 3, 1, 1)
    assert found.repeat_rate == pytest.approx(1 / 3)
    assert (found.bought_before, found.kept) == (3, 2)
    assert found.retention_rate == pytest.approx(2 / 3)
    assert (found.revenue, found.revenue_before) == (400, 1_700)


def test_a_company_without_customers_has_no_rates(boss):
    found = company(boss)
    assert (found.as_of, found.repeat_rate, found.retention_rate) == (None, None, None)
