"""Two people, or two machines of one company, set up the same database at the same moment."""

import fcntl
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from weixi.core.alone import SETUP_LOCK

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, empty_database: dict[str, str]) -> Start:
    """A command on a database in which nothing is yet, running."""
    environment = {
        **os.environ, "PYTHONPATH": "src", "WEIXI_VAR": str(tmp_path / "var"), **empty_database,
    }  # fmt: skip

    def begin(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "weixi.cli.main", *arguments],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return begin


@pytest.fixture
def empty_database() -> Iterator[dict[str, str]]:
    """Of the kind that the tests run on: a new file, or a new database of the server."""
    if connection.vendor == "sqlite":
        yield {"WEIXI_DATABASE_URL": ""}
        return
    told, name = connection.settings_dict, f"weixi_{secrets.token_hex(6)}"
    who = f"{quote(told['USER'])}:{quote(told['PASSWORD'] or '')}"
    at = f"{quote(told['HOST'] or '', safe='')}:{told['PORT'] or 5432}"
    server = f"postgresql://{who}@{at}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as con:
        con.execute(f'CREATE DATABASE "{name}"')
        yield {"WEIXI_DATABASE_URL": f"{server}/{name}"}
        con.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def ended(*running: subprocess.Popen[str]) -> list[str]:
    """What each said, when all have ended well."""
    said = [one.communicate(timeout=240)[1] for one in running]
    assert [one.returncode for one in running] == [0] * len(running), "\n".join(said)
    return said


def test_two_inits_wait_for_the_lock_and_one_of_them_adds_what_is_shipped(
    start: Start, empty_database: dict[str, str], tmp_path: Path
) -> None:
    with held(empty_database["WEIXI_DATABASE_URL"], tmp_path / "var" / "weixi.sqlite3.lock"):
        both = [start("init"), start("init")]
        waits = [one.stderr.readline() for one in both]
        assert [one.poll() for one in both] == [None, None]
    assert waits == ["Another run is setting up this database: waiting for it.\n"] * 2
    first, second = sorted(ended(*both), key=len)
    assert first == "The database is ready.\n"
    assert second.startswith("The database is ready: 7 roles, ")


@contextmanager
def held(address: str, file: Path) -> Iterator[None]:
    if address:
        with psycopg.connect(address) as con:
            con.execute("SELECT pg_advisory_lock(%s)", [SETUP_LOCK])
            yield
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.nightly
def test_two_demos_at_once_make_one_company(start: Start) -> None:
    size = ("--no-serve", "--customers", "60")
    said = ended(start("demo", *size), start("demo", *size))
    assert sum("Another demo is being made here" in one for one in said) == 1
    assert sum("Taking in customers" in one for one in said) == 1
    assert sum(one.count("Measuring, predicting") for one in said) == 2  # a month ago, and today
    listed = start("today", "--json")
    rows, _problems = listed.communicate(timeout=60)
    assert listed.returncode == 0
    assert len({row["customer_id"] for row in json.loads(rows)}) == len(json.loads(rows)) > 0
