"""A small desk for tests of pages: a team, a colleague, customers with orders, tasks, figures."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from weixi.act.care.models import Task
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.collect.customers import search
from weixi.collect.customers.actions import add_identity
from weixi.collect.customers.models import Customer, Identity
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import SYSTEM
from weixi.core.clock import now, today
from weixi.core.models import Run
from weixi.measure.models import Snapshot
from weixi.predict.models import Score
from weixi.staff.models import Team, User

NAMES = ("林晓燕", "单雄信", "曾国藩", "欧阳静", "区小明", "解缙", "仇英", "周一", "吴二", "郑三",
         "王四", "冯五")  # fmt: skip


@dataclass
class Desk:
    team: Team
    me: User
    customers: list[Customer]
    tasks: list[Task]
    phone: Identity


def set_up(
    *,
    team: Callable[..., Team],
    person: Callable[..., User],
    customer: Callable[..., Customer],
    order: Callable[..., Any],
    people: int = 3,
    role: str = "supervisor",
    code: str = "north",
) -> Desk:
    """`people` customers of `me`, each with two orders, measures, a score, a tier and a task; the
    first is worth most, so that the list shows them in this order."""
    create_shipped_channels()
    create_shipped_schemes(at=now())
    home, day = team(code), today()
    me = person(role, team=home, username=f"me-{code}")
    made = [
        customer(NAMES[n], team=home, owner=me, number=f"{code}-{n:03d}", city="杭州")
        for n in range(people)
    ]
    phone = add_identity(made[0].pk, "phone", "13800002046", by=SYSTEM, at=now())
    for place, one in enumerate(made):
        for back in (147, 47):
            order(one, day - timedelta(days=back), amount=10_000 * (people - place))
        _figures(one, day, place, people)
    search.reindex([one.pk for one in made])
    _run(day)
    tasks = [task_of(one, me, day, value=100_000 * (people - n)) for n, one in enumerate(made)]
    return Desk(home, me, made, tasks, phone)


def task_of(customer: Customer, owner: User | None, day: date, *, value: int | None) -> Task:
    facts = {"days": 47, "rhythm": 20, "lateness": 2.4}
    return Task.objects.create(
        customer=customer,
        owner=owner,
        kind="overdue",
        signals=[{"kind": "overdue", "facts": facts, "cause": "unknown"}],
        channel="phone",
        value_at_stake=value,
        chance=0.1,
        effort_minutes=6,
        worth=-1 if value is None else value,
        due_on=day,
        planned_on=day,
    )


def _figures(customer: Customer, day: date, place: int, people: int) -> None:
    Snapshot.objects.create(
        customer=customer, as_of=day, first_purchase=day - timedelta(days=147),
        last_purchase=day - timedelta(days=47), purchase_days=2, orders=2,
        revenue_12m=20_000 * (people - place), margin_12m=6_000, days_since_purchase=47,
        rhythm_days=20, rhythm_low_days=18, rhythm_high_days=24, lateness=2.35,
        value_rank=place + 1, share_of_sales=0.1, average_order=10_000, phase="existing",
        monthly_revenue=[10_000] * 9 + [0] * 3,
    )  # fmt: skip
    Score.objects.create(
        customer=customer, as_of=day, horizon_days=60, churn_risk=0.42, probability_alive=0.7,
        expected_purchases=1.5, expected_value=298_000,
        value_at_stake=100_000 * (people - place),
    )  # fmt: skip
    scheme = Scheme.objects.get(code="value_pyramid")
    cell = "gold" if place == 0 else "iron"
    Membership.objects.create(customer=customer, scheme=scheme, cell=cell, since=day)


def _run(day: date) -> None:
    at = now()
    Run.objects.create(
        as_of=day, engine="duckdb", state="done", started_at=at, lease_until=at, finished_at=at,
        customers=3,
    )  # fmt: skip
