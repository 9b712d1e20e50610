"""The factories make what they say."""

from datetime import date

import pytest
from django.db import connection

from weixi.staff.permissions import reachable


@pytest.mark.django_db
def test_a_customer_with_orders_has_an_order_for_each_day(customer_with_orders):
    ana = customer_with_orders("Ana", [date(2026, 1, 1), date(2026, 1, 31)], amount=2_500)

    assert [order.amount for order in ana.orders.order_by("ordered_at")] == [2_500, 2_500]
    assert ana.orders.first().lines.get().amount == 2_500


@pytest.mark.django_db
def test_an_agent_elsewhere_reaches_no_customer_of_the_north(actor, customer, team):
    ana = customer("Ana", team=team("north"))
    elsewhere = actor("manager", team=team("south"))

    assert not type(ana).objects.filter(reachable(elsewhere)).exists()
    assert type(ana).objects.filter(reachable(actor("manager", team=team("north")))).exists()


@pytest.mark.django_db
def test_the_database_of_the_tests_is_the_file_that_the_tables_were_copied_to(own_database):
    """Otherwise every worker migrates an empty one, which takes seconds and shows nowhere."""
    assert own_database is None or connection.settings_dict["NAME"] == str(own_database)
