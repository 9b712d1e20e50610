"""The list is planned from those who may get a place: it is the same as from everybody."""

from datetime import timedelta
from random import Random

import pytest

from tests.act.care.conftest import DAY, identity
from tests.act.care.test_warnings import alert_of
from tests.conftest import NOON
from weixi.act.care.candidates import today
from weixi.act.care.plan import Capacity, planned
from weixi.act.care.planning import Looking, contenders, people_at_work
from weixi.act.care.reaching import reach
from weixi.act.care.reckoning import care_values
from weixi.collect.customers.models import Consent
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

pytestmark = pytest.mark.django_db
MANY = 60


@pytest.fixture
def crowd(channels, customer, lee, wen, north):
    """Sixty customers of whom each differs in what the plan asks for, the same for a seed."""

    def made(seed):
        dice = Random(seed)
        people = [
            customer(
                f"客户{n}", number=f"K{n:03d}", owner=dice.choice([lee, wen, None]), team=north,
                type=dice.choice(["business", "consumer"]),
                birthday=dice.choice([None, DAY.replace(year=1980), DAY.replace(year=1880)]),
            )
            for n in range(MANY)
        ]  # fmt: skip
        for person in people:
            _measure(person, dice)
            _reach(person, dice)
        return people

    return made


def _measure(person, dice):
    since, rhythm = dice.choice([2, 9, 25, 70, 200]), dice.choice([None, 5, 10, 20, 40])
    Snapshot.objects.create(
        customer=person, as_of=DAY, purchase_days=dice.choice([1, 3, 8]),
        days_since_purchase=since, last_purchase=DAY - timedelta(days=since), rhythm_days=rhythm,
        lateness=rhythm and since / rhythm, value_rank=dice.randint(1, MANY),
        revenue_12m=dice.choice([0, 5_000, 90_000, 90_000]),
        margin_12m=dice.choice([None, -5, 7_000]),
        last_contact=dice.choice([None, DAY - timedelta(days=3)]),
    )  # fmt: skip
    if dice.random() < 0.8:
        Score.objects.create(
            customer=person, as_of=DAY, horizon_days=60,
            value_at_stake=dice.choice([None, 10, 4_321, 70_000]),
            next_median=dice.choice([None, DAY + timedelta(days=4)]),
        )  # fmt: skip
    if dice.random() < 0.15:
        alert_of(person)


def _reach(person, dice):
    if dice.random() < 0.6:
        identity(person, dice.choice(["phone", "email"]), f"*{person.pk}")
    if dice.random() < 0.2:
        Consent.objects.create(
            customer=person, purpose=dice.choice(["care", "marketing"]), granted=False, at=NOON,
            channel=dice.choice(["", "phone"]), source="form",
        )  # fmt: skip


def _plans(places, deep):
    """The plan from few and the plan from all."""
    values, day_of = care_values(), people_at_work()
    capacity = Capacity(dict.fromkeys(day_of, places), places)
    day = today(DAY, values, day_of)
    few, everybody = Looking(day, reach(values)), Looking(day, reach(values))
    chosen = contenders(few, set(), capacity, deep=deep)
    ids = list(Snapshot.objects.order_by("pk").values_list("pk", flat=True))
    plans = [
        planned(some, [], as_of=DAY, capacity=capacity, done={})
        for some in (chosen, everybody.closely(ids))
    ]
    return len(chosen), plans


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_the_plan_from_few_is_the_plan_from_all(crowd, seed):
    crowd(seed)
    for places in (0, 1, 3, 100):
        for deep in (1, 4, 1_000):
            _, (fewer, whole) = _plans(places, deep)
            assert sorted(map(str, fewer.create)) == sorted(map(str, whole.create))


@pytest.mark.slow
def test_who_can_get_no_place_is_not_looked_at(crowd):
    crowd(1)
    looked_at, (fewer, _) = _plans(1, 1_000)
    assert len(fewer.create) == 3  # of each person and the team
    assert looked_at < MANY / 2
