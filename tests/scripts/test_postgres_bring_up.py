"""The PostgreSQL of the tests is real, answers, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from tests import browser_binary, postgres

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
from tests import postgres
with postgres.running() as address:
    print(address, flush=True)
    input()
"""


@pytest.mark.slow
def test_a_server_is_brought_up_and_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEIXI_TEST_POSTGRES_URL", raising=False)
    with postgres.running() as address, psycopg.connect(address) as connection:
        assert connection.info.server_version >= 150000
        assert connection.info.parameter_status("server_encoding") == "UTF8"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


@pytest.mark.slow
def test_a_server_dies_with_the_program_that_started_it() -> None:
    environment = {k: v for k, v in os.environ.items() if k != "WEIXI_TEST_POSTGRES_URL"}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        address = holder.stdout.readline().strip()
        server = psycopg.connect(address)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with pytest.raises(psycopg.OperationalError):
            server.execute("SELECT pg_sleep(30)")
    postgres.remove_folders_of_the_dead()
    assert not list(Path(tempfile.gettempdir()).glob(f"weixi-postgres.{holder.pid}.*"))


def test_a_given_address_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIXI_TEST_POSTGRES_URL", "postgresql://given.test/x")
    with postgres.running() as address:
        assert address == "postgresql://given.test/x"


def test_a_missing_browser_is_a_failure_that_names_the_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEIXI_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(browser_binary.BrowserMissingError, match="apt-get install chromium"):
        browser_binary.chromium()
