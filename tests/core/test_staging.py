"""A table copied whole from the lake is the same by both ways, or untouched."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection, transaction

from weixi.act.warnings.models import Reading
from weixi.classify.models import Membership
from weixi.core.staging import Whole, replace_with, staging
from weixi.measure.models import Snapshot
from weixi.predict.models import Score

DAY = {"as_of": "DATE '2026-11-01'"}
PARTS = '[{"signal": "茶，“绿”的", "points": 0.5}]'
NUMBERS = ("points", "before", "base", "held", "stake")


@pytest.fixture
def lake(customer: Any, tmp_path: Path) -> Path:
    ids = [customer(name).pk for name in ("Ana", "Bo")]
    file = tmp_path / "readings.parquet"
    numbers = {name: [7, 8] for name in NUMBERS}
    columns = {"customer_id": ids, "contributions": [PARTS, "[]"], **numbers}
    pq.write_table(pa.table(columns), file)
    return file


def the_rows() -> list[tuple[Any, ...]]:
    rows = Reading.objects.order_by("pk").values_list("as_of", "contributions")
    return [tuple(row) for row in rows]


EXPECTED = [
    (date(2026, 11, 1), [{"signal": "茶，“绿”的", "points": 0.5}]),
    (date(2026, 11, 1), []),
]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_replaces_a_table_and_leaves_nothing_behind(lake: Path) -> None:
    for _again in range(2):
        with staging(), transaction.atomic():
            assert replace_with(Whole(Reading, lake, DAY)) == 2

    assert the_rows() == EXPECTED
    assert list((Path(settings.VAR) / "staging").glob("*")) == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA database_list")
            assert {row[1] for row in cursor.fetchall()} <= {"main", "temp"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_run_that_fails_leaves_the_old_rows(lake: Path) -> None:
    with staging(), transaction.atomic():
        replace_with(Whole(Reading, lake, DAY))

    with pytest.raises(ZeroDivisionError):
        _fail_after_replacing(lake)

    assert the_rows() == EXPECTED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_a_killed_run_left_behind_is_removed(lake: Path) -> None:
    killed = subprocess.Popen([sys.executable, "-c", ""])
    killed.wait()
    folder = Path(settings.VAR) / "staging"
    folder.mkdir(parents=True)  # PostgreSQL stages nothing, so nothing is swept there either
    (folder / f"staged_0-{killed.pid}.sqlite3").write_bytes(b"half")
    (folder / f"staged_0-{os.getppid()}.sqlite3").write_bytes(b"somebody at work")

    with staging(), transaction.atomic():
        replace_with(Whole(Reading, lake, DAY))

    left = {file.name for file in folder.glob("*")}
    half = set() if connection.vendor == "sqlite" else {f"staged_0-{killed.pid}.sqlite3"}
    assert left == {f"staged_0-{os.getppid()}.sqlite3"} | half


@pytest.mark.django_db
def test_inside_the_transaction_of_somebody_else_the_rows_are_the_same(lake: Path) -> None:
    with staging():
        replace_with(Whole(Reading, lake, DAY))

    assert the_rows() == EXPECTED


def _fail_after_replacing(lake: Path) -> None:
    with staging(), transaction.atomic():
        replace_with(Whole(Reading, lake, {"as_of": "DATE '2026-11-02'"}))
        raise ZeroDivisionError


@pytest.mark.django_db
def test_no_key_is_checked_of_a_table_that_is_taken_over_whole() -> None:
    """Else SQLite takes every row apart."""
    with connection.cursor() as cursor:
        for model in (Snapshot, Score, Reading):
            assert connection.introspection.get_relations(cursor, model._meta.db_table) == {}
        assert connection.introspection.get_relations(cursor, Membership._meta.db_table) != {}
