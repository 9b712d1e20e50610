"""The second factor at sign-in (S-14): codes of a telephone (TOTP, RFC 6238), or recovery codes.

Who may take data out or change how Weixi works needs one, unless the setting says otherwise;
everybody may have one.
"""

import secrets
from datetime import datetime
from typing import NamedTuple

import pyotp
from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from weixi.core import rates
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.values import declare, set_value, value_of
from weixi.core.vault import fingerprint, seal, unseal

from .models import RecoveryCode, SecondFactor, User
from .permissions import GUARDED
from .signed_in import end_sessions_of

IS_NEEDED = declare("sign_in.needs_second_factor", True)
CODES = declare("rates.sign_in_codes_an_hour", 10)  # a person, right or wrong
KIND, ISSUER = "second factor", "Weixi"
DRIFT = 1  # codes before and after the present one: clocks of telephones differ
RECOVERY_CODES, RECOVERY_LENGTH = 10, 10
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Secret(NamedTuple):
    """To be shown while it is set up: the text to type in, and the address for the QR code."""

    text: str
    address: str


class State(NamedTuple):
    is_on: bool
    since: datetime | None
    codes_left: int
    is_needed: bool


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()


def is_needed_of(user: User) -> bool:
    held = user.role.permissions if user.role else ()
    return not GUARDED.isdisjoint(held) and bool(value_of(IS_NEEDED))


def state_of(user: User) -> State:
    row = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
    left = RecoveryCode.objects.filter(user=user, used_at=None).count() if row else 0
    return State(row is not None, row.confirmed_at if row else None, left, is_needed_of(user))


def pending_of(user: User) -> Secret | None:
    """What was begun and not confirmed yet."""
    row = SecondFactor.objects.filter(user=user, confirmed_at=None).first()
    if row is None:
        return None
    text = unseal(KIND, row.sealed_secret)
    return Secret(text, pyotp.TOTP(text).provisioning_uri(name=user.username, issuer_name=ISSUER))


@transaction.atomic
def begin(user: User) -> None:
    """Makes a secret; one that was begun before and not confirmed is replaced."""
    if is_on(user):
        raise RuleBroken(_("The second factor is on already. Remove it first."))
    sealed = seal(KIND, pyotp.random_base32())
    SecondFactor.objects.update_or_create(
        user=user, defaults={"sealed_secret": sealed, "last_step": 0}
    )


def confirm(user: User, *, code: str, by: Actor, at: datetime) -> list[str]:
    """The first right code switches it on. Returns the recovery codes, readable this once."""
    _count(user, at)
    with transaction.atomic():
        row = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
        if row is None:
            raise RuleBroken(_("Begin with setting up the second factor."))
        step = _step_of(row, _bare(code), at)
        if step is None:
            raise RuleBroken(_wrong())
        row.confirmed_at, row.last_step = at, step
        row.save(update_fields=["confirmed_at", "last_step"])
        record("user.second_factor_on", by=by, at=at, user=user.pk)
        return _renewed(user)


def renew_codes(user: User, *, code: str, by: Actor, at: datetime) -> list[str]:
    """New recovery codes; the old ones are void."""
    check(user, code=code, by=by, at=at)
    with transaction.atomic():
        record("user.recovery_codes_renewed", by=by, at=at, user=user.pk)
        return _renewed(user)


def remove_own(user: User, *, code: str, by: Actor, at: datetime) -> None:
    """Asks for a code: a session left open must not be enough. To have another telephone, too."""
    check(user, code=code, by=by, at=at)
    with transaction.atomic():
        _forget(user)
        record("user.second_factor_off", by=by, at=at, user=user.pk)


@transaction.atomic
def reset(user: User, *, by: Actor, at: datetime) -> None:
    """For somebody who lost the telephone: signed out everywhere, set up anew at sign-in."""
    by.need("people.manage")
    if user.pk == by.user_id:
        raise RuleBroken(_("Change your own second factor on the page Own settings."))
    if not is_on(user):
        raise RuleBroken(_("This person has no second factor."))
    _forget(user)
    end_sessions_of(user, by=by, at=at)
    record("user.second_factor_reset", by=by, at=at, user=user.pk)


@transaction.atomic
def set_needed(is_needed: bool, *, by: Actor, at: datetime) -> None:
    set_value(IS_NEEDED, is_needed, by=by, at=at)
    record("sign_in.second_factor_needed", by=by, at=at, needed=is_needed)


def check(user: User, *, code: str, by: Actor, at: datetime) -> bool:
    """A code of the telephone or a recovery code, each taken once; RuleBroken when it is wrong.

    Returns whether it was a recovery code.
    """
    _count(user, at)
    if _takes_step(user, _bare(code), at):
        return False
    if _takes_recovery(user, code, by, at):
        return True
    record("user.second_factor_refused", by=by, at=at, user=user.pk)
    raise RuleBroken(_wrong())


def _count(user: User, at: datetime) -> None:
    rates.count(CODES, f"person {user.pk}", seconds=rates.HOUR, at=at)


def _wrong() -> str:
    return _("The code is not right, or it was used already. Wait for the next one.")


def _takes_step(user: User, code: str, at: datetime) -> bool:
    row = SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).first()
    step = _step_of(row, code, at) if row else None
    if row is None or step is None:
        return False
    older = SecondFactor.objects.filter(pk=row.pk, last_step__lt=step)
    return older.update(last_step=step) == 1  # of two at once only one is newer


def _step_of(row: SecondFactor, code: str, at: datetime) -> int | None:
    """The span of time whose code this is."""
    totp = pyotp.TOTP(unseal(KIND, row.sealed_secret))
    now = totp.timecode(at)
    fitting = (
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if constant_time_compare(totp.generate_otp(step), code)
    )
    return next(fitting, None)


def _takes_recovery(user: User, code: str, by: Actor, at: datetime) -> bool:
    with transaction.atomic():
        return _took_recovery(user, code, by, at)


def _took_recovery(user: User, code: str, by: Actor, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(user=user, hash=_hash(user, code), used_at=None)
    if unused.update(used_at=at) != 1:
        return False
    record("user.recovery_code_used", by=by, at=at, user=user.pk)
    return True


def _renewed(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = [_recovery_code() for _n in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, hash=_hash(user, code)) for code in codes]
    )
    return codes


def _recovery_code() -> str:
    """Fifty bits, in two groups that can be read out."""
    text = "".join(secrets.choice(LETTERS) for _n in range(RECOVERY_LENGTH))
    return f"{text[:5]}-{text[5:]}"


def _hash(user: User, code: str) -> str:
    return fingerprint("recovery code", f"{user.pk} {_bare(code).upper()}")


def _bare(code: str) -> str:
    return "".join(code.split()).replace("-", "")


def _forget(user: User) -> None:
    RecoveryCode.objects.filter(user=user).delete()
    SecondFactor.objects.filter(user=user).delete()
