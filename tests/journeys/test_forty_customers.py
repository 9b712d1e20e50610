"""A company of forty customers: every figure worked out by hand in forty/expected.csv."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from weixi import pipeline
from weixi.act.warnings.models import Loss, Reading
from weixi.act.warnings.rules import HISTORY
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.queries import UNRATED, cells_of
from weixi.collect.complaints.models import Complaint
from weixi.collect.customers.models import Bond, Rating
from weixi.collect.orders.models import Order, OrderLine
from weixi.collect.points.models import PointsEntry
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.core.actor import SYSTEM
from weixi.measure.models import Snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
FOLDER = Path(__file__).with_name("forty")
AS_OF = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
SCHEMES = (
    "value_pyramid", "profit_pyramid", "profit_cost", "credit_loyalty", "size_loyalty",
    "credit_size_loyalty", "rfm", "value_decline", "lifecycle",
)  # fmt: skip
TYPES = {"K": "business", "P2": "internal"}


def rows_of(name):
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


EXPECTED = {row["customer"]: row for row in rows_of("expected.csv")}


def day(ago):
    return AS_OF - timedelta(days=int(ago))


def noon(ago):
    return datetime.combine(day(ago), time(4), UTC)


def write_order(who, ago, amount, pieces):
    """`amount` is ¥ a piece; the cost is 60 % of it."""
    total = amount * pieces * 100
    made = Order.objects.create(
        customer=who, number=f"{who.name}-{ago}", ordered_at=noon(ago), currency="CNY",
        amount=total, cost=total * 6 // 10,
    )  # fmt: skip
    OrderLine.objects.create(
        order=made, line_key=1, kind="sale", quantity_e3=1_000 * pieces,
        unit_price_e4=amount * 10_000, amount=total, cost=total * 6 // 10,
    )  # fmt: skip


def write_orders(people):
    for row in rows_of("orders.csv"):
        for name, amount in zip(row["customers"].split(), row["amounts"].split(), strict=True):
            for ago in row["days"].split():
                pieces = int(row["earlier"]) if int(ago) >= 180 else 1
                write_order(people[name], ago, int(amount), pieces)


def contact(who, ago, value, text):
    Contact.objects.create(
        number=f"K-{who.name}-{ago}", customer=who, channel=Channel.objects.get(code="phone"),
        direction="out", purpose="care",
        at=noon(ago), cost=int(value) * 100,
    )  # fmt: skip


def call(who, ago, value, text):
    Contact.objects.create(
        number=f"K-{who.name}-{ago}", customer=who, channel=Channel.objects.get(code="phone"),
        direction="in",
        purpose="service", at=noon(ago), cost=0, note=text,
    )  # fmt: skip


def answer(who, ago, value, text):
    Answer.objects.create(
        number=f"A-{who.name}-{value}", customer=who, survey="care", at=noon(ago), question=value,
        text=text,
    )  # fmt: skip


def pair(who, ago, value, text):
    perceived, expected = value.split("/")
    Answer.objects.create(
        number=f"A-{who.name}-{ago}", customer=who, survey="care", at=noon(ago), question="q",
        dimension="reliability", expected=expected, perceived=perceived,
    )  # fmt: skip


def complaint(who, ago, value, text):
    Complaint.objects.create(
        number=f"TS-{who.name}", customer=who, received_at=noon(ago), channel="phone",
        description="late", severity="medium", outcome=value,
        resolved_at=None if value == "open" else noon(int(ago) - 5),
    )  # fmt: skip


def contract(who, ago, value, text):
    ends = AS_OF + timedelta(days=int(value))
    Bond.objects.create(
        customer=who, kind="contractual", description="service", ends_on=ends, recorded_at=NOW
    )


def rating(kind):
    def write(who, ago, value, text):
        Rating.objects.create(
            customer=who, kind=kind, score=int(value), evidence="visit", rated_at=noon(ago),
            rated_by="me",
        )  # fmt: skip

    return write


def bill(who, ago, value, text):
    Order.objects.filter(number=f"{who.name}-{ago}").update(due_on=day(value))


def points(who, ago, value, text):
    PointsEntry.objects.create(
        number=f"P-{who.name}", customer=who, at=noon(ago), kind="earn", points=int(value)
    )


def discount(who, ago, value, text):
    OrderLine.objects.filter(order__customer=who).update(discount=int(value) * 100)


WRITERS = {
    "contact": contact, "call": call, "answer": answer, "pair": pair, "complaint": complaint,
    "contract": contract, "credit": rating("credit"), "size": rating("size"), "bill": bill,
    "points": points, "discount": discount,
}  # fmt: skip


def found_company(customer):
    create_shipped_channels()
    create_shipped_schemes(at=NOW)
    people = {
        name: customer(name, number=name, type=TYPES.get(name) or TYPES.get(name[0], "consumer"))
        for name in EXPECTED
    }
    write_orders(people)
    for row in rows_of("other_facts.csv"):
        WRITERS[row["what"]](people[row["customer"]], row["ago"], row["value"], row["text"])
    return people


def refresh(as_of=AS_OF):
    return pipeline.run(as_of=as_of, engine="duckdb", by=SYSTEM, at=NOW)


def number(text):
    """ "100*3/30" as a number; empty is unknown."""
    if text == "":
        return None
    factor, _, rest = text.rpartition("*")
    return float(Fraction(rest) * Fraction(factor or 1))


def figures_of(name, one):
    """What the table says of a customer, from the system."""
    return {
        "purchase_days": one.purchase_days,
        "revenue_12m": one.revenue_12m / 100,
        "cost": one.cost_to_serve_12m / 100,
        "profit_12m": None if one.profit_12m is None else one.profit_12m / 100,
        "days_since": one.days_since_purchase,
        "rhythm": one.rhythm_days,
        "lateness": one.lateness,
        "value_change": one.value_change,
        "size": one.size,
        "credit": one.credit,
        "satisfaction": one.satisfaction,
        "indicators": round(one.loyalty_coverage * 7, 9),
        "loyalty_index": one.loyalty_index,
        "listeners": one.listeners,
    }


def test_forty_customers_come_out_as_worked_out_by_hand(customer):
    people = found_company(customer)
    refresh()
    wrong = []
    for name, expected in EXPECTED.items():
        one = Snapshot.objects.get(customer=people[name])
        for field, found in figures_of(name, one).items():
            wanted = number(expected[field])
            if found != (wanted if wanted is None else pytest.approx(wanted)):
                wrong.append((name, field, wanted, found))
        words = {"phase": one.phase, "loyalty_kind": one.loyalty_kind, "reason": one.loyalty_reason}
        words |= cells_told(people[name])
        words |= {"signals": signals_told(people[name]), "points": points_told(people[name])}
        words["loss"] = loss_told(people[name])
        for field, found in words.items():
            if (found or "") != sorted_signals(field, expected[field]):
                wrong.append((name, field, expected[field], found))
    assert not wrong, "\n".join(map(str, wrong))
    assert len(EXPECTED) == 40


def sorted_signals(field, text):
    return " ".join(sorted(text.split())) if field == "signals" else text


def cells_told(who):
    cells = cells_of(who.pk)
    return {
        code: "" if cells.get(code, "") == UNRATED.code else cells.get(code, "") for code in SCHEMES
    }


def signals_told(who):
    reading = Reading.objects.filter(customer=who).first()
    parts = reading.contributions if reading else []
    told = [f"{p['signal']}:{p['points']}" for p in parts if p["signal"] != HISTORY]
    return " ".join(sorted(told))


def points_told(who):
    reading = Reading.objects.filter(customer=who).first()
    return str(reading.points) if reading else ""


def loss_told(who):
    loss = Loss.objects.filter(customer=who).first()
    return f"{loss.kind} {loss.cause}" if loss else ""


def test_types_put_everybody_in_exactly_one_cell(customer):
    people = found_company(customer)
    refresh()
    told = [cells_of(one.pk)["customer_type"] for one in people.values()]
    assert {kind: told.count(kind) for kind in set(told)} == {
        "consumer": 36, "business": 3, "internal": 1,
    }  # fmt: skip


def test_a_second_refresh_tells_what_made_the_risk_go_up(customer):
    people = found_company(customer)
    refresh()
    refresh(AS_OF + timedelta(days=4))
    reading = Reading.objects.get(customer=people["C2"])
    assert (reading.before, reading.points) == (32, 40)  # open 3 days, now 7: 12 points, now 20
    part = next(p for p in reading.contributions if p["signal"] == "complaint_open")
    assert (part["before"], part["points"]) == (12, 20)


@pytest.mark.parametrize("people", [0, 1, 5])
def test_nobody_one_and_all_equal_break_nothing(customer_with_orders, people):
    create_shipped_channels()
    create_shipped_schemes(at=NOW)
    made = [
        customer_with_orders(f"E{n}", [day(ago) for ago in range(10, 400, 30)], amount=10_000)
        for n in range(people)
    ]
    assert refresh()["customers"] == people
    rows = list(Snapshot.objects.order_by("customer"))
    assert len(rows) == people
    assert {row.revenue_12m for row in rows} <= {120_000}
    cells = [cells_of(one.pk) for one in made]
    assert {cell["lifecycle"] for cell in cells} == ({"maturity"} if people else set())
    # Equal customers share the band of the best placed of them.
    assert len({cell["rfm"] for cell in cells}) == min(people, 1)
