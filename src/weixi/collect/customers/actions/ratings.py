"""Judgements that people enter with their evidence: credit and size of a customer (M4)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Rating
from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .records import touch

HIGHEST = 100


@transaction.atomic
def set_rating(
    customer_id: int, *, kind: str, score: int, evidence: str, by: Actor, at: datetime
) -> Rating:
    """A new judgement; earlier ones stay, the newest counts. `score` from 0 to 100."""
    by.need("customers.edit")
    if get(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Change that one."))
    if kind not in Rating.Kind.values:
        raise RuleBroken(_("Unknown kind of rating: %(kind)s.") % {"kind": kind[:40]})
    if not 0 <= score <= HIGHEST:
        raise RuleBroken(_("A rating lies between 0 and 100."))
    rating = Rating.objects.create(
        customer_id=customer_id,
        kind=kind,
        score=score,
        evidence=checked(evidence, what=_("Evidence"), at_most=200, need=True),
        rated_at=at,
        rated_by=by.name[:80],
    )
    touch(customer_id, at=at)
    record("rating.set", by=by, at=at, customer_id=customer_id, of=kind, score=score)
    return rating
