"""Stages by a person's word: with a reason, until a day, taken back at any time (L1)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .applying import put_cell, rule_cell
from .models import Override, Scheme
from .rules import Cell, cell_in, definition

REASON_LENGTH = 200
MOST_DAYS = 366


@dataclass(frozen=True)
class Word:
    """What a person said of a customer's stage."""

    cell: Cell
    reason: str
    from_day: date
    until: date
    ended_on: date | None
    by: str

    def holds_on(self, day: date) -> bool:
        return self.from_day <= day <= self.until and (self.ended_on is None or day < self.ended_on)


def set_stage(
    customer_id: int, *, cell: str, reason: str, until: date, by: Actor, at: datetime
) -> None:
    """From today to `until`, both included; a word given before ends."""
    by.need("customers.edit")
    customer, scheme, today = get(by, customer_id), _lifecycle(), timezone.localdate(at)
    if customer.merged_into_id is not None:
        raise RuleBroken(_("This record was merged into another one."))
    reason = checked(reason, what=_("Reason"), at_most=REASON_LENGTH, need=True)
    if cell not in {one.code for one in definition(scheme.definition).cells}:
        raise RuleBroken(_("Stage: choose one of the list"))
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        raise RuleBroken(
            _("Holds until: a day from today to %(last)s.")
            % {"last": today + timedelta(days=MOST_DAYS)}
        )
    with transaction.atomic():
        _keep(customer_id, scheme, cell, reason, today, until, by, at)
        put_cell(customer_id, scheme, cell, at=at)


def _keep(
    customer_id: int, scheme: Scheme, cell: str, reason: str, today: date, until: date, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    _open(customer_id, scheme, today).update(ended_on=today)
    Override.objects.create(
        customer_id=customer_id, scheme=scheme, cell=cell, reason=reason, from_day=today,
        until=until, by=by.name, at=at,
    )  # fmt: skip
    record(
        "stage.set", by=by, at=at, customer_id=customer_id, cell=cell, until=until.isoformat(),
        reason=reason,
    )  # fmt: skip


def take_back(customer_id: int, *, by: Actor, at: datetime) -> None:
    """The rule's stage holds again, at once."""
    by.need("customers.edit")
    get(by, customer_id)
    scheme, today = _lifecycle(), timezone.localdate(at)
    if not _open(customer_id, scheme, today).exists():
        raise RuleBroken(_("No stage was set by hand."))
    with transaction.atomic():
        _open(customer_id, scheme, today).update(ended_on=today)
        record("stage.taken_back", by=by, at=at, customer_id=customer_id)
        put_cell(customer_id, scheme, rule_cell(customer_id, scheme), at=at)


def words_on(customer_id: int) -> list[Word]:
    """Everything that was said of the customer's stage, the newest first."""
    rows = Override.objects.filter(customer_id=customer_id).select_related("scheme")
    return [
        Word(cell, row.reason, row.from_day, row.until, row.ended_on, row.by)
        for row in rows.order_by("-pk")
        if (cell := cell_in(row.scheme.definition, row.cell)) is not None
    ]


def _open(customer_id: int, scheme: Scheme, today: date) -> models.QuerySet[Override]:
    return Override.objects.filter(
        customer_id=customer_id, scheme=scheme, ended_on=None, until__gte=today
    )


def _lifecycle() -> Scheme:
    scheme = Scheme.objects.filter(kind="lifecycle").first()
    if scheme is None:
        raise Missing("lifecycle")
    return scheme
