"""Of a customer that was merged into another nothing is left anywhere, before and after a run."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.collect.intake.files import lines, take, written
from tests.moments import NOON
from weixi import pipeline
from weixi.act.care import queries as care
from weixi.act.care.models import Task
from weixi.act.warnings.models import Alert, Reading
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Transition
from weixi.classify.queries import customers_in_cell, scheme_table
from weixi.collect.customers.actions import exclude, forget_computed, merge, unmerge
from weixi.collect.customers.models import Customer
from weixi.collect.intake.actions import undo
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import COMMAND_LINE, SYSTEM
from weixi.evaluate.figures import counts
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
AS_OF = date(2026, 11, 20)
COMPUTED = (Snapshot, Score, Reading)


def ago(days: int) -> date:
    return AS_OF - timedelta(days)


def refresh(day: date = AS_OF) -> None:
    pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=NOON)


@pytest.fixture
def company(customer_with_orders: Any, person: Any) -> dict[str, Any]:
    """Both "late" and "other" have gone quiet: a task, alerts, cells and figures of each."""
    create_shipped_channels()
    create_shipped_schemes(at=NOON)
    owner = person("admin")
    late = [ago(d) for d in range(60, 460, 20)]
    made = {
        "regular": customer_with_orders("Ana", [ago(d) for d in range(5, 460, 20)], owner=owner),
        "late": customer_with_orders("Bo", late, amount=50_000, owner=owner),
        "other": customer_with_orders("Bo B.", late[::2], amount=70_000, owner=owner),
    }
    refresh()
    return made


def shown_of(customer: Any) -> set[str]:
    """Where the customer can be met."""
    pk, found = customer.pk, set()
    queue = care.queue(COMMAND_LINE, day=AS_OF, at=NOON, scope="team").rows
    places = {
        "queue": any(row.customer.id == pk for row in queue),
        "waiting": pk in care.customers_waiting(COMMAND_LINE, day=AS_OF, scope="team"),
        "cell": any(
            customers_in_cell(COMMAND_LINE, "lifecycle", row.cell.code).filter(pk=pk).exists()
            for row in scheme_table(COMMAND_LINE, "lifecycle").rows
        ),
        "figures": any(model._default_manager.filter(pk=pk).exists() for model in COMPUTED),
    }
    found |= {name for name, is_there in places.items() if is_there}
    return found


def test_a_merged_customer_is_met_nowhere_any_more(company: dict[str, Any]) -> None:
    everywhere = {"queue", "waiting", "cell", "figures"}
    assert shown_of(company["late"]) == shown_of(company["other"]) == everywhere
    merge(company["late"].pk, company["other"].pk, by=COMMAND_LINE, at=NOON)
    assert shown_of(company["other"]) == set()
    assert scheme_table(COMMAND_LINE, "lifecycle").population == 2
    told = counts(COMMAND_LINE)
    assert told is not None
    assert told.customers["all"] == 2
    refresh(AS_OF + timedelta(days=1))
    assert shown_of(company["other"]) == set()
    assert shown_of(company["late"]) == everywhere
    left = Transition.objects.get(customer=company["other"], scheme__code="lifecycle")
    assert left.to_cell == ""  # the month's moves still add up
    assert not Membership.objects.filter(customer=company["other"]).exists()
    assert not Task.objects.filter(customer=company["other"], state="open").exists()
    assert not Alert.objects.filter(customer=company["other"], ended_on=None).exists()


def test_the_task_goes_along_when_the_kept_customer_has_none(company: dict[str, Any]) -> None:
    task = Task.objects.get(customer=company["other"], state="open")
    merge(company["regular"].pk, company["other"].pk, by=COMMAND_LINE, at=NOON)
    task.refresh_from_db()
    assert (task.customer_id, task.state) == (company["regular"].pk, "open")
    unmerge(company["other"].pk, by=COMMAND_LINE, at=NOON)
    task.refresh_from_db()
    assert task.customer_id == company["other"].pk


def test_two_open_tasks_become_the_one_of_the_kept_customer(company: dict[str, Any]) -> None:
    kept = Task.objects.get(customer=company["late"], state="open")
    merge(company["late"].pk, company["other"].pk, by=COMMAND_LINE, at=NOON)
    assert Task.objects.get(customer=company["late"], state="open") == kept
    refresh()
    assert Task.objects.get(state="open", customer__in=[company["late"], company["other"]]) == kept
    assert Task.objects.get(customer=company["other"]).state == "dropped"


def test_what_both_exclude_does_not_stop_the_merge(company: dict[str, Any]) -> None:
    for name in ("late", "other"):
        exclude(company[name].pk, kind="word", value="nut", reason="allergy", by=COMMAND_LINE,
                at=NOON)  # fmt: skip
    exclude(company["other"].pk, kind="word", value="milk", reason="x", by=COMMAND_LINE, at=NOON)
    merge(company["late"].pk, company["other"].pk, by=COMMAND_LINE, at=NOON)
    assert sorted(company["late"].exclusions.values_list("value", flat=True)) == ["milk", "nut"]


def test_a_merge_while_a_run_computes_is_not_undone_by_it(
    company: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def merging_then(publish: Any) -> Any:
        def both(run: Any) -> int:
            merge(company["late"].pk, company["other"].pk, by=COMMAND_LINE, at=NOON)
            return int(publish(run))

        return both

    first, *rest = pipeline.STAGES
    late = first._replace(publish=merging_then(first.publish))
    monkeypatch.setattr(pipeline, "STAGES", (late, *rest))
    refresh()
    assert shown_of(company["other"]) == set()


def test_an_import_that_is_undone_while_a_run_computes_does_not_stop_it(
    company: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """Zed has a cell and warnings of the day by then, and is there no more: keys are checked when
    the transaction ends, and what is theirs is gone by then."""
    days = [f"{ago(d)} 10:00" for d in range(60, 460, 20)]
    orders = lines("orders", *({"order_id": f"Z{n}", "customer_id": "Z", "ordered_at": day}
                               for n, day in enumerate(days)))  # fmt: skip
    report = take("orders", written(tmp_path / "orders.csv", orders))

    def undoing_then(publish: Any) -> Any:
        def both(run: Any) -> int:
            undo(report.import_id or 0, by=SYSTEM, at=NOON)
            return int(publish(run))

        return both

    first, *rest = pipeline.STAGES
    late = first._replace(publish=undoing_then(first.publish))
    monkeypatch.setattr(pipeline, "STAGES", (late, *rest))
    before = Membership.objects.count()
    refresh()
    assert not Customer.objects.filter(number="Z").exists()
    assert Snapshot.objects.count() == Customer.objects.count() == 3
    assert Membership.objects.count() == before
    assert "late" in {name for name, one in company.items() if shown_of(one)}


def test_what_was_computed_of_a_customer_who_is_gone_is_gone_too(company: dict[str, Any]) -> None:
    gone, there = 10**9, company["late"].pk
    for model in (Snapshot, Score):
        model.objects.filter(customer=company["other"]).update(customer=gone)
    forget_computed()
    for model in (Snapshot, Score):
        assert not model.objects.filter(customer=gone).exists()
        assert model.objects.filter(customer=there).exists()
