"""Every page and dialog of a demo, in both languages, by axe and at 320 pixels (U-01, U-05), and
every number that opens a list against the rows of that list."""

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.pages import LANGUAGES

CUSTOMERS = 150
FURNISH = "from tests.browser import walk; walk.furnishing.ready()"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo, made once however many processes test."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "demo-of-pages"
    with (shared / "demo-of-pages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            run(folder, "-m", "weixi.cli.main", "demo", "--no-serve", "--customers", str(CUSTOMERS))
            run(folder, "-c", FURNISH)
    return folder


def run(folder: Path, *arguments: str) -> str:
    environment = os.environ | {"WEIXI_VAR": str(folder), "PYTHONPATH": f"src{os.pathsep}."}
    environment.pop("WEIXI_DATABASE_URL", None)
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_open_dialog_is_open_to_everybodys_senses(language: str, demo: Path) -> None:
    found = json.loads(run(demo, "-m", "tests.browser.senses", language))
    assert not found, "\n".join(found)


def test_every_number_opens_as_many_rows_as_it_says(demo: Path) -> None:
    told = json.loads(run(demo, "-m", "tests.browser.counting"))
    assert not told["wrong"], "\n".join(told["wrong"])
    assert len(told["counted"]) > 40  # pages with such numbers
    assert sum(told["counted"].values()) > 900


@pytest.mark.nightly
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_in_every_theme_at_every_width(language: str, demo: Path) -> None:
    found = json.loads(run(demo, "-m", "tests.browser.senses", language, "--all"))
    assert not found, "\n".join(found)
