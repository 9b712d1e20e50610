"""Facts about customers that carry a number of their own: complaints, answers, points, costs …

A kind of them says what its columns mean and what a row says; reading, finding again by number,
creating and changing is the same for all and stands here and in fact_writing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models

from weixi.collect.intake.checks.columns import Column, Fault, Parse
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.seen import Seen, key_of

from .fact_writing import write_facts
from .fields import Field
from .loading import Kind, Outcome, Setup, Texts
from .repeats import once

Values = dict[str, Any]


@dataclass(frozen=True)
class Facts:
    """`number`: the field of the file that identifies a row. `blank`: columns of a new row of
    which the file says nothing. `judge`: what is wrong between the values of a row. `told`: the
    database columns that a row says something about. `others`: fields that hold the number of
    another customer, kept as its id in the column of the same name."""

    name: str
    model: type[models.Model]
    number: str
    fields: tuple[Field, ...]
    parsers: Callable[[Setup], dict[str, Parse]]
    judge: Callable[[Values], Fault | None]
    told: Callable[[Values], Values]
    blank: Mapping[str, Any]
    others: tuple[str, ...] = ()


@dataclass
class Checked:
    """By row its values, None where the file says nothing."""

    faults: dict[int, Fault]
    rows: dict[int, Values]
    repeated: int


class FactLoader:
    def __init__(self, facts: Facts, setup: Setup) -> None:
        self.facts, self.setup = facts, setup
        needed = {field.name for field in facts.fields if field.needed}
        self.columns = {
            name: Column(name, parse, needed=name in needed)
            for name, parse in facts.parsers(setup).items()
        }
        self.seen = Seen()

    def check(self, texts: Texts, size: int) -> Checked:
        faults: dict[int, Fault] = {}
        values = {
            name: column(texts[name], faults)
            for name, column in self.columns.items()
            if name in texts
        }
        rows = {}
        for row in range(size):
            if row not in faults:
                rows[row] = {name: column[row] for name, column in values.items()}
                if fault := self.facts.judge(rows[row]):
                    faults[row] = fault
                    del rows[row]
        kept, repeated = self._once(rows, texts, faults)
        return Checked(faults, kept, repeated)

    def _once(
        self, rows: dict[int, Values], texts: Texts, faults: dict[int, Fault]
    ) -> tuple[dict[int, Values], int]:
        name = self.facts.number
        contents = {row: key_of("\0".join(t[row] for t in texts.values())) >> 1 for row in rows}
        numbers = {row: values[name] for row, values in rows.items()}
        kept, repeated, twice = once(self.seen, numbers, contents)
        for row in twice:
            reason = _("Further up in the file stands another row with this number.")
            faults[row] = Fault(name, numbers[row], reason)
        return {row: rows[row] for row in kept}, repeated

    def write(self, checked: Checked) -> Outcome:
        return write_facts(self.setup, self.facts, checked.rows, repeated=checked.repeated)


def kind_of_facts(facts: Facts) -> Kind:
    return Kind(facts.name, facts.fields, (facts.number,), partial(FactLoader, facts))
