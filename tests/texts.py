"""Every text, found in the source. `python -m tests.texts` prints what lacks its Chinese."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).parents[1] / "src/weixi"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "Sentence": None,  # of rules: translated where it is shown
    "Refused": None,  # a Sentence of conditions
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
AT_ONCE = {"gettext", "pgettext", "ngettext", "npgettext"}


class Text(NamedTuple):
    """`context` is empty for most; `id` is the English text (the singular of a pair)."""

    id: str
    context: str
    is_pair: bool
    place: str


def templates() -> Iterator[Path]:
    yield from sorted(SOURCE.glob("**/templates/**/*.html"))


def all_texts() -> Iterator[Text]:
    for path in sorted(SOURCE.glob("**/*.py")):
        if "migrations" not in path.parts:
            yield from _texts(path, path.read_text(encoding="utf-8"))
    for path in templates():
        yield from _texts(path, _as_python(path))


def _as_python(path: Path) -> str:
    """Django's own conversion; the indentation that is left over means nothing."""
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in code.splitlines())


def _texts(path: Path, code: str) -> Iterator[Text]:
    source = io.BytesIO(code.encode())
    for line, message, _comments, context in extract("python", source, keywords=KEYWORDS):
        first = message[0] if isinstance(message, tuple) else message
        place = f"{path.relative_to(SOURCE)}:{line}"
        yield Text(first, context or "", isinstance(message, tuple), place)


def chinese() -> dict[tuple[str, str], tuple[str, bool]]:
    """(context, English) → (Chinese, is fuzzy), of all catalogues together."""
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    for path in sorted(SOURCE.glob("**/zh_Hans/LC_MESSAGES/*.po")):
        for message in _catalogue(path):
            first = message.id[0] if isinstance(message.id, tuple) else message.id
            text = message.string if isinstance(message.string, str) else "".join(message.string)
            found[message.context or "", first] = (text, message.fuzzy)
    return found


def differing() -> list[tuple[str, str]]:
    """(context, English) whose Chinese differs between catalogues: one of them would win."""
    found: dict[tuple[str, str], set[Any]] = {}
    for path in SOURCE.glob("**/zh_Hans/LC_MESSAGES/*.po"):
        for message in _catalogue(path):
            if message.id:
                first = message.id[0] if isinstance(message.id, tuple) else message.id
                told = message.string if isinstance(message.string, str) else message.string[0]
                found.setdefault((message.context or "", first), set()).add(told)
    return sorted(key for key, told in found.items() if len(told) > 1)


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def untranslated() -> list[Text]:
    known = chinese()
    return [
        text
        for text in all_texts()
        if not known.get((text.context, text.id), ("", True))[0] or known[text.context, text.id][1]
    ]


def has_han(text: str) -> bool:
    return bool(re.search(r"[\u3400-\u9fff]", text))


def translated_at_load() -> Iterator[str]:
    """Places where a text outside of any function is translated at once."""
    for file in SOURCE.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {
            one.asname or one.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for one in node.names
            if one.name in AT_ONCE
        }
        for call in _outside_functions(tree):
            if isinstance(call.func, ast.Name) and call.func.id in names:
                yield f"{file.relative_to(SOURCE)}:{call.lineno}"


def _outside_functions(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.Call):
            yield child
        yield from _outside_functions(child)


if __name__ == "__main__":
    for text in dict.fromkeys((t.context, t.id) for t in untranslated()):
        print(text)
