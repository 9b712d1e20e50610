"""Whatever is written about a customer is told in words on the timeline."""

import ast
from collections.abc import Iterator

import pytest

from tests.texts import SOURCE
from weixi.web.customers.events import ELSEWHERE
from weixi.web.customers.journal_words import TASKS, WORDS

pytestmark = pytest.mark.slow

NAMES_ITS_CUSTOMER = {"record": "customer_id", "bulk_record": ""}


def kinds_written_about_customers() -> set[str]:
    """The first argument, where it stands there as a text, of every call that names a customer."""
    return {kind for path in SOURCE.rglob("*.py") for kind in _kinds(ast.parse(path.read_text()))}


def _kinds(tree: ast.Module) -> Iterator[str]:
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "id", "")
        needed = NAMES_ITS_CUSTOMER.get(name)
        if needed is None or (needed and needed not in {word.arg for word in call.keywords}):
            continue
        if call.args and isinstance(call.args[0], ast.Constant):
            yield str(call.args[0].value)


def test_every_kind_of_entry_has_its_words() -> None:
    written = kinds_written_about_customers()
    assert {"surprise.given", "playbook.step", "task.postponed"} <= written
    assert written - set(WORDS) - set(ELSEWHERE) == set()


def test_what_is_counted_as_a_task_has_words() -> None:
    assert set(TASKS) <= set(WORDS)
