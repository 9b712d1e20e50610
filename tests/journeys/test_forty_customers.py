"""A company of forty customers: every figure worked out by hand in forty/*.csv."""

from datetime import timedelta
from fractions import Fraction
from math import prod

import pytest

from tests.journeys.forty_company import (
    AS_OF,
    EXPECTED,
    NOW,
    day,
    found_company,
    refresh,
    rows_of,
)
from weixi.act.warnings.models import Alert, Loss, Reading
from weixi.act.warnings.rules import HISTORY
from weixi.act.warnings.signals import signals_by_code
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.queries import UNRATED, cells_of
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.measure.models import Snapshot
from weixi.measure.registry import BY_CODE, MEASURES
from weixi.predict.models import Score

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SCHEMES = (
    "value_pyramid", "profit_pyramid", "profit_cost", "credit_loyalty", "size_loyalty",
    "credit_size_loyalty", "rfm", "value_decline", "lifecycle",
)  # fmt: skip
# Measures whose column in expected.csv has another name.
NAMES = {
    "cost_to_serve_12m": "cost", "days_since_purchase": "days_since", "rhythm_days": "rhythm",
    "loyalty_reason": "reason", "loyalty_coverage": "indicators",
}  # fmt: skip
AMOUNTS = {
    name: Fraction(amount)
    for row in rows_of("orders.csv")
    for name, amount in zip(row["customers"].split(), row["amounts"].split(), strict=True)
}


def by_hand():
    """measure → customer → what stands in measures.csv, a later row over an earlier one."""
    told = {}
    for row in rows_of("measures.csv"):
        people = [name for one in row["customers"].split() for name in meant(one)]
        values = row["value"].split() if " " in row["value"] and "day" not in row["value"] else None
        for place, name in enumerate(people):
            value = values[place] if values else row["value"]
            told.setdefault(row["measure"], {})[name] = value
    return told


def meant(one):
    """One customer, those of a letter, or all."""
    return [name for name in EXPECTED if one in ("all", name, name[0])]


def worked_out(measure, name, text):
    """The value as stored: a number, a word, a day, or None for unknown."""
    if text == "":
        return None
    if text.startswith("day "):
        return day(text[4:])
    if measure.unit == "word":
        return text
    factors = [AMOUNTS[name] if part == "a" else Fraction(part) for part in text.split("*")]
    return float(prod(factors)) * (100 if measure.unit == "money" else 1)


def hand_worked(name):
    """Every measure of the registry of one customer."""
    table = by_hand()
    for measure in MEASURES:
        column = NAMES.get(measure.code, measure.code)
        held = EXPECTED[name] if column in EXPECTED[name] else None
        text = held[column] if held else table[measure.code][name]
        if measure.code == "loyalty_coverage":
            text = f"{text}/7"
        yield measure, worked_out(measure, name, text)


def test_everything_of_forty_customers_comes_out_as_worked_out_by_hand(customer, subtests):
    """Of one refresh: nothing here writes."""
    people = found_company(customer)
    refresh()
    for told in (
        measures_are_as_worked_out, cells_stages_signals_and_causes_are,
        forty_are_too_few_for_profit_to_come, types_put_everybody_in_exactly_one_cell,
    ):  # fmt: skip
        with subtests.test(told.__name__):
            told(people)


def measures_are_as_worked_out(people):
    wrong, checked = [], 0
    for name in EXPECTED:
        one = Snapshot.objects.get(customer=people[name])
        for measure, wanted in hand_worked(name):
            checked += 1
            found = getattr(one, measure.code)
            if found != (pytest.approx(wanted) if isinstance(wanted, float) else wanted):
                wrong.append((name, measure.code, wanted, found))
    assert not wrong, "\n".join(map(str, wrong))
    assert checked == 40 * len(BY_CODE)
    fragile = Snapshot.objects.filter(is_fragile=True).values_list("customer__name", flat=True)
    assert list(fragile) == ["K1"]  # a contract alone; K2's barrier has a bond of feeling beside it


def cells_stages_signals_and_causes_are(people):
    wrong = []
    for name, expected in EXPECTED.items():
        who = people[name]
        found = cells_told(who) | {
            "signals": signals_told(who), "points": points_told(who), "alerts": alerts_told(who),
            "loss": loss_told(who),
        }  # fmt: skip
        for field, text in found.items():
            if text != sorted_words(field, expected[field]):
                wrong.append((name, field, expected[field], text))
    assert not wrong, "\n".join(map(str, wrong))
    stages = {expected["lifecycle"] for expected in EXPECTED.values()} - {""}
    assert stages == {"exploration", "build_up", "maturity", "decline", "ended"}
    declines = {expected["value_decline"] for expected in EXPECTED.values()} - {""}
    assert declines == {"service", "frequency", "category", "basket", "price", "not_fallen"}
    told = {
        one.split(":")[0] for expected in EXPECTED.values() for one in expected["signals"].split()
    }
    assert told == {*signals_by_code()} - {"foreseen"}  # which needs a model: 500 customers
    causes = {
        one.split("=")[1] for expected in EXPECTED.values() for one in expected["alerts"].split()
    }
    assert causes == {"ours", "customer", "competition", "unknown"}


def forty_are_too_few_for_profit_to_come(people):
    """Nobody gets a cell of it."""
    assert {cells_of(who.pk).get("profit_future", UNRATED.code) for who in people.values()} == {
        UNRATED.code
    }
    assert set(Score.objects.values_list("profit_next_12m", flat=True)) == {None}
    bought = Score.objects.exclude(customer__name__in=["P1", "P2"])
    assert set(bought.values_list("why_unknown", flat=True)) == {"too_few_customers"}


def sorted_words(field, text):
    return " ".join(sorted(text.split())) if field in ("signals", "alerts") else text


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


def alerts_told(who):
    alerts = Alert.objects.filter(customer=who, state="open")
    return " ".join(sorted(f"{alert.kind}={alert.cause}" for alert in alerts))


def points_told(who):
    reading = Reading.objects.filter(customer=who).first()
    return str(reading.points) if reading else ""


def loss_told(who):
    loss = Loss.objects.filter(customer=who).first()
    return f"{loss.kind} {loss.cause}" if loss else ""


def types_put_everybody_in_exactly_one_cell(people):
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
