"""The page of plain sums: the given figures, the company's own beside them, what is unknown."""

import re
from datetime import date

import pytest

from weixi.evaluate.economics import own_figures
from weixi.measure.models import Snapshot

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
DAY = date(2026, 11, 20)


@pytest.fixture
def company(customer):
    """Four bought this year (10 orders, ¥800, contacts ¥60), five the year before, one of them
    not since: churn 1/5, order ¥80, 2.5 orders a year, 5 years, ¥15 to keep one."""
    rows = [(4, 30_000, 1, 2_000), (3, 30_000, 1, 2_000), (2, 15_000, 1, 1_000),
            (1, 5_000, 1, 1_000), (0, 0, 1, 0)]  # fmt: skip
    for orders, revenue, before, cost in rows:
        Snapshot.objects.create(
            customer=customer(), as_of=DAY, orders_12m=orders, revenue_12m=revenue,
            purchase_days_12m=orders, revenue_prior_12m=before, cost_to_serve_12m=cost,
        )  # fmt: skip


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_given_figures_stand_as_the_source_has_them(signed_in):
    text = words(signed_in("admin").get("/reports/economics/", **EN).content.decode())
    for sheet in ("10 10 1 100", "10 10 10 1,000", "11 11 11 1,331"):
        assert sheet in text
    for row in ("10% 100 500 n 900 n 1,400 n", "20% 200 1,000 n 800 n 1,800 n",
                "30% 300 1,500 n 700 n 2,200 n", "40% 400 2,000 n 600 n 2,600 n",
                "50% 500 2,500 n 500 n 3,000 n"):  # fmt: skip
        assert row in text


def test_the_own_figures_are_those_of_the_customers(actor, company):
    own = own_figures(actor("admin"))
    assert (own.base, own.before, own.lost) == (4, 5, 1)
    assert (own.churn, own.order_value, own.per_year) == (0.2, 8_000, 2.5)
    assert (own.years, own.keep_cost) == (5, 1_500)


def test_the_own_lifetime_value_and_cost_are_computed_from_them(signed_in, company):
    text = words(signed_in("admin").get("/reports/economics/", **EN).content.decode())
    assert "¥1,000" in text  # 80 × 2.5 × 5
    # N · p · k · n + (N − N · p) · n = 4·0.2·5·15 + 3.2·15 = 60 + 48
    assert "own 20.0% 1 60 48 108" in text


def test_what_nothing_tells_is_said_to_be_unknown(signed_in, customer):
    text = words(signed_in("admin").get("/reports/economics/", **EN).content.decode())
    assert "Own churn: nobody bought in the 12 months before the last 12." in text
    assert "Cost to keep: no contact of the last 12 months has a cost." in text
    assert "Cost to win a customer: not recorded here" in text


def test_a_what_if_takes_given_values_and_names_a_limit(signed_in, company):
    browser = signed_in("admin")
    given = {"base": "1000", "churn": "10", "ratio": "5", "keep": "1"}
    text = words(browser.get("/reports/economics/", given, **EN).content.decode())
    assert "own 10.0% 100 500 900 1,400" in text
    refused = browser.get("/reports/economics/", {"churn": "101"}, **EN)
    assert refused.status_code == 422
    assert "Churn a year in percent: at most 100" in refused.content.decode()


def test_a_team_sees_its_own_customers_only(signed_in, company, team):
    browser = signed_in("supervisor", team=team("south"))
    assert "Own churn: nobody bought" in browser.get("/reports/economics/", **EN).content.decode()
