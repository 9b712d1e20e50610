"""What a customer may want next, through the API."""

from typing import Any

import pytest

from tests.moments import NOON
from tests.predict.baskets import DAY, PAIRS, TEA, lake
from weixi.core.models import Run
from weixi.predict.needs import compute


@pytest.fixture
def with_tea(customer: Any) -> Any:
    """The newest day is refreshed, and the customer bought tea."""
    who = customer("A")
    compute(lake([*((c + 10**6, *rest) for c, *rest in PAIRS), (who.pk, TEA, 5, 5)]))
    Run.objects.create(as_of=DAY, engine="duckdb", state="done", started_at=NOON, lease_until=NOON)
    return who


def test_what_is_excluded_is_not_suggested_any_more_at_once(program: Any, with_tea: Any) -> None:
    caller = program("admin")
    address = f"/customers/{with_tea.pk}"

    def names() -> list[str]:
        return [one["name"] for one in caller.get(f"{address}/suggestions").json()["items"]]

    assert names() == ["茶壶", "大米", "花生油"]
    body = {"kind": "word", "value": "花生", "reason": "allergy"}
    assert caller.post(f"{address}/exclusions", body).status_code == 201
    assert names() == ["茶壶", "大米"]


def test_a_company_that_was_never_refreshed_suggests_nothing(program: Any, customer: Any) -> None:
    who = customer("A")
    found = program("admin").get(f"/customers/{who.pk}/suggestions")
    assert (found.status_code, found.json()["items"]) == (200, [])
