"""An import killed at any moment has lost nothing that it said was in, and doubled nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROWS = 20_000
CUSTOMERS = 500
PROJECT = Path(__file__).parents[3]


def a_file(path: Path) -> Path:
    """Several purchases of a day, some of them equal; 1.23 each."""
    rows = (f"{n % CUSTOMERS:05d} 1997{1 + n % 12:02d}{1 + n % 3:02d} 1 1.23" for n in range(ROWS))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def killed(environment: dict[str, str], path: Path, *, kills: int) -> dict[str, Any]:
    run = [sys.executable, "-m"]
    subprocess.run([*run, "django", "migrate", "-v0"], env=environment, cwd=PROJECT, check=True)
    done = subprocess.run(
        [*run, "tests.collect.intake.killing", str(path), str(kills), "7"],
        env=environment, cwd=PROJECT, check=True, stdout=subprocess.PIPE,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def check(told: dict[str, Any], *, kills: int) -> None:
    assert len(told["attempts"]) == kills
    assert all(said <= is_in for said, is_in, _batches in told["attempts"])
    assert any(0 < is_in < ROWS for _said, is_in, _batches in told["attempts"])
    assert told["integrity"] == "ok"
    assert told["customers"] == CUSTOMERS
    assert told["lines"] == told["keys"] == told["orders"] == told["created"] == ROWS
    assert told["amount"] == told["line_amount"] == 123 * ROWS
    assert told["empty_orders"] == 0
    assert told["left"] == 0


@pytest.mark.slow
def test_an_import_killed_a_few_times_is_whole_in_the_end(
    own_installation: dict[str, str], tmp_path: Path
) -> None:
    check(killed(own_installation, a_file(tmp_path / "cdnow.txt"), kills=6), kills=6)


@pytest.mark.nightly
def test_an_import_killed_fifty_times_is_whole_in_the_end(
    own_installation: dict[str, str], tmp_path: Path
) -> None:
    check(killed(own_installation, a_file(tmp_path / "cdnow.txt"), kills=50), kills=50)
