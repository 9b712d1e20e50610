"""The house rules a reader can count."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = sorted(path for path in Path("src/weixi").rglob("*.py") if "migrations" not in path.parts)
FOLDERS = sorted({path.parent for path in SOURCE})
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
BANNED_NAMES = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc"}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_files_and_functions_stay_small(folder: Path) -> None:
    too_long = []
    for path in (path for path in SOURCE if path.parent == folder):
        text = path.read_text()
        if text.count("\n") > LONGEST_FILE:
            too_long.append(str(path))
        too_long += [f"{path}: {name}" for name in _long_functions(ast.parse(text))]
    assert too_long == []


def _long_functions(tree: ast.AST) -> Iterator[str]:
    """Functions lie in statements only: expressions, most of a tree, are passed by."""
    for node in ast.iter_child_nodes(tree):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node.end_lineno - node.lineno >= LONGEST_FUNCTION:
            yield node.name
        if not isinstance(node, ast.expr):
            yield from _long_functions(node)


def test_a_long_function_is_found_wherever_it_stands() -> None:
    body = "\n".join("            x = 1" for _ in range(LONGEST_FUNCTION))
    text = (
        f"class A:\n    if True:\n        def long(self):\n{body}\n        def short(self): pass\n"
    )
    assert list(_long_functions(ast.parse(text))) == ["long"]


def test_no_module_is_a_drawer_for_anything() -> None:
    assert [str(path) for path in SOURCE if path.stem in BANNED_NAMES] == []
