"""Reads of what must not be offered to a customer, ready to render; the reason stays sealed."""

from dataclasses import dataclass
from datetime import datetime

from weixi.core.actor import Actor
from weixi.core.errors import Missing

from .models import ProductExclusion
from .queries import get

KINDS = tuple(ProductExclusion.Kind.values)


@dataclass(frozen=True)
class ExclusionRow:
    """`value`: the number of a product, a category, or a word in a product's name."""

    id: int
    customer_id: int
    kind: str
    value: str
    recorded_at: datetime
    recorded_by: str


def exclusions_of(actor: Actor, customer_id: int) -> tuple[ExclusionRow, ...]:
    get(actor, customer_id)
    rows = ProductExclusion.objects.filter(customer_id=customer_id).order_by("kind", "value")
    return tuple(map(_row, rows))


def excluded_by(customer_id: int) -> tuple[tuple[str, str], ...]:
    """Kind and value, for a stage above; a door asks `exclusions_of`."""
    rows = ProductExclusion.objects.filter(customer_id=customer_id)
    return tuple(rows.values_list("kind", "value"))


def exclusion(actor: Actor, exclusion_id: int) -> ExclusionRow:
    found = ProductExclusion.objects.filter(pk=exclusion_id).first()
    if found is None:
        raise Missing("exclusion")
    get(actor, found.customer_id)
    return _row(found)


def _row(one: ProductExclusion) -> ExclusionRow:
    return ExclusionRow(
        id=one.pk,
        customer_id=one.customer_id,
        kind=one.kind,
        value=one.value,
        recorded_at=one.recorded_at,
        recorded_by=one.recorded_by,
    )
