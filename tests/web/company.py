"""Ten customers in two teams, on two refreshed days: who is in which cell is written by hand.

North: Ana, Bo, Cai, Dee, Eva, Fay; south: Gil, Hal, Ida; nobody's: Jon. Pyramid on the earlier
day and today: Ana gold → platinum, Bo gold → gold, Cai iron → lead, Dee lead → lead, Eva new,
Fay lead → outside, Gil lead → gold, Hal lead → lead, Ida and Jon never in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.moments import NOON
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.collect.customers.models import Customer
from weixi.core.models import Run
from weixi.core.runs import lake_file
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

EARLIER, TODAY = date(2026, 10, 20), date(2026, 11, 20)
NAMES = ("Ana", "Bo", "Cai", "Dee", "Eva", "Fay", "Gil", "Hal", "Ida", "Jon")
NORTH, SOUTH = NAMES[:6], NAMES[6:9]
THEN = {"Ana": "gold", "Bo": "gold", "Cai": "iron", "Dee": "lead", "Fay": "lead", "Gil": "lead",
        "Hal": "lead"}  # fmt: skip
NOW = {"Ana": "platinum", "Bo": "gold", "Cai": "lead", "Dee": "lead", "Eva": "lead",
       "Gil": "gold", "Hal": "lead"}  # fmt: skip
REVENUE = {"Ana": 60_000, "Bo": 20_000, "Cai": 2_000, "Dee": 3_000, "Eva": 1_000, "Gil": 13_000,
           "Hal": 1_000}  # fmt: skip
DAYS = {"Ana": 9, "Bo": 4, "Cai": 1, "Dee": 2, "Eva": 1, "Gil": 3, "Hal": 1}
BEFORE = {"Ana": 1, "Bo": 1, "Cai": 1, "Dee": 1, "Fay": 1, "Gil": 1, "Hal": 1}
RISK = {"Ana": 0.1, "Bo": 0.2, "Cai": 0.7, "Dee": 0.9, "Eva": 0.4, "Fay": 0.99, "Gil": 0.5}


@dataclass(frozen=True)
class Company:
    customers: dict[str, Customer]
    scheme: Scheme

    def ids(self, *names: str) -> list[int]:
        return sorted(self.customers[name].pk for name in names)


def found(customer: Callable[..., Customer], team: Callable[..., Any]) -> Company:
    create_shipped_schemes(at=NOON)
    teams = dict.fromkeys(NORTH, team("north")) | dict.fromkeys(SOUTH, team("south"))
    people = {name: customer(name, team=teams.get(name)) for name in NAMES}
    scheme = Scheme.objects.get(code="value_pyramid")
    Scheme.objects.exclude(pk=scheme.pk).update(is_on=False)
    for name, one in people.items():
        _measured(one, name)
        if name in NOW:
            Membership.objects.create(customer=one, scheme=scheme, cell=NOW[name], since=TODAY)
    for day, cells in ((EARLIER, THEN), (TODAY, NOW)):
        Run.objects.create(
            as_of=day, engine="duckdb", state="done", started_at=NOON, lease_until=NOON,
            finished_at=NOON, customers=len(people),
        )  # fmt: skip
        _in_lake(people, day, cells)
    return Company(people, scheme)


def _figures(name: str) -> dict[str, Any]:
    return {
        "revenue_12m": REVENUE.get(name, 0),
        "margin_12m": REVENUE.get(name, 0) // 2,
        "purchase_days_12m": DAYS.get(name, 0),
        "purchase_days": DAYS.get(name, 0) + BEFORE.get(name, 0),
        "revenue_prior_12m": BEFORE.get(name, 0),
        "first_purchase": date(2026, 1, 5) if name == "Eva" else date(2024, 1, 5),
    }


def _measured(one: Customer, name: str) -> None:
    Snapshot.objects.create(customer=one, as_of=TODAY, **_figures(name))
    Score.objects.create(
        customer=one, as_of=TODAY, horizon_days=60, churn_risk=RISK.get(name), value_at_stake=100
    )


def _in_lake(people: dict[str, Customer], day: date, cells: dict[str, str]) -> None:
    ids = [one.pk for one in people.values()]
    measures = [_figures(name) for name in people]
    months = {f"month_{n}": [0] * len(ids) for n in range(12)}
    _write("cells", day, {"customer_id": ids, "value_pyramid": [cells.get(n) for n in people]})
    columns = {key: [row[key] for row in measures] for key in measures[0]}
    _write("measures", day, {"customer_id": ids, **columns, **months})
    scores = {"churn_risk": [RISK.get(n) for n in people], "value_at_stake": [100] * len(ids)}
    _write("scores", day, {"customer_id": ids, **scores})


def _write(table: str, day: date, columns: dict[str, list[Any]]) -> None:
    file = lake_file(table, day)
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), file)
