"""Many ids as one parameter of a statement."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from weixi.collect.customers.models import Customer
from weixi.core.among import among

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("many", [1, 3, 40_000])
def test_the_customers_of_these_ids_are_found_however_many_they_are(customer, many):
    mine, other = customer("Ana"), customer("Bo")
    ids = [mine.pk, *(other.pk + place for place in range(1, many))]
    with CaptureQueriesContext(connection) as asked:
        found = list(Customer.objects.filter(pk__in=among(ids)))
    assert found == [mine]
    assert len(asked) == 1


def test_of_no_ids_nobody_is_found(customer):
    customer("Ana")
    assert not Customer.objects.filter(pk__in=among([])).exists()
