"""Making and removing signals of the company's own."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.values import reset, set_value, value_of

from .models import Alert
from .own_signals import DAYS, MOST_OWN, NewSignal, free_code, stored_of
from .signals import CHANGES, SHIPPED_NAMES, check_changes, check_condition, own_vocabulary


@transaction.atomic
def create_signal(new: NewSignal, *, by: Actor, at: datetime) -> str:
    """Warns from the next refresh on. Returns its code."""
    by.need("settings.manage")
    changes = dict(value_of(CHANGES))
    if len(changes.keys() - SHIPPED_NAMES.keys()) >= MOST_OWN:
        raise RuleBroken(_("At most %(most)d signals of your own.") % {"most": MOST_OWN})
    if new.evidence not in DAYS:
        raise RuleBroken(_("Say what stands behind the signal."))
    names = own_vocabulary()
    check_condition(new.when, names)
    warned = Alert.objects.order_by().values_list("kind", flat=True).distinct()
    code = free_code({*changes, *warned})
    changes[code] = stored_of(new, names)
    check_changes(changes)
    set_value(CHANGES, changes, by=by, at=at)
    record("signals.changed", by=by, at=at, signals=[code], before={}, after=changes[code])
    return code


@transaction.atomic
def remove_signal(code: str, *, by: Actor, at: datetime) -> None:
    """Its open warnings end with the next refresh. Missing for a shipped one: that is switched
    off."""
    by.need("settings.manage")
    changes = dict(value_of(CHANGES))
    if code in SHIPPED_NAMES or code not in changes:
        raise Missing("signal")
    before = changes.pop(code)
    if changes:
        set_value(CHANGES, changes, by=by, at=at)
    else:
        reset(CHANGES, by=by)
    record("signals.changed", by=by, at=at, signals=[code], before=before, after={})
