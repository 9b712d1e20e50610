"""The curve of profit over customers against the reference of the profit pyramid (K2)."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.moments import NOON
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.classify.queries import CellRow, SchemeTable
from weixi.classify.rules import definition
from weixi.classify.shipped import BY_CODE
from weixi.core.models import Run
from weixi.measure.models import Snapshot
from weixi.web.segments.curve import Curve, curve
from weixi.web.segments.shape import drawn

DAY = date(2026, 11, 20)


def of(*cells: tuple[int, int | None], by: Any = "profit", code: str = "profit_pyramid") -> Any:
    """(customers, profit) of each cell, the best one first."""
    parsed = definition(BY_CODE[code].definition)
    rows = tuple(
        CellRow(cell=cell, customers=n, revenue=0, profit=profit)
        for cell, (n, profit) in zip(parsed.cells, cells, strict=True)
    )
    table = SchemeTable(Scheme(code=code, kind="scheme"), parsed, DAY, rows, 20)
    with override("en"):
        return curve(drawn(table, by=by, before=None, language="en"), parsed)


def test_the_curve_adds_up_cell_by_cell_beside_the_reference() -> None:
    """Of 20 customers one earns 50, three 30 together, sixteen 20 together."""
    found: Curve = of((1, 5_000), (3, 3_000), (16, 2_000))
    assert [(step.people, step.own) for step in found.steps] == [
        (0.05, 0.5), (0.2, pytest.approx(0.8)), (1, 1),
    ]  # fmt: skip
    assert [(step.reference_people, step.reference) for step in found.steps] == [
        (0.05, 0.8), (0.2, pytest.approx(0.95)), (1, pytest.approx(1)),
    ]  # fmt: skip
    assert found.finding == (
        "the first 5.0% of customers bring 50.0% of profit, the reference says 80%"
    )
    # 364 across and 200 down of the field: 44 + 0.05 × 364, 12 + 0.5 × 200
    assert found.own_points.split()[:2] == ["44.0,212.0", "62.2,112.0"]
    assert found.reference_points.split()[1] == "62.2,52.0"


@pytest.mark.parametrize(
    ("cells", "more"),
    [
        ([(0, 0), (0, 0), (0, 0)], {}),
        ([(1, None), (3, 5), (16, 5)], {}),
        ([(1, 50), (3, 5), (16, -5)], {}),
        ([(1, 0), (3, 0), (16, 0)], {}),
        ([(1, 50), (3, 5), (16, 5)], {"by": "revenue"}),
        ([(1, 50), (3, 5), (16, 5), (1, 1)], {"code": "value_pyramid"}),
    ],
)
def test_where_shares_of_profit_mean_nothing_there_is_no_curve(cells: Any, more: Any) -> None:
    assert of(*cells, **more) is None


def test_the_page_shows_profit_first_and_revenue_when_asked(
    customer: Any, signed_in: Any, db: None
) -> None:
    create_shipped_schemes(at=NOON)
    scheme = Scheme.objects.get(code="profit_pyramid")
    for name, cell, profit in (("Ana", "key", 5_000), ("Bo", "general", 1_000)):
        one = customer(name)
        Snapshot.objects.create(
            customer=one, as_of=DAY, revenue_12m=9_000, margin_12m=profit, profit_12m=profit
        )
        Membership.objects.create(customer=one, scheme=scheme, cell=cell, since=DAY)
    Run.objects.create(
        as_of=DAY, engine="duckdb", state="done", started_at=NOON, lease_until=NOON,
        finished_at=NOON, customers=2,
    )  # fmt: skip
    boss: Client = signed_in("admin")
    html = boss.get("/segments/profit_pyramid/", headers={"Accept-Language": "en"}).content.decode()
    assert "Own curve and reference" in html
    assert "5% ↔ 80%" in html
    asked = boss.get("/segments/profit_pyramid/?by=revenue", headers={"Accept-Language": "en"})
    assert "Own curve and reference" not in asked.content.decode()
