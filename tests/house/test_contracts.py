"""The import contracts hold, and they cover what they should."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

LINT = Path(sys.executable).with_name("lint-imports")


@pytest.mark.slow
def test_imports_obey_the_contracts(tmp_path):
    done = subprocess.run(
        [str(LINT), "--cache-dir", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_a_new_folder_must_be_given_its_place():
    text = Path("pyproject.toml").read_text()
    contracts = {c["id"]: c for c in tomllib.loads(text)["tool"]["importlinter"]["contracts"]}
    assert all(contracts[name]["exhaustive"] for name in ("flow", "collect", "act"))
