"""The web server: what it takes along."""

import os
from typing import Any

import pytest
from django.db import connection

from weixi.cli import serving


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment that the processes of the web server get."""
    seen: dict[str, str] = {}

    class Server:
        def __init__(self, *_args: Any, **_named: Any) -> None:
            pass

        def serve(self) -> None:
            seen.update(os.environ)

    monkeypatch.setattr(serving, "Granian", Server)
    monkeypatch.setattr(serving, "refuse_a_wrong_start", lambda: None)
    monkeypatch.setattr(serving, "is_free", lambda _port, _host: True)
    monkeypatch.setenv("PGOPTIONS", "")  # so that it is as before when the test ends
    monkeypatch.delenv("PGOPTIONS")
    serving.serve(port=8000, host="127.0.0.1", workers=1)
    return seen


def test_no_statement_of_a_page_runs_longer_than_fifteen_seconds(served: dict[str, str]) -> None:
    assert served["PGOPTIONS"] == "-c statement_timeout=15s"


def test_postgresql_takes_it(served: dict[str, str], db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("another engine")
    another = connection.copy()
    try:
        with another.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("15s",)
    finally:
        another.close()
