"""The house rules a reader can count."""

import ast
from pathlib import Path

import pytest

SOURCE = sorted(path for path in Path("src/weixi").rglob("*.py") if "migrations" not in path.parts)
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
BANNED_NAMES = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc"}


@pytest.mark.parametrize("path", SOURCE, ids=str)
def test_file_and_functions_stay_small(path):
    text = path.read_text()
    assert text.count("\n") <= LONGEST_FILE

    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    too_long = [f.name for f in functions if f.end_lineno - f.lineno >= LONGEST_FUNCTION]
    assert too_long == []


def test_no_module_is_a_drawer_for_anything():
    assert [str(path) for path in SOURCE if path.stem in BANNED_NAMES] == []
