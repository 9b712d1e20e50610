"""How rows looked before an import changed them, for undo."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models

from weixi.core.bulk import insert

from . import bulk
from .models import ImportedBefore

Image = tuple[int, dict[str, Any]]  # the id of the row, and its old values by column


def keep_before(batch_id: int, model: type[models.Model], images: Sequence[Image]) -> None:
    """An empty image says that the import made the row (tables without an import_id)."""
    table = model._meta.db_table
    insert(
        ImportedBefore,
        ("batch_id", "table", "row_id", "values"),
        [(batch_id, table, row_id, bulk.document(values)) for row_id, values in images],
    )


def plain(value: Any) -> Any:
    """A database value as JSON can hold it and the database takes it back."""
    return value.isoformat() if isinstance(value, date | datetime) else value
