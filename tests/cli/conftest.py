"""The command line as a person uses it: in a process of its own."""

import subprocess
import sys
from collections.abc import Callable

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "weixi.cli.main", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def command(child_environment: dict[str, str]) -> Run:
    """command("today", "--json") → the finished process, on this test's database."""
    return lambda *arguments: run(child_environment, *arguments)


@pytest.fixture
def bare_command(tmp_path) -> Run:
    """As `command`, on a folder where nothing was set up; the first argument may be settings."""

    def call(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {"PYTHONPATH": "src", "WEIXI_VAR": str(tmp_path / "var"), **settings}
        return run(environment, *arguments)

    return call
