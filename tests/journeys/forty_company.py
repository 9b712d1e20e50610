"""The company of forty customers as forty/*.csv tells it, written into the tables."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from weixi import pipeline
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.complaints.models import Complaint
from weixi.collect.costs.models import CareCost
from weixi.collect.customers.models import Bond, CreditLimit, Customer, Rating
from weixi.collect.orders.models import Order, OrderLine, Product
from weixi.collect.points.models import PointsEntry
from weixi.collect.referrals.models import Referral
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.models import Channel, Contact
from weixi.core.actor import SYSTEM

FOLDER = Path(__file__).with_name("forty")
AS_OF = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
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
                pieces, times = (
                    int(row[n]) if int(ago) >= 180 else 1 for n in ("earlier", "price")
                )
                write_order(people[name], ago, int(amount) * times, pieces)


def contact(who, ago, value, text):
    Contact.objects.create(
        number=f"K-{who.name}-{ago}", customer=who, channel=Channel.objects.get(code="phone"),
        direction="out", purpose="care",
        at=noon(ago), cost=int(value) * 100,
    )  # fmt: skip


def talk(who, ago, value, text):
    """Its cost is not recorded: the channel's counts."""
    Contact.objects.create(
        number=f"K-{who.name}-{ago}", customer=who, channel=Channel.objects.get(code="phone"),
        direction="out", purpose="care", at=noon(ago), minutes=int(value), cost=None,
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
        number=f"A-{who.name}-{ago}-{text}", customer=who, survey="care", at=noon(ago),
        question="q", dimension=text, expected=expected, perceived=perceived,
    )  # fmt: skip


def score(who, ago, value, text):
    Answer.objects.create(
        number=f"A-{who.name}-{text}", customer=who, survey="care", at=noon(ago), question=text,
        score=value,
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


def bond(who, ago, value, text):
    Bond.objects.create(customer=who, kind=value, description="reason", recorded_at=NOW)


def rating(kind):
    def write(who, ago, value, text):
        Rating.objects.create(
            customer=who, kind=kind, score=int(value), evidence="visit", rated_at=noon(ago),
            rated_by="me",
        )  # fmt: skip

    return write


def limit(who, ago, value, text):
    CreditLimit.objects.create(
        customer=who, amount=int(value) * 100, since=day(ago), source="me", recorded_at=NOW
    )


def bill(who, ago, value, text):
    paid = day(text) if text else None
    Order.objects.filter(number=f"{who.name}-{ago}").update(due_on=day(value), paid_on=paid)


def points(who, ago, value, text):
    PointsEntry.objects.create(
        number=f"P-{who.name}", customer=who, at=noon(ago), kind="earn", points=int(value)
    )


def redeem(who, ago, value, text):
    PointsEntry.objects.create(
        number=f"U-{who.name}", customer=who, at=noon(ago), kind="redeem", points=-int(value)
    )


def returned(who, ago, value, text):
    """All of the order came back: a line against it."""
    sold = OrderLine.objects.get(order__number=f"{who.name}-{ago}")
    sold.pk, sold.line_key, sold.kind, sold.quantity_e3 = None, 2, "return", -sold.quantity_e3
    sold.amount, sold.cost = -sold.amount, -sold.cost
    sold.save()


def uncosted(who, ago, value, text):
    OrderLine.objects.filter(order__number=f"{who.name}-{ago}").update(cost=None)


def category(who, ago, value, text):
    kept, given_up = (Product.objects.create(number=name, category=name) for name in (text, value))
    for line in OrderLine.objects.filter(order__customer=who):
        pieces, each = line.quantity_e3 // 1_000, line.amount * 1_000 // line.quantity_e3
        parts = [(kept, 1), *([(given_up, pieces - 1)] if pieces > 1 else [])]
        for key, (product, count) in enumerate(parts, start=1):
            OrderLine.objects.update_or_create(
                order=line.order, line_key=key,
                defaults={
                    "kind": "sale", "product": product, "quantity_e3": 1_000 * count,
                    "unit_price_e4": line.unit_price_e4, "amount": each * count,
                    "cost": each * count * 6 // 10,
                },
            )  # fmt: skip


def discount(who, ago, value, text):
    OrderLine.objects.filter(order__customer=who).update(discount=int(value) * 100)


def cost(kind):
    def write(who, ago, value, text):
        CareCost.objects.create(
            number=f"W-{who.name}-{ago}", customer=who, kind=kind, day=day(ago),
            amount=int(value) * 100,
        )  # fmt: skip

    return write


def recommends(who, ago, value, text):
    Referral.objects.create(
        number=f"T-{who.name}-{ago}", customer=who, name=text, day=day(ago),
        recommended=Customer.objects.filter(name=value).first(),
    )  # fmt: skip


WRITERS = {
    "contact": contact, "talk": talk, "call": call, "answer": answer, "pair": pair, "score": score,
    "complaint": complaint, "contract": contract, "bond": bond, "credit": rating("credit"),
    "size": rating("size"), "bill": bill, "limit": limit, "points": points, "redeem": redeem,
    "gift": cost("gift"), "compensation": cost("compensation"), "recommends": recommends,
    "category": category, "market_share": rating("market_share"), "condition": rating("condition"),
    "returned": returned, "uncosted": uncosted, "discount": discount,
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
