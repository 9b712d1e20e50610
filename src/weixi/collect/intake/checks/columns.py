"""A column of text becomes values; each distinct text is looked at once."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.reasons import reason_of

from .texts import cell

MOST_KNOWN = 20_000  # texts of a column; more would take memory and save little time

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
        self._learn(distinct - self.known.keys())
        if self.faults and not self.faults.keys().isdisjoint(distinct):
            self._collect(texts, faults)
        return list(map(self.known.__getitem__, texts))

    def _learn(self, texts: set[str]) -> None:
        known, parse = self.known, self.parse
        for text in texts:
            known[text] = None
            try:
                if cleaned := cell(text):
                    known[text] = parse(cleaned)
                elif self.needed:
                    self.faults[text] = _("This is needed and is missing.")
            except ValueError as fault:
                self.faults[text] = reason_of(fault)

    def _collect(self, texts: Sequence[str], faults: dict[int, Fault]) -> None:
        for i, text in enumerate(texts):
            if text in self.faults and i not in faults:
                faults[i] = Fault(self.field, text, self.faults[text])
