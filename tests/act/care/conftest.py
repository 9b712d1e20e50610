"""A company of twelve customers, as the tables stand after a refresh of 20 November 2026."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from tests.conftest import NOON
from weixi.act.care.models import Task
from weixi.act.care.planning import plan_day
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.collect.customers.models import Customer, Identity
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.measure.models import Snapshot
from weixi.predict.models import Score
from weixi.staff.models import Team, User

DAY = date(2026, 11, 20)

# name, owner, days since purchase, rhythm, rank, revenue 12 m, value at stake, next purchase,
# birthday, last contact (days ago). Money in yuan.
COMPANY = [
    ("林晓燕", "lee", 47, 20, 3, 12_000, 8_640, None, None, 40),
    ("云栖酒店", "lee", 61, 30, 1, 90_000, 52_300, None, None, 90),
    ("单文博", "lee", 18, 20, 4, 9_000, 900, 2, None, 5),
    ("欧阳静", "lee", 2, 20, 5, 8_000, 300, None, (1990, 11, 22), 2),
    ("启明幼儿园", "wen", 80, 100, 2, 30_000, 7_000, None, None, None),
    ("周一", "wen", 30, 25, 6, 700, 650, None, None, None),
    ("吴二", "wen", 300, 30, 7, 600, 10, None, None, None),
    ("郑三", None, 45, 15, 8, 500, 400, None, None, None),
    ("王四", None, 40, 10, 9, 400, None, None, None, None),
    ("冯五", None, 5, None, 10, 50, None, None, (1988, 11, 20), None),
    ("陈六", None, 5, 30, 11, 40, 20, None, None, None),
    ("褚七", None, None, None, None, 0, None, None, None, None),
]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared in the language of the source."""
    with override("en"):
        yield


@pytest.fixture
def channels(db: None) -> None:
    create_shipped_channels()


@pytest.fixture
def north(team: Callable[..., Team]) -> Team:
    return team("north")


@pytest.fixture
def lee(person: Callable[..., User], north: Team) -> User:
    return person("manager", team=north, username="lee")


@pytest.fixture
def wen(person: Callable[..., User], north: Team) -> User:
    return person("manager", team=north, username="wen")


@pytest.fixture
def company(
    channels: None, customer: Callable[..., Customer], lee: User, wen: User, north: Team
) -> dict[str, Customer]:
    owners = {"lee": lee, "wen": wen, None: None}
    found = {}
    for place, row in enumerate(COMPANY, 1):
        made = customer(
            row[0],
            number=f"C{place:03d}",
            owner=owners[row[1]],
            team=north,
            type="business" if "酒店" in row[0] or "幼儿园" in row[0] else "consumer",
            birthday=row[8] and date(*row[8]),
        )
        _measured(made, row)
        found[row[0]] = made
    identity(found["林晓燕"], "phone", "138****2046")
    _tiers(found)
    return found


def _measured(customer: Customer, row: tuple[Any, ...]) -> None:
    _, _, since, rhythm, rank, revenue, stake, expected, _, contact = row
    Snapshot.objects.create(
        customer=customer,
        as_of=DAY,
        purchase_days=0 if since is None else 2 if rhythm is None else 5,
        days_since_purchase=since,
        last_purchase=None if since is None else DAY - timedelta(days=since),
        rhythm_days=rhythm,
        lateness=None if rhythm is None else since / rhythm,
        value_rank=rank,
        revenue_12m=revenue * 100,
        last_contact=None if contact is None else DAY - timedelta(days=contact),
        monthly_revenue=list(range(12)),
    )
    Score.objects.create(
        customer=customer,
        as_of=DAY,
        horizon_days=60,
        value_at_stake=None if stake is None else stake * 100,
        next_low=expected and DAY,
        next_median=expected and DAY + timedelta(days=expected),
        next_high=expected and DAY + timedelta(days=expected + 4),
    )


def _tiers(found: dict[str, Customer]) -> None:
    create_shipped_schemes(at=NOON)
    scheme = Scheme.objects.get(code="value_pyramid")
    for name, cell in {"云栖酒店": "platinum", "林晓燕": "gold"}.items():
        Membership.objects.create(customer=found[name], scheme=scheme, cell=cell, since=DAY)


def identity(customer: Customer, kind: str, masked: str) -> Identity:
    return Identity.objects.create(
        customer=customer, kind=kind, sealed="x", fingerprint=masked, masked=masked
    )


@pytest.fixture
def planned(company: dict[str, Customer]) -> dict[str, Task]:
    """The tasks of the day, by name of the customer."""
    plan_day(DAY)
    return {task.customer.name: task for task in Task.objects.select_related("customer")}


def later(**span: float) -> datetime:
    return NOON + timedelta(**span)
