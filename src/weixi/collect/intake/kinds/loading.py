"""What a kind of import is: its columns, and a loader that checks and writes batches of rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from weixi.collect.intake.checks.columns import Fault
from weixi.core.actor import Actor

from .fields import Field

Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Setup:
    """What a loader is told once. `fields` are those that a column was found for."""

    batch_id: int
    by: Actor
    at: datetime
    zone: ZoneInfo
    currency: str
    fields: frozenset[str]
    update_by: str = ""
    makes_customers: bool = False

    @property
    def today(self) -> date:
        return self.at.astimezone(self.zone).date()

    @property
    def last_day(self) -> date:
        """Clocks differ and zones do: what happened may be dated tomorrow, not later."""
        return self.today + timedelta(days=1)

    @property
    def origin(self) -> list[str]:
        return [f"import {self.batch_id}", self.today.isoformat()]


@dataclass
class Outcome:
    """What became of the rows of one batch. All counts are rows of the file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    anonymous: int = 0
    faults: dict[int, Fault] = field(default_factory=dict)
    customer_ids: set[int] = field(default_factory=set)  # created, or with a new identity or name


class Loader(Protocol):
    def check(self, texts: Texts, size: int) -> Any:
        """Text to values; touches no table. What it returns is given to `write`."""

    def write(self, checked: Any) -> Outcome:
        """Inside a transaction, perhaps a second time after it was rolled back."""


@dataclass(frozen=True)
class Kind:
    """`keys`: the fields by which rows may be found again (--update-by), the usual one first.
    `is_heavy`: large files are checked in a process beside; what `check` makes can be pickled."""

    name: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]
    loader: Callable[[Setup], Loader]
    has_custom: bool = False
    is_heavy: bool = False
    batch_rows: int = (
        20_000  # rows a transaction: well under two seconds, so that stopping is quick
    )
