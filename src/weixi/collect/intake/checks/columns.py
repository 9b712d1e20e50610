"""A column of text becomes values; each distinct text is looked at once."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from .texts import cell

MOST_KNOWN = 100_000

Parse = Callable[[str], Any]


class Fault(NamedTuple):
    """Why a row cannot be taken: which field, what stood there, and the sentence."""

    field: str
    value: str
    reason: str


class Column:
    """Remembers what each text means, within bounds."""

    def __init__(self, field: str, parse: Parse, *, needed: bool = False) -> None:
        self.field, self.parse, self.needed = field, parse, needed
        self.known: dict[str, Any] = {}
        self.faults: dict[str, str] = {}

    def __call__(self, texts: Sequence[str], faults: dict[int, Fault]) -> list[Any]:
        """The values; None where the text is empty. Rows that fail are added to `faults`."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
            self.faults.clear()
        distinct = set(texts)
        for text in distinct - self.known.keys():
            self._learn(text)
        if self.faults and not self.faults.keys().isdisjoint(distinct):
            self._collect(texts, faults)
        known = self.known
        return [known[text] for text in texts]

    def _learn(self, text: str) -> None:
        self.known[text] = None
        try:
            cleaned = cell(text)
            if cleaned:
                self.known[text] = self.parse(cleaned)
            elif self.needed:
                self.faults[text] = _("This is needed and is missing.")
        except ValueError as fault:
            self.faults[text] = str(fault)

    def _collect(self, texts: Sequence[str], faults: dict[int, Fault]) -> None:
        for i, text in enumerate(texts):
            if text in self.faults and i not in faults:
                faults[i] = Fault(self.field, text, self.faults[text])
