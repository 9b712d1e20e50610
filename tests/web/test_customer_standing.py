"""Where a customer stands: satisfaction, loyalty, bonds, credit, exclusions; how it is computed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from weixi.collect.customers.actions import NewBond, add_bond, exclude, set_credit_limit
from weixi.collect.customers.models import Bond, CreditLimit, ProductExclusion, Rating
from weixi.collect.orders.models import Order, Product
from weixi.collect.surveys.models import Answer
from weixi.core.actor import SYSTEM
from weixi.core.clock import now, today
from weixi.core.models import AccessEntry
from weixi.measure.models import Snapshot
from weixi.measure.registry import MEASURES

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true", **EN}


@pytest.fixture
def ana(customer):
    """c = 12 / 14 of three pairs, price seen, choice asked; behaviour 75 and attitude 50."""
    made = customer("Ana")
    pairs = [("reliability", 5, 4), ("reliability", 5, 4), ("empathy", 4, 4)]
    for place, (dimension, expected, perceived) in enumerate(pairs):
        Answer.objects.create(
            number=f"A{place}", customer=made, survey="care", at=now(), question="q",
            dimension=dimension, expected=expected, perceived=perceived,
        )  # fmt: skip
    Snapshot.objects.create(
        customer=made, as_of=today(), purchase_days=4, tenure_days=400, satisfaction=12 / 14,
        satisfaction_gap=-2 / 3, satisfaction_n=3, c_reliability=0.8, c_empathy=1.0,
        price_sensitivity=90, choice_time=10, repeat_purchase=75, loyalty_index=58,
        loyalty_coverage=3 / 7, loyalty_behaviour=75, loyalty_attitude=50,
        loyalty_kind="spurious", satisfaction_loyalty="defector", listeners=22, barriers=1,
    )  # fmt: skip
    return made


def standing(browser, who):
    return browser.get(f"/customers/{who.pk}/standing", **HTMX).content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_satisfaction_stands_with_its_doubt_and_its_five_dimensions(signed_in, ana):
    text = words(standing(signed_in("admin"), ana))
    assert "0.86 Unsatisfied" in text
    assert "perceived 4.0 / expected 4.7" in text
    assert "95% interval 0.59 to 1.12" in text
    assert "Reliability 0.80 2" in text
    assert "Empathy 1.00 1" in text
    assert "Tangibles Unknown : no survey answer 0" in text
    assert "Few answers: a hint only." in text


def test_loyalty_leads_with_indicators_and_axes_and_says_what_is_unknown(signed_in, ana):
    text = words(standing(signed_in("admin"), ana))
    assert "3 of 7 known" in text
    assert "Insensitive to price 90 seen" in text
    assert "Chooses quickly 10 asked" in text
    assert "Share of wallet Unknown : no survey answer" in text
    assert "Attitude 50" in text
    assert "Behaviour 75" in text
    assert "Satisfaction × loyalty Defector" in text
    assert "May tell others 22 people" in text
    assert "Index 58, of the 3 known ones; it only sorts lists." in text


def test_loyalty_on_barriers_alone_is_fragile_and_says_why(signed_in, ana):
    browser, ends = signed_in("admin"), today() + timedelta(days=20)
    add_bond(ana.pk, NewBond("contractual", "service", ends_on=ends), by=SYSTEM, at=now())
    text = words(standing(browser, ana))
    assert "Fragile" in text
    assert "Only barriers hold this customer (Contract)" in text
    assert "The first one ends in 20 days." in text
    add_bond(ana.pk, NewBond("emotional", "a handwritten card"), by=SYSTEM, at=now())
    assert "Fragile" not in words(standing(browser, ana))


def test_a_bond_is_recorded_changed_and_taken_away(signed_in, ana):
    browser = signed_in("admin")
    form = {"kind": "contractual", "description": "service", "value": "1200.50"}
    refused = browser.post(f"/customers/{ana.pk}/bonds/new", form, **HTMX)
    assert refused.status_code == 422
    assert "A contract needs its first or its last day." in refused.content.decode()
    form |= {"ends_on": "2027-01-31"}
    assert browser.post(f"/customers/{ana.pk}/bonds/new", form, **HTMX).status_code == 204
    bond = Bond.objects.get()
    assert (bond.value, bond.ends_on.isoformat()) == (120_050, "2027-01-31")
    assert 'value="1200.5"' in browser.get(f"/bonds/{bond.pk}", **HTMX).content.decode()
    browser.post(f"/bonds/{bond.pk}", form | {"value": ""}, **HTMX)
    assert Bond.objects.get().value is None
    browser.post(f"/bonds/{bond.pk}/remove")
    assert not Bond.objects.exists()


def test_what_not_to_offer_keeps_its_reason_sealed_until_somebody_says_why(signed_in, ana):
    browser = signed_in("admin")
    form = {"kind": "word", "value": "坚果", "reason": "allergic to nuts"}
    assert browser.post(f"/customers/{ana.pk}/exclusions/new", form, **HTMX).status_code == 204
    html = standing(browser, ana)
    assert "坚果" in html
    assert "allergic" not in html
    address = f"/exclusions/{ProductExclusion.objects.get().pk}/reveal"
    assert browser.post(address, {"reason": ""}, **HTMX).status_code == 422
    assert not AccessEntry.objects.exists()
    assert "allergic" in browser.post(address, {"reason": "order"}, **HTMX).content.decode()
    assert AccessEntry.objects.get().reason == "order"


def test_why_value_fell_shows_each_category_of_both_half_years(signed_in, ana, order):
    day = Snapshot.objects.get().as_of
    for ago, category, amount in ((200, "tea", 9_000), (200, "pots", 5_000), (20, "tea", 7_500)):
        made = order(ana, day - timedelta(days=ago), amount=amount)
        product, _new = Product.objects.get_or_create(number=category, category=category)
        made.lines.update(product=product)
    Snapshot.objects.update(value_change=-6_500 / 14_000, decline_factor="category")
    address = f"/customers/{ana.pk}/measures/decline_factor"
    text = words(signed_in("admin").get(address, **EN).content.decode())
    assert "Fewer categories" in text
    assert text.index("pots ¥50.00 in the half year before") < text.index("tea ¥90.00 in the half")
    assert "¥75.00" in text


def test_a_judgement_needs_its_evidence_and_lies_between_0_and_100(signed_in, ana):
    browser, address = signed_in("admin"), f"/customers/{ana.pk}/ratings/size"
    assert browser.post(address, {"score": "101", "evidence": "x"}, **HTMX).status_code == 422
    assert browser.post(address, {"score": "80", "evidence": ""}, **HTMX).status_code == 422
    assert browser.post(address, {"score": "80", "evidence": "14 shops"}, **HTMX).status_code == 204
    assert Rating.objects.get().score == 80
    text = words(standing(browser, ana))
    assert "Size, all in all: judged 80 by" in text
    assert "14 shops" in text
    assert "Market share: judged by nobody" in text
    for kind in ("market_share", "condition", "credit"):
        where = f"/customers/{ana.pk}/ratings/{kind}"
        assert browser.post(where, {"score": "40", "evidence": "report"}, **HTMX).status_code == 204
    assert "Condition of the business: judged 40 by" in words(standing(browser, ana))
    assert browser.get(f"/customers/{ana.pk}/ratings/beauty", **HTMX).status_code == 404


def test_a_credit_limit_is_entered_with_its_day_and_shown_with_its_source(signed_in, ana):
    browser, address = signed_in("admin"), f"/customers/{ana.pk}/credit-limit"
    assert "no credit limit" in words(standing(browser, ana))
    form = {"amount": "-1", "since": "2026-11-01", "note": ""}
    assert browser.post(address, form, **HTMX).status_code == 422
    form |= {"amount": "50000.5", "note": "contract 12"}
    assert browser.post(address, form, **HTMX).status_code == 204
    assert CreditLimit.objects.get().amount == 5_000_050
    text = words(standing(browser, ana))
    assert "50,000" in text
    assert "contract 12" in text


def test_use_of_a_credit_limit_opens_the_bills_not_paid(signed_in, ana):
    who = ana.pk
    for number, due, paid in (("A", 20, None), ("B", -20, None), ("C", 30, 10)):
        Order.objects.create(
            customer=ana, number=number, ordered_at=now() - timedelta(days=40), currency="CNY",
            amount=10_000, due_on=today() - timedelta(due),
            paid_on=today() - timedelta(paid) if paid else None,
        )  # fmt: skip
    set_credit_limit(who, amount=40_000, by=SYSTEM, at=now())
    Snapshot.objects.update_or_create(
        customer=ana,
        defaults={"as_of": today(), "credit_limit": 40_000, "outstanding": 20_000,
                  "credit_use": 0.5},
    )  # fmt: skip
    browser = signed_in("admin")
    assert "50%" in words(standing(browser, ana))
    text = words(browser.get(f"/customers/{who}/measures/credit_use", **EN).content.decode())
    assert "not paid, 20 days overdue" in text
    assert "not paid, due on" in text
    assert "paid 20 days late" not in text
    assert "¥200.00" in text


def test_who_may_only_look_is_offered_no_change(signed_in, ana):
    exclude(ana.pk, kind="word", value="nut", reason="health", by=SYSTEM, at=now())
    html = standing(signed_in("marketer"), ana)
    assert "nut" in html
    for address in ("/bonds/new", "/exclusions/", "/ratings/", "/credit-limit"):
        assert address not in html


@pytest.mark.slow
def test_every_measure_says_formula_period_and_rows(signed_in, ana):
    browser = signed_in("admin")
    lacking = {measure.code: _lacking(browser, ana, measure) for measure in MEASURES}
    assert {code: parts for code, parts in lacking.items() if parts} == {}


def test_a_measure_says_formula_period_and_rows(signed_in, ana):
    assert _lacking(signed_in("admin"), ana, MEASURES[0]) == []


def _lacking(browser, who, measure):
    answer = browser.get(f"/customers/{who.pk}/measures/{measure.code}", **EN)
    assert answer.status_code == 200
    text = answer.content.decode()
    parts = (measure.name_en, measure.formula_en, "Period", "Needs", "wx-behind")
    return [part for part in parts if part.replace("'", "&#x27;") not in text]


def test_the_rows_behind_a_measure_are_those_of_its_period(signed_in, ana, order):
    day = timezone.localdate(now())
    for back, amount in ((0, 100_00), (364, 50_00), (365, 7_00), (729, 3_00), (730, 1_00)):
        order(ana, day - timedelta(days=back), amount=amount)
    browser = signed_in("admin")

    def told(code):
        return words(browser.get(f"/customers/{ana.pk}/measures/{code}", **HTMX).content.decode())

    assert "2 rows · together ¥150.00" in told("revenue_12m")
    assert "2 rows · together ¥10.00" in told("revenue_prior_12m")
    assert "5 rows · together ¥161.00" in told("revenue")
    assert "Reliability b 4 / a 5" in told("c_reliability")
    assert "2 rows" in told("c_reliability")
    assert "3 rows" in told("satisfaction")
    assert "3 rows" in told("service_quality")
    assert "Reliability 1 · Tangibles 1" in told("service_quality")


def test_who_may_not_see_orders_sees_no_orders_behind_a_measure(signed_in, ana, order):
    order(ana, today(), number="SECRET-1")
    browser = signed_in("admin")
    browser.user.role.permissions.remove("orders.view")
    browser.user.role.save()
    address = f"/customers/{ana.pk}/measures/revenue"
    assert "SECRET-1" not in browser.get(address, **EN).content.decode()


def test_the_part_asks_the_database_little(signed_in, ana, django_assert_max_num_queries):
    browser = signed_in("admin")
    standing(browser, ana)
    with django_assert_max_num_queries(22):
        standing(browser, ana)


def test_a_limit_from_a_file_says_so_in_the_language_of_the_reader(signed_in, ana):
    set_credit_limit(ana.pk, amount=500_000, by=SYSTEM, at=now())
    CreditLimit.objects.update(source="import 12")
    browser = signed_in("admin")
    assert "import 12" in words(standing(browser, ana))
    chinese = browser.get(f"/customers/{ana.pk}/standing", HTTP_HX_REQUEST="true")
    assert "第 12 次导入" in words(chinese.content.decode())


def test_the_limit_that_holds_stands_in_the_form_as_money(signed_in, ana):
    set_credit_limit(ana.pk, amount=5_000_000, by=SYSTEM, at=now())
    form = signed_in("admin").get(f"/customers/{ana.pk}/credit-limit", **HTMX).content.decode()
    assert 'value="50000.00"' in form
