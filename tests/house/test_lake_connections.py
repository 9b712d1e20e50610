"""Every question to the lake goes over a connection of its own."""

import ast
from pathlib import Path

SOURCE = sorted(path for path in Path("src/weixi").rglob("*.py") if "migrations" not in path.parts)
ASKING = {"execute", "executemany", "sql", "query", "from_query", "default_connection"}


def shared_connections(text):
    """Lines that ask on the connection which DuckDB's module holds for all threads together: one
    thread would get the rows of another."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "duckdb"
        and node.attr in ASKING
    ]


def test_no_module_asks_on_the_connection_that_all_threads_share():
    found = {str(path): lines for path in SOURCE if (lines := shared_connections(path.read_text()))}
    assert found == {}


def test_a_question_on_the_shared_connection_is_found():
    assert shared_connections("import duckdb\nduckdb.execute('SELECT 1')\n") == [2]
    assert shared_connections("with duckdb.cursor() as lake:\n    lake.execute('SELECT 1')\n") == []
