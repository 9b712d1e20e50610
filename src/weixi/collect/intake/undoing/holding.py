"""Why a row that an import made must stay: something that the import did not make needs it."""

from collections.abc import Iterable, Sequence

from django.db import models

COMPUTED = frozenset({"measure", "predict", "classify"})  # made anew by every refresh


def needed_elsewhere(
    model: type[models.Model],
    ids: Sequence[int],
    *,
    batch_id: int,
    apart_from: Iterable[type[models.Model]] = (),
) -> set[int]:
    """Those of `ids` that a row refers to which is neither of this import nor computed."""
    held: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.field.many_to_many:
            continue
        other = relation.related_model
        if other._meta.app_label in COMPUTED or other in apart_from:
            continue
        rows = other._base_manager.filter(**{f"{relation.field.name}__in": ids})
        if any(f.name == "import_id" for f in other._meta.concrete_fields):
            rows = rows.exclude(import_id=batch_id) | rows.filter(import_id=None)
        held |= set(rows.values_list(relation.field.attname, flat=True))
    return held


def edited_since(model: type[models.Model], ids: Sequence[int], *, after: object) -> set[int]:
    rows = model._base_manager.filter(pk__in=ids, edited_at__gt=after)
    return set(rows.values_list("pk", flat=True))
