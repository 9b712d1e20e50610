"""What a database answers is asked of PostgreSQL too."""

from typing import Any

import pytest

from tests.conftest import may_open_the_database


class Item:
    """As much of a collected test as is looked at."""

    def __init__(self, *fixturenames: str, mark: str = "") -> None:
        self.fixturenames, self.mark = fixturenames, mark

    def get_closest_marker(self, name: str) -> object:
        return self if name == self.mark else None


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        (Item("db"), True),
        (Item("transactional_db", "tmp_path"), True),
        (Item("own_installation"), True),  # imports that are killed
        (Item("tmp_path", mark="django_db"), True),
        (Item("tmp_path"), False),
    ],
)
def test_a_test_that_opens_a_database_in_any_way_is_asked_of_both(item: Any, asked: bool) -> None:
    assert may_open_the_database(item) == asked
