"""Whole numbers out of the database in one text, and where numbers stand among others."""

import numpy as np
import pytest
from django.db import connection

from weixi.collect.customers.models import Customer
from weixi.core.gathered import gathered, numbers, places_of


def array(*values):
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize(
    ("wanted", "among", "places"),
    [
        (array(7, 3, 9), array(9, 1, 3), [-1, 2, 0]),
        (array(10), array(1, 2), [-1]),  # beyond the last
        (array(5, 6), array(), [-1, -1]),
        (array(), array(5), []),
    ],
)
def test_a_number_is_found_where_it_stands_or_nowhere(wanted, among, places):
    assert places_of(wanted, among).tolist() == places


@pytest.mark.django_db
def test_the_customers_of_a_table_come_as_one_array_and_of_nobody_an_empty_one(customer):
    made = [customer(name).pk for name in ("Ana", "Bo", "Cy")]
    assert sorted(asked("TRUE")) == made
    assert asked("FALSE") == []


def asked(condition):
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {gathered("id")} FROM "{Customer._meta.db_table}" WHERE {condition}'
        )
        return numbers(cursor.fetchone()[0]).tolist()
