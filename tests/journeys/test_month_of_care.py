"""A time of care simulated day by day through the product itself: plan, playbooks, people, clock.

Small in the normal run, a month of ten thousand customers and eight people nightly. What people do
is drawn from fixed dice; every figure is counted a second time by hand.
"""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
import time_machine

from tests.journeys.promises_and_replies import ByHand, midnight
from weixi import pipeline
from weixi.act.care.actions import complete, postpone
from weixi.act.care.manual import add_task
from weixi.act.care.models import Ask, Task
from weixi.act.care.playbooks.actions import create_shipped_playbooks
from weixi.act.care.playbooks.advancing import advance_due
from weixi.act.care.playbooks.models import Effect, Playbook, Run
from weixi.act.care.queries import detail, queue
from weixi.act.care.rows import TaskRow
from weixi.act.interventions.models import Intervention
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Customer, Identity
from weixi.collect.orders.models import Order, OrderLine
from weixi.collect.replies.queries import clocks_in, of_all
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Contact
from weixi.collect.touchpoints.promise_queries import kept_by_person, kept_of_all
from weixi.core import vault
from weixi.core.actor import SYSTEM, Actor
from weixi.staff.models import User
from weixi.staff.queries import actor_of

FIRST = date(2026, 10, 12)
OUTCOMES = ["accepted", "reached", "not_reached", "follow_up", "declined"]
NUMBERS = count(1)
CAPACITY = 12
CAPS = {  # as shipped: at most so many in so many days
    "": (3, 7), "phone": (2, 7), "sms": (1, 7), "email": (2, 7), "wecom": (2, 7), "letter": (1, 30),
}  # fmt: skip


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)  # 09:00 in Shanghai


def company(people: int, customers: int, dice: random.Random, team, person) -> list[User]:
    """Customers with a history of two years before the first day, shared among the people."""
    create_shipped_channels()
    create_shipped_schemes(at=morning(FIRST))
    create_shipped_playbooks(at=morning(FIRST))
    Playbook.objects.update(is_on=True, switched_on_at=morning(FIRST))
    home = team("north")
    staff = [person("agent", team=home, username=f"p{n}") for n in range(people)]
    User.objects.filter(pk__in=[one.pk for one in staff]).update(daily_capacity=CAPACITY)
    born = date(1960, 1, 1)
    made = Customer.objects.bulk_create(
        Customer(
            number=f"M{n:06d}", name=f"客户{n}", owner=staff[n % people], team=home,
            birthday=born + timedelta(days=dice.randrange(16_000)), created_at=morning(FIRST),
            changed_at=morning(FIRST),
        )
        for n in range(customers)
    )  # fmt: skip
    reached_by_phone(made)
    for one in made:
        rhythm, day = dice.randint(12, 90), FIRST - timedelta(days=dice.randint(1, 240))
        for _ in range(dice.randint(1, 6)):
            bought(one, day, dice)
            day -= timedelta(days=max(rhythm + dice.randint(-5, 5), 1))
    return staff


def reached_by_phone(people: list[Customer]) -> None:
    Identity.objects.bulk_create(
        (
            Identity(customer=one, kind="phone", sealed=vault.seal("phone", f"138{one.pk:08d}"),
                     fingerprint=vault.fingerprint("phone", f"138{one.pk:08d}"))
            for one in people
        ),
        batch_size=500,
    )  # fmt: skip


ROWS: list[tuple[Order, int]] = []


def bought(one: Customer, day: date, dice: random.Random) -> None:
    amount = dice.randint(2_000, 90_000)
    order = Order(
        number=f"MO{next(NUMBERS):08d}", customer=one, ordered_at=morning(day), currency="CNY",
        amount=amount,
    )  # fmt: skip
    ROWS.append((order, amount))


def write_orders() -> None:
    orders = [order for order, _ in ROWS]
    Order.objects.bulk_create(orders, batch_size=500)
    OrderLine.objects.bulk_create(
        (
            OrderLine(order=order, line_key=1, kind="sale", quantity_e3=1_000,
                      unit_price_e4=amount * 100, amount=amount)
            for order, amount in ROWS
        ),
        batch_size=500,
    )  # fmt: skip
    ROWS.clear()


def world(day: date, dice: random.Random, everybody: list[Customer]) -> None:
    """What customers do on a day."""
    for one in dice.sample(everybody, max(len(everybody) // 40, 1)):
        bought(one, day, dice)
    write_orders()
    for one in dice.sample(everybody, max(len(everybody) // 250, 1)):
        solved = dice.random() < 0.6
        Complaint.objects.create(
            number=f"MT{next(NUMBERS)}", customer=one, received_at=morning(day), description="x",
            resolved_at=morning(day) + timedelta(hours=5) if solved else None,
            outcome="resolved" if solved else "open",
        )  # fmt: skip


def worked(staff: list[User], day: date, dice: random.Random, tally: Counter) -> None:
    """Each person takes the list in its order and does what fits."""
    for one in staff:
        actor, at = actor_of(one, door="web"), morning(day) + timedelta(hours=1)
        rows = list(queue(actor, day=day, at=at, limit=200).rows)
        reckoned = sum(not row.is_word for row in rows)
        assert reckoned <= CAPACITY, f"{one} has {reckoned} tasks on {day}"
        for place, row in enumerate(rows):
            at += timedelta(minutes=3)
            dealt_with(row, place, actor, day, at, dice, tally)
        if dice.random() < 0.2:
            customer = Customer.objects.filter(owner=one).order_by("pk").first()
            add_task(customer_id=customer.pk, text="回电", due_on=day + timedelta(days=1), by=actor,
                     at=at)  # fmt: skip
            tally["asked"] += 1


def dealt_with(
    row: TaskRow, place: int, actor: Actor, day: date, at: datetime, dice: random.Random,
    tally: Counter,
) -> None:  # fmt: skip
    """Put off where the page says that the customer should not be contacted now."""
    hint = detail(actor, row.task_id, day=day, at=at).hint
    if hint or (place == 10 and not row.is_word):
        postpone(task_id=row.task_id, until=day + timedelta(days=2), reason=hint[:200] or "客户忙",
                 by=actor, at=at)  # fmt: skip
        tally["spared" if hint else "postponed"] += 1
        return
    complete(task_id=row.task_id, outcome=dice.choice(OUTCOMES), by=actor, at=at)
    tally["completed"] += 1


def lived(*, people: int, customers: int, days: int, team, person) -> tuple[Counter, ByHand]:
    dice, tally = random.Random(2026), Counter()
    staff = company(people, customers, dice, team, person)
    write_orders()
    everybody = list(Customer.objects.order_by("pk"))
    hand = talkers(staff, customers // 10 + 3 * days, dice)
    for n in range(days):
        day = FIRST + timedelta(days=n)
        with time_machine.travel(morning(day), tick=False):
            pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=morning(day))
            advance_due(day=day, at=morning(day))  # what waited for the end of an earlier run
            made = Run.objects.count(), Effect.objects.count()
            advance_due(day=day, at=morning(day))  # a second worker, at the same moment
            assert (Run.objects.count(), Effect.objects.count()) == made
            worked(staff, day, dice, tally)
            world(day, dice, everybody)
            hand.day(day, staff)
            advance_due(day=day, at=morning(day) + timedelta(hours=9))
    return tally, hand


def talkers(staff: list[User], writers: int, dice: random.Random) -> ByHand:
    """Customers of their own for what is promised and asked: no task answers them by accident."""

    def made(names: list[str], owner: User | None) -> list[Customer]:
        return Customer.objects.bulk_create(
            Customer(number=name, name=name, owner=owner, team=staff[0].team,
                     created_at=morning(FIRST), changed_at=morning(FIRST))
            for name in names
        )  # fmt: skip

    hearers = {one.pk: made([f"H{one.pk}-{n}" for n in range(9)], one) for one in staff}
    reached_by_phone([who for some in hearers.values() for who in some])
    return ByHand(dice, made([f"W{n}" for n in range(writers)], None), hearers)


def counted_again(tally: Counter) -> None:
    done = Task.objects.filter(state="done")
    assert done.count() == tally["completed"]
    assert not done.filter(contact_id=None).exists()
    assert Contact.objects.exclude(customer__number__startswith="W").count() == tally["completed"]
    # every task has an outcome, or a reason why it was dropped, or is open
    assert not done.filter(outcome="").exists()
    assert not Task.objects.filter(state="dropped", outcome="").exists()
    put_off = Task.objects.filter(state="open", hidden_until__isnull=False)
    assert not put_off.filter(postpone_reason="").exists()
    assert Ask.objects.filter(source="manual").count() == tally["asked"]
    # nothing twice: a run by its occurrence, a step by its run, an open task by its customer
    twice = Run.objects.values_list("playbook", "customer", "occurrence")
    assert len(twice) == len(set(twice))
    steps = Effect.objects.values_list("run", "step")
    assert len(steps) == len(set(steps))
    assert Effect.objects.exclude(ask_id=None).count() == Ask.objects.filter(
        source="playbook"
    ).count()  # fmt: skip
    # who is held out was asked for nothing
    held = Intervention.objects.filter(arm="held_out").values_list(
        "trial__source_id", "customer_id"
    )
    asked = set(Ask.objects.filter(source="playbook").values_list("playbook_id", "customer_id"))
    assert asked.isdisjoint(held)
    over = Run.objects.filter(state__in=["done", "ended_early", "stopped", "held_out"])
    assert not over.filter(reason="").exists()
    # caps of the playbooks: customers a day
    most = Counter(
        Run.objects.filter(playbook__code="decline")
        .exclude(state="held_out")
        .values_list("started_at__date", flat=True)
    )
    assert max(most.values(), default=0) <= 200


def caps_held() -> None:
    """Care, sales and thanks of every customer, in any span of so many days; counted one by one."""
    went = Contact.objects.filter(direction="out", purpose__in=["care", "sale", "thanks"])
    times: dict[tuple[int, str], list[datetime]] = {}
    for who, channel, at in went.order_by("at").values_list("customer", "channel__code", "at"):
        times.setdefault((who, channel), []).append(at)
        times.setdefault((who, ""), []).append(at)
    for (who, channel), moments in times.items():
        most, days = CAPS.get(channel, (3, 7))
        for start in moments:
            within = sum(start <= at < start + timedelta(days=days) for at in moments)
            assert within <= most, f"{who} had {within} by {channel or 'all'} from {start}"


def figures_are_those_by_hand(hand: ByHand, boss: Actor, days: int) -> None:
    at = midnight(FIRST + timedelta(days=days)) - timedelta(minutes=1)
    span = {"since": midnight(FIRST), "until": at + timedelta(days=30), "at": at}
    told = {row.key: row.counts for row in kept_by_person(boss, **span)}
    assert {
        pk: (n.kept, n.late, n.broken, n.open - n.overdue, n.overdue) for pk, n in told.items()
    } == hand.promises(at)  # fmt: skip
    everyone = [sum(column) for column in zip(*hand.promises(at).values(), strict=True)]
    kept, late, broken, _open, overdue = everyone
    assert kept_of_all(boss, **span).rate == kept / (kept + late + broken + overdue)
    clocks = [row for row in clocks_in(boss, **span) if row.source == "contact"]
    row = of_all(clocks)
    for shown, is_first in ((row.first, True), (row.every, False)):
        by_hand = hand.replies(at, first_only=is_first)
        assert (shown.met, shown.late, shown.open, shown.overdue, shown.median) == by_hand


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_week_of_300_customers_and_three_people(team, person):
    tally, hand = lived(people=3, customers=300, days=7, team=team, person=person)
    assert tally["completed"] > 80
    assert Run.objects.count() > 20
    counted_again(tally)
    caps_held()
    figures_are_those_by_hand(hand, actor_of(person("admin"), door="web"), 7)


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_a_month_of_ten_thousand_customers_and_eight_people(team, person):
    tally, hand = lived(people=8, customers=10_000, days=30, team=team, person=person)
    assert tally["completed"] > 1_500
    assert tally["spared"] > 0
    counted_again(tally)
    caps_held()
    figures_are_those_by_hand(hand, actor_of(person("admin"), door="web"), 30)
