"""What one customer wants: its own clock, quiet hours, a pause."""

from datetime import datetime, time, timedelta
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record

from .models import Preference

PAUSE_MOST = timedelta(days=366)


def wish_of(actor: Actor, customer_id: int) -> Preference | None:
    """None: as the company does."""
    get(actor, customer_id)
    return Preference.objects.filter(customer=customer_id).first()


@transaction.atomic
def set_wish(
    customer_id: int,
    *,
    time_zone: str,
    quiet_from: time | None,
    quiet_until: time | None,
    paused_until: datetime | None,
    by: Actor,
    at: datetime,
) -> Preference:
    by.need("customers.edit")
    get(by, customer_id)
    if time_zone and time_zone not in available_timezones():
        raise RuleBroken(_("A time zone is a name such as Europe/Berlin."))
    if (quiet_from is None) != (quiet_until is None):
        raise RuleBroken(_("Quiet hours need both times, or none."))
    if paused_until and not at < paused_until <= at + PAUSE_MOST:
        raise RuleBroken(_("A pause ends after today and within a year."))
    wish, _made = Preference.objects.update_or_create(
        customer_id=customer_id,
        defaults={
            "time_zone": time_zone, "quiet_from": quiet_from, "quiet_until": quiet_until,
            "paused_until": paused_until, "changed_at": at,
        },
    )  # fmt: skip
    record("contact.wishes", by=by, at=at, customer_id=customer_id, time_zone=time_zone,
           paused_until=paused_until.isoformat() if paused_until else "")  # fmt: skip
    return wish
