"""The documents are complete: settings, words, measures, commands."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from enum import Enum
from pathlib import Path

import pytest

import weixi
from weixi.cli.commands import COMMANDS, loaded, root
from weixi.config.environment import Environment
from weixi.measure.registry import MEASURES
from weixi.staff.permissions import PERMISSIONS

DOCS = Path("docs")
WORDS = re.compile(r"\.(rules|models)(\.|$)")


def our_enums():
    """Every enumeration of a rules or models module, by the name its section carries."""
    for module in pkgutil.walk_packages(weixi.__path__, "weixi."):
        if WORDS.search(module.name) and ".analytics" not in module.name:
            yield from enums_in(importlib.import_module(module.name), module.name)


def enums_in(holder, module):
    for _, kind in inspect.getmembers(holder, inspect.isclass):
        if kind.__module__ == module and issubclass(kind, Enum):
            yield kind.__qualname__, [member.value for member in kind]
        elif kind.__module__ == module and holder is not kind and hasattr(kind, "_meta"):
            yield from enums_in(kind, module)


def section(text, name):
    found = re.search(rf"^### {re.escape(name)}\n(.*?)(?=^##|\Z)", text, re.M | re.S)
    return found.group(1) if found else ""


def test_every_value_has_its_row_in_the_glossary():
    text = (DOCS / "glossary.md").read_text()
    missing = [
        f"{name}: {value}"
        for name, values in our_enums()
        for value in values
        if f"| `{value}` |" not in section(text, name)
    ]
    assert missing == []


def test_every_permission_has_its_row_in_the_glossary():
    text = (DOCS / "glossary.md").read_text()
    assert [name for name in PERMISSIONS if f"| `{name}` |" not in text] == []


def test_every_setting_has_its_row():
    text = (DOCS / "settings.md").read_text()
    names = [f"WEIXI_{name.upper()}" for name in Environment.model_fields]
    assert [name for name in names if f"| `{name}` |" not in text] == []


def test_every_measure_is_explained():
    text = (DOCS / "metrics.md").read_text()
    assert [m.code for m in MEASURES if f"`{m.code}`" not in text] == []


def test_every_command_is_documented():
    text = (DOCS / "commands.md").read_text()
    shown = [name for name, entry in COMMANDS.items() if not entry.is_hidden]
    assert [name for name in shown if f"`weixi {name}" not in text] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    assert loaded(name).help


@pytest.mark.slow
def test_help_lists_every_command_without_loading_one():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "weixi.cli.main", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src"},
    )
    shown = [name for name, command in root().commands.items() if not command.hidden]
    assert [name for name in shown if name not in done.stdout] == []
    assert "django" not in done.stderr
