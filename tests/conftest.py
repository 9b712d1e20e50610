"""Factory fixtures: people, customers and orders in a line. Every test has its own folders."""

import gc
import os
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import emptied, migrated
from tests.moments import NOON
from weixi.collect.customers.models import Customer
from weixi.collect.orders.models import Order, OrderLine
from weixi.core.actor import SYSTEM, Actor
from weixi.staff.actions import create_shipped_roles, create_team, create_user
from weixi.staff.models import Team, User
from weixi.staff.queries import actor_of

NUMBERS = count(1)
OF_THE_WHOLE_FILE = re.compile(r"^pytestmark = .*pytest\.mark\.(slow|browser|nightly)\b", re.M)

TransactionTestCase._fixture_teardown = lambda test: emptied.empty()  # type: ignore[attr-defined]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file whose tests are all left out is not imported: some load libraries for a second."""
    if not collection_path.name.startswith("test_") or collection_path.suffix != ".py":
        return None
    mark = OF_THE_WHOLE_FILE.search(collection_path.read_text(encoding="utf-8"))
    return True if mark and f"not {mark[1]}" in config.option.markexpr else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what may open the database: the others cannot tell which one it is."""
    if connection.vendor == "sqlite":
        return
    left_out = [item for item in items if not may_open_the_database(item)]
    items[:] = [item for item in items if may_open_the_database(item)]
    config.hook.pytest_deselected(items=left_out)


def may_open_the_database(item: pytest.Item) -> bool:
    """pytest-django refuses it to a test that does not ask for it; an installation of a test's own
    lies on the same engine."""
    asked = {"db", "transactional_db", "own_installation"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def pytest_collection_finish() -> None:
    """What is imported by now stays for good: not to be searched for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def same_keys_for_all() -> None:
    """Fixed keys, and passwords that are quick to check."""
    django_settings.DATA_KEYS = ["the key of the tests"]
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def own_database(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> Path | None:
    """SQLite tests use a real file, as the product does: other processes can open it.

    Of two workers each has its own folder: the name is the whole name, without their suffix.
    """
    database = django_settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return None
    file = tmp_path_factory.mktemp("database") / "test.sqlite3"
    database.setdefault("TEST", {})["NAME"] = str(file)
    return file


@pytest.fixture(scope="session")
def is_migrated(own_database: Path | None) -> bool:
    return own_database is not None and migrated.is_copied_to(own_database)


@pytest.fixture(scope="session")
def django_db_keepdb(is_migrated: bool) -> bool:
    """The copied tables are taken as they are."""
    return is_migrated


@pytest.fixture(scope="session")
def django_db_modify_db_settings(own_database: Path | None) -> None:
    """The name of the database is set before it is made."""


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,
    own_database: Path | None,
    is_migrated: bool,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    if own_database is None or is_migrated:
        return
    with django_db_blocker.unblock():
        connection.ensure_connection()
        migrated.keep(connection.connection)


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing is written to the folder of the checkout."""
    base = Path(tmp_path_factory.getbasetemp())
    folder = base / f"var-{next(NUMBERS)}"
    settings.VAR = folder
    settings.LAKE = str(folder / "lake")
    settings.MEDIA_ROOT = folder / "files"
    settings.COMPILED = base / "compiled"  # the same for all: they take two seconds to make


@pytest.fixture
def child_environment(transactional_db: None, settings: Any) -> dict[str, str]:
    """The environment of a child process that opens this test's database, keys and folders."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "weixi.config.settings",
        "PYTHONPATH": f"src{os.pathsep}.",
        "WEIXI_DATABASE_URL": _address(connection.settings_dict),
        "WEIXI_VAR": str(settings.VAR),
        "WEIXI_DATA_KEYS": ",".join(settings.DATA_KEYS),
        "WEIXI_SECRET_KEY": "the secret key of the tests",
    }


def _address(database: dict[str, Any]) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    who = f"{quote(database['USER'])}:{quote(database['PASSWORD'] or '')}"
    host = quote(database["HOST"] or "", safe="")
    return f"postgresql://{who}@{host}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture
def roles(db: None) -> None:
    create_shipped_roles()


@pytest.fixture
def team(db: None) -> Callable[..., Team]:
    """team("north") → the team of that code, made once."""
    return lambda code="north", name="": create_team(code=code, name=name or code.title())


@pytest.fixture
def a_team(team: Callable[..., Team]) -> Team:
    return team("north")


@pytest.fixture
def person(roles: None) -> Callable[..., User]:
    """person("agent", team=…) → somebody who can sign in with the password "secret"."""

    def make(role: str = "agent", *, team: Team | None = None, username: str = "") -> User:
        name = username or f"{role}{next(NUMBERS)}"
        return create_user(
            username=name,
            name=name.title(),
            role=role,
            team=team,
            password="secret",
            by=SYSTEM,
            at=NOON,
        )

    return make


@pytest.fixture
def actor(person: Callable[..., User]) -> Callable[..., Actor]:
    """actor("agent", team=…) → the rights of a new person with that role."""
    return lambda role="admin", **fields: actor_of(person(role, **fields), door="web")


@pytest.fixture
def signed_in(person: Callable[..., User]) -> Callable[..., Client]:
    """signed_in("agent", team=…) → a browser signed in as a new person; `.user` is the person."""

    def make(role: str = "admin", **fields: Any) -> Client:
        client = Client()
        client.user = fields.pop("user", None) or person(role, **fields)  # type: ignore[attr-defined]
        client.force_login(client.user)  # type: ignore[attr-defined]
        return client

    return make


@pytest.fixture
def a_stranger(db: None) -> Client:
    """A browser that is not signed in."""
    return Client()


@pytest.fixture
def someone_elsewhere(signed_in: Callable[..., Client], team: Callable[..., Team]) -> Client:
    """An agent of another team, who reaches none of the north's customers."""
    return signed_in("agent", team=team("south"))


@pytest.fixture
def customer(db: None) -> Callable[..., Customer]:
    """customer("Ana", team=…, owner=…, number=…) → a customer with the fields given."""

    def make(name: str = "Ana", **fields: Any) -> Customer:
        fields.setdefault("number", f"C{next(NUMBERS):05d}")
        return Customer.objects.create(name=name, created_at=NOON, changed_at=NOON, **fields)

    return make


@pytest.fixture
def order(db: None) -> Callable[..., Order]:
    """order(customer, day, amount=10_000) → an order of one line, at noon in Shanghai.

    `amount` is in minor units; a negative one is a return.
    """

    def make(customer: Customer | None, day: date, *, amount: int = 10_000, **fields: Any) -> Order:
        fields.setdefault("number", f"O{next(NUMBERS):06d}")
        cost = fields.pop("cost", None)
        made = Order.objects.create(
            customer=customer,
            ordered_at=datetime.combine(day, time(4), UTC),
            currency="CNY",
            amount=amount,
            cost=cost,
            **fields,
        )
        _line(made, amount, cost)
        return made

    return make


def _line(order: Order, amount: int, cost: int | None) -> None:
    OrderLine.objects.create(
        order=order,
        line_key=1,
        kind="return" if amount < 0 else "sale",
        quantity_e3=-1_000 if amount < 0 else 1_000,
        unit_price_e4=abs(amount) * 100,
        amount=amount,
        unit_cost_e4=None if cost is None else abs(cost) * 100,
        cost=cost,
    )


@pytest.fixture
def customer_with_orders(
    customer: Callable[..., Customer], order: Callable[..., Order]
) -> Callable[..., Customer]:
    """customer_with_orders("Ana", [day, day…], amount=10_000) → one order a day given."""

    def make(
        name: str = "Ana", days: Sequence[date] = (), *, amount: int = 10_000, **fields: Any
    ) -> Customer:
        made = customer(name, **fields)
        for day in days:
            order(made, day, amount=amount)
        return made

    return make
