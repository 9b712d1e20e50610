"""How rows looked before an import changed them, for undo."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
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


def imaged_ids(batch_id: int, model: type[models.Model]) -> set[int]:
    """Rows of a table that the import changed."""
    table = model._meta.db_table
    images = ImportedBefore.objects.filter(batch_id=batch_id, table=table)
    return set(images.values_list("row_id", flat=True))


def changed_later(batch_id: int, model: type[models.Model], ids: Sequence[int]) -> set[int]:
    """Those of `ids` that a later import changed, too."""
    images = ImportedBefore.objects.filter(
        batch_id__gt=batch_id, table=model._meta.db_table, row_id__in=ids
    )
    return set(images.values_list("row_id", flat=True))


def put_back(batch_id: int, model: type[models.Model], ids: Sequence[int]) -> int:
    """Rows as they were before the import; its images of them are used up."""
    images = ImportedBefore.objects.filter(
        batch_id=batch_id, table=model._meta.db_table, row_id__in=ids
    )
    oldest = dict(images.order_by("-pk").values_list("row_id", "values"))
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row_id, values in oldest.items():
        by_columns.setdefault(tuple(values), []).append((*values.values(), row_id))
    for columns, rows in by_columns.items():
        bulk.update(model, columns, rows)
    images.delete()
    return len(oldest)


def plain(value: Any) -> Any:
    """A database value as JSON can hold it and the database takes it back."""
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
