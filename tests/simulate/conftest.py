"""Simulated companies shared by the tests."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulate.simulated import Company
from weixi.simulate import simulate


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Company]:
    def made(customers: int, **more: Any) -> Company:
        return Company(simulate(customers, out=tmp_path_factory.mktemp("company"), **more))

    return made


@pytest.fixture(scope="session")
def small(make: Callable[..., Company]) -> Company:
    return make(400)


@pytest.fixture(scope="session")
def large(make: Callable[..., Company]) -> Company:
    """Big enough for shares with narrow errors."""
    return make(50_000)
