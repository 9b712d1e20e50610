"""A column that a kind of import knows, and the names that people give it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CUSTOM = "custom."  # a field of the company's own, followed by its code


@dataclass(frozen=True)
class Field:
    """`is_personal`: its values are masked wherever they are shown. `permission`: who may write."""

    name: str
    also: tuple[str, ...] = ()
    needed: bool = False
    is_personal: bool = False
    permission: str = ""


def folded(name: str) -> str:
    """Column names are compared without case, width, blanks and punctuation.

    >>> folded("Customer_ID "), folded("手机（必填）")
    ('customerid', '手机')
    """
    name = unicodedata.normalize("NFKC", name).lower()
    name = re.sub(r"\((必填|选填|元|可选|required|optional)\)|\*", "", name)
    return re.sub(r"[\W_]+", "", name)


class Names:
    """Which field a column name means."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = {field.name: field for field in fields}
        self.known: dict[str, str] = {}
        for field in self.fields.values():
            for name in (field.name, *field.also):
                self.known.setdefault(folded(name), field.name)

    def field_of(self, column: str) -> str | None:
        return self.known.get(folded(column))

    def score(self, cells: Sequence[str]) -> int:
        """How many cells of a row are column names that we know."""
        return len({name for cell in cells if (name := self.field_of(cell))})
