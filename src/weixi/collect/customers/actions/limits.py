"""Credit limits that people enter (M4)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.models import CreditLimit
from weixi.collect.customers.queries import get
from weixi.collect.customers.rules import BOND_YEARS, LIMIT_MOST
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .records import touch


@transaction.atomic
def set_credit_limit(
    customer_id: int, *, amount: int, since: date | None = None, note: str = "", by: Actor,
    at: datetime,
) -> CreditLimit:  # fmt: skip
    """A new limit, in minor units; earlier ones stay. `since` None: it holds from the day on."""
    by.need("customers.edit")
    if get(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Change that one."))
    if not 0 <= amount <= LIMIT_MOST:
        raise RuleBroken(_("A credit limit is not negative and at most a hundred billion."))
    if since and since.year not in BOND_YEARS:
        raise RuleBroken(_("A credit limit holds from a day between 1950 and 2199."))
    limit = CreditLimit.objects.create(
        customer_id=customer_id,
        amount=amount,
        since=since or timezone.localdate(at),
        note=checked(note, what=_("What it rests on"), at_most=200),
        source=by.name[:80],
        recorded_at=at,
    )
    touch(customer_id, at=at)
    since_text = limit.since.isoformat()
    record("limit.set", by=by, at=at, customer_id=customer_id, amount=amount, since=since_text)
    return limit
