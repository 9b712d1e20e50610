"""The scripts a person runs before any Python of ours is there."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
POSIX = ("weixi", "scripts/environment.sh")
BASH = ("check", ".ci/run")
SOURCES = (
    "uv.lock", "pyproject.toml", "package-lock.json", "hatch_build.py",
    "src/weixi/web/icons.txt", "scripts/environment.sh",
)  # fmt: skip


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the set-up looks at, in a folder with a space in its name; .venv looks installed."""
    folder = tmp_path / "a clone"
    for name in SOURCES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for name in (".venv/bin/python", ".venv/bin/weixi", "src/weixi/web/static/vendor/.stamp"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch(mode=0o755)
    return folder


def shell(folder: Path, words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", "-c", f". scripts/environment.sh; {words}"],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def seconds(folder: Path, words: str) -> float:
    start = time.perf_counter()
    assert shell(folder, words).returncode == 0
    return time.perf_counter() - start


@pytest.mark.parametrize("name", [*POSIX, *BASH])
def test_a_script_parses(name: str) -> None:
    program = "sh" if name in POSIX else "bash"
    subprocess.run([program, "-n", ROOT / name], check=True)


@pytest.mark.parametrize("name", ["weixi", "check", ".ci/run"])
def test_a_script_can_be_run_as_it_is(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_a_wrong_mode_is_refused_before_anything_is_installed() -> None:
    done = subprocess.run([ROOT / "check", "--quick"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "./check --fast" in done.stderr


def test_a_finished_setup_is_recognised(clone: Path) -> None:
    done = shell(clone, "finish plain && environment_is_current . plain")
    assert done.returncode == 0


def test_a_finished_setup_is_recognised_in_a_tenth_of_a_second(clone: Path) -> None:
    shell(clone, "finish dev")
    assert min(seconds(clone, "prepare_environment . plain") for _ in range(5)) < 0.1


def test_the_tools_of_a_developer_are_more_than_a_plain_setup(clone: Path) -> None:
    assert shell(clone, "finish plain; environment_is_current . dev").returncode == 1
    assert shell(clone, "finish dev; environment_is_current . plain").returncode == 0


@pytest.mark.parametrize("name", SOURCES)
def test_a_changed_source_asks_for_a_new_setup(clone: Path, name: str) -> None:
    shell(clone, "finish dev")
    with (clone / name).open("a") as source:
        source.write("\n")
    assert shell(clone, "environment_is_current . dev").returncode == 1


def test_a_changed_translation_asks_for_a_new_setup(clone: Path) -> None:
    shell(clone, "finish dev")
    (clone / "src/weixi/web/django.po").write_text('msgid "Customer"\nmsgstr "客户"\n')
    assert shell(clone, "environment_is_current . dev").returncode == 1


def test_missing_assets_ask_for_a_new_setup(clone: Path) -> None:
    shell(clone, "finish dev")
    (clone / "src/weixi/web/static/vendor/.stamp").unlink()
    assert shell(clone, "environment_is_current . dev").returncode == 1


def test_an_environment_left_by_a_killed_setup_is_made_anew(clone: Path) -> None:
    (clone / ".venv/bin/python").unlink()
    (clone / ".venv/bin/python").symlink_to("/bin/true")
    assert shell(clone, "drop_unusable_venv; [ -e .venv ]").returncode == 0
    (clone / ".venv/.weixi-unfinished").touch()
    assert shell(clone, "drop_unusable_venv; [ -e .venv ]").returncode == 1


def test_an_environment_that_was_moved_is_made_anew(clone: Path) -> None:
    (clone / ".venv/bin/python").unlink()
    (clone / ".venv/bin/python").symlink_to("/bin/true")
    (clone / ".venv/.weixi-folder").write_text("/somewhere/else\n")
    assert shell(clone, "drop_unusable_venv; [ -e .venv ]").returncode == 1


def test_a_machine_without_python_is_told_what_to_install(clone: Path) -> None:
    done = shell(clone, "find_python", PATH="/nowhere")
    assert done.returncode == 1
    assert "apt-get install python3 python3-venv" in done.stderr
    assert done.stdout == ""


def test_a_python_without_venv_is_told_what_to_install(clone: Path, tmp_path: Path) -> None:
    program = tmp_path / "python3"
    program.write_text('#!/bin/sh\ncase "$2" in *venv*) exit 1;; esac\n')
    program.chmod(0o755)
    done = shell(clone, "find_python", PATH=str(tmp_path))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
