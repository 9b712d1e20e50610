"""What must not be offered to a customer, and why: recorded and removed by people."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import ProductExclusion
from weixi.collect.customers.queries import get
from weixi.core.access import log_access
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.core.vault import seal, unseal

from .records import touch

REASON = "exclusion_reason"


@transaction.atomic
def exclude(
    customer_id: int, *, kind: str, value: str, reason: str, by: Actor, at: datetime
) -> ProductExclusion:
    """From the next refresh on it is not suggested. The same again only changes the reason."""
    by.need("customers.edit")
    get(by, customer_id)
    if kind not in ProductExclusion.Kind.values:
        raise RuleBroken(_("Exclude a product, a category or a word."))
    value = checked(value, what=_("What is excluded"), at_most=64, need=True)
    reason = checked(reason, what=_("The reason"), at_most=200, need=True)
    made, _new = ProductExclusion.objects.update_or_create(
        customer_id=customer_id,
        kind=kind,
        value=value,
        defaults={
            "reason_sealed": seal(REASON, reason), "recorded_at": at, "recorded_by": by.name[:80],
        },
    )  # fmt: skip
    touch(customer_id, at=at)
    record("exclusion.added", by=by, at=at, customer_id=customer_id, of=kind, value=value)
    return made


@transaction.atomic
def remove_exclusion(exclusion_id: int, *, by: Actor, at: datetime) -> None:
    by.need("customers.edit")
    made = _reached(by, exclusion_id)
    touch(made.customer_id, at=at)
    facts = {"of": made.kind, "value": made.value}
    record("exclusion.removed", by=by, at=at, customer_id=made.customer_id, **facts)
    made.delete()


def reveal_exclusion(exclusion_id: int, *, reason: str, by: Actor, at: datetime) -> str:
    """The sealed words; who looked, and why, is in the access log."""
    by.need("contact_data.reveal")
    reason = checked(reason, what=_("The reason"), at_most=200, need=True)
    made = _reached(by, exclusion_id)
    log_access(
        by=by, at=at, field="exclusion", action="reveal", reason=reason,
        customer_id=made.customer_id,
    )  # fmt: skip
    return unseal(REASON, made.reason_sealed)


def _reached(by: Actor, exclusion_id: int) -> ProductExclusion:
    made = ProductExclusion.objects.filter(pk=exclusion_id).first()
    if made is None:
        raise Missing("exclusion")
    get(by, made.customer_id)
    return made
