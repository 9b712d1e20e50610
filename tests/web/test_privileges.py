"""Special treatment as it is set, shown and given on the pages."""

import pytest

from weixi.act.membership.models import Privilege, Surprise
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.models import Membership, Scheme
from weixi.core.clock import now, today

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def gold(customer):
    create_shipped_schemes(at=now())
    found = [customer(f"G{n}") for n in range(3)]
    scheme = Scheme.objects.get(code="value_pyramid")
    for one in found:
        Membership.objects.create(customer=one, scheme=scheme, cell="gold", since=today())
    return found


def test_a_privilege_of_a_tier_shows_with_its_customers_and_opens_their_list(gold, signed_in):
    chief = signed_in("admin")
    given = {"kind": "contact_person", "name": "Own contact", "cell": "cell=value_pyramid:gold"}

    assert chief.post("/settings/privileges/new", given).status_code == 302

    page = chief.get("/settings/privileges", headers=ENGLISH)
    one = page.context["rows"][0]
    assert (one["row"].customers, one["row"].without) == (3, 3)
    assert chief.get(one["url"]).context["count"] == 3
    assert chief.get(one["url"] + "&owner=none").context["count"] == 3
    card = chief.get(f"/customers/{gold[0].pk}/privileges", headers=ENGLISH).text
    assert "is promised, nobody is named" in card


def test_a_surprise_is_refused_beyond_the_budget_with_what_is_left(gold, signed_in):
    chief = signed_in("admin")
    chief.post("/settings/privileges/budget", {"team": "", "amount": "50"})
    address = f"/customers/{gold[0].pk}/surprise"
    given = {"what": "a cake", "reason": "new glasses", "amount": "30"}

    first = chief.post(address, given)
    second = chief.post(address, given, headers=ENGLISH)

    assert (first.status_code, second.status_code) == (302, 422)
    assert "¥20.00 are left of this month" in second.text
    assert Surprise.objects.get().amount == 3_000
    ledger = chief.get("/surprises/", headers=ENGLISH)
    budget = ledger.context["budgets"][0]
    assert (budget.spent, budget.count) == (3_000, 1)
    behind = chief.get(f"/surprises/?budget={budget.budget.pk}")
    assert len(behind.context["rows"]) == budget.count


def test_what_is_switched_off_is_shown_with_nobody(gold, signed_in):
    chief = signed_in("admin")
    chief.post(f"/customers/{gold[0].pk}/privileges/new", {"kind": "privilege", "name": "Own cup"})
    assert "Own cup" in chief.get(f"/customers/{gold[0].pk}/privileges").text

    chief.post(f"/settings/privileges/{Privilege.objects.get().pk}/switch")

    assert "Own cup" not in chief.get(f"/customers/{gold[0].pk}/privileges").text
