"""What an undo did, and what it left alone."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.db import models

CHUNK = 2_000
MOST_LISTED = 1_000


@dataclass
class Undone:
    """`kept`: rows that were edited since or that something else needs; the first ones listed."""

    import_id: int
    removed: int = 0
    restored: int = 0
    kept_rows: int = 0
    kept: list[dict[str, str]] = field(default_factory=list)

    def keep(self, model: type[models.Model], rows: Sequence[tuple[str, str]]) -> None:
        """Rows as (number, reason)."""
        self.kept_rows += len(rows)
        room = MOST_LISTED - len(self.kept)
        self.kept += [
            {"table": model._meta.model_name or "", "number": number, "reason": reason}
            for number, reason in rows[: max(room, 0)]
        ]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def chunks(ids: Sequence[int] | set[int]) -> Iterator[list[int]]:
    rest = iter(sorted(ids))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
