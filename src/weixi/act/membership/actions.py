"""Write privileges, budgets of surprises, and the surprises given."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.classify.queries import cell_names
from weixi.classify.queries import scheme as scheme_of
from weixi.collect.costs.actions import note_cost
from weixi.collect.costs.rules import CostKind
from weixi.collect.customers.models import Customer
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.money import MINOR_PER_UNIT, full
from weixi.core.text import checked
from weixi.staff.models import Team
from weixi.staff.permissions import reachable

from .models import Privilege, Surprise, SurpriseBudget
from .queries import spent_of, surprise
from .rules import PrivilegeKind, first_of_month, left_of

AMOUNT_MOST = 10**9


@transaction.atomic
def add_privilege(
    *, name: str, about: str = "", kind: str = PrivilegeKind.PRIVILEGE, cell: str = "",
    customer_id: int | None = None, until: date | None = None, by: Actor, at: datetime,
) -> Privilege:  # fmt: skip
    by.need("privileges.edit")
    if bool(cell) == (customer_id is not None):
        raise RuleBroken(_("A privilege is for a tier or for one customer."))
    if kind not in set(PrivilegeKind):
        raise RuleBroken(_("Choose what kind of privilege it is."))
    if cell:
        _check_cell(cell)
    if customer_id is not None:
        _customer(customer_id, by)
    if until is not None and until < timezone.localdate(at):
        raise RuleBroken(_("The last day lies in the past."))
    made = Privilege.objects.create(
        kind=kind, name=checked(name, what=pgettext("thing", "Name"), at_most=60, need=True),
        about=checked(about, what=_("What they get"), at_most=200), cell=cell,
        customer_id=customer_id, until=until, made_by=by.name[:80], made_at=at,
    )  # fmt: skip
    record("privilege.added", by=by, at=at, customer_id=customer_id, privilege=made.pk,
           name=made.name, cell=cell)  # fmt: skip
    return made


@transaction.atomic
def switch_privilege(privilege_id: int, *, is_on: bool, by: Actor, at: datetime) -> Privilege:
    """Off: nobody gets it any more; the row stays, so that it is known what was promised."""
    by.need("privileges.edit")
    row = Privilege.objects.filter(pk=privilege_id).first()
    if row is None:
        raise Missing("privilege")
    if row.customer_id is not None:
        _customer(row.customer_id, by)
    row.is_on = is_on
    row.save(update_fields=["is_on"])
    record("privilege.switched", by=by, at=at, customer_id=row.customer_id, privilege=row.pk,
           is_on=is_on)  # fmt: skip
    return row


@transaction.atomic
def set_budget(
    *, month: date, amount: int, team_id: int | None = None, by: Actor, at: datetime
) -> SurpriseBudget:
    """Of a team, or of everybody; may be lowered below what is spent, then nothing is left."""
    by.need("privileges.edit")
    if not 0 <= amount <= AMOUNT_MOST:
        raise RuleBroken(
            _("The budget is 0 to {most}.").format(most=f"{AMOUNT_MOST // MINOR_PER_UNIT:,}")
        )
    if by.reach != "all" and team_id != by.team_id:
        raise RuleBroken(_("You can set the budget of your own team only."))
    team = None if team_id is None else Team.objects.filter(pk=team_id).first()
    if team is None and team_id is not None:
        raise Missing("team")
    row, _made = SurpriseBudget.objects.update_or_create(
        team=team, month=first_of_month(month),
        defaults={"amount": amount, "changed_by": by.name[:80], "changed_at": at},
    )  # fmt: skip
    record("surprise_budget.set", by=by, at=at, budget=row.pk, amount=amount, team=team_id)
    return row


@transaction.atomic
def give_surprise(
    customer_id: int, *, what: str, reason: str, amount: int, by: Actor, at: datetime
) -> Surprise:
    """From this month's budget of the customer's team, else of everybody; refused beyond it."""
    by.need("surprises.give")
    customer = _customer(customer_id, by)
    what = checked(what, what=_("The surprise"), at_most=80, need=True)
    reason = checked(reason, what=_("The reason"), at_most=200, need=True)
    if not 0 < amount <= AMOUNT_MOST:
        raise RuleBroken(_("A surprise costs more than nothing: enter the amount."))
    budget = _budget_for(customer, at)
    left = left_of(budget.amount, spent_of(budget.pk))
    if amount > left:
        raise RuleBroken(
            _("{left} are left of this month's budget of {budget}; this costs {amount}.").format(
                left=_money(left), budget=_money(budget.amount), amount=_money(amount)
            )
        )
    made = Surprise.objects.create(
        budget=budget, customer=customer, what=what, reason=reason, amount=amount, at=at,
        by_id=by.user_id, by_name=by.name[:80],
    )  # fmt: skip
    note_cost(customer.pk, number=f"surprise-{made.pk}", kind=CostKind.GIFT, amount=amount,
              note=what, by=by, at=at)  # fmt: skip
    record("surprise.given", by=by, at=at, customer_id=customer.pk, surprise=made.pk, what=what,
           amount=amount)  # fmt: skip
    return made


@transaction.atomic
def take_back_surprise(surprise_id: int, *, reason: str, by: Actor, at: datetime) -> Surprise:
    """It was not given after all: the money is free again."""
    row = surprise(by, surprise_id)
    reason = checked(reason, what=_("The reason"), at_most=200, need=True)
    SurpriseBudget.objects.select_for_update().get(pk=row.budget_id)
    taken = Surprise.objects.filter(pk=row.pk, taken_back_at=None)
    if not taken.update(taken_back_at=at, taken_back_why=reason):
        raise RuleBroken(_("It was taken back already."))
    note_cost(row.customer_id, number=f"surprise-{row.pk}-back", kind=CostKind.GIFT,
              amount=-row.amount, note=row.what, by=by, at=at)  # fmt: skip
    record("surprise.taken_back", by=by, at=at, customer_id=row.customer_id, surprise=row.pk)
    row.refresh_from_db()
    return row


def _budget_for(customer: Customer, at: datetime) -> SurpriseBudget:
    """Held until the end of the transaction: two who spend the last money wait for each other."""
    month = first_of_month(timezone.localdate(at))
    rows = SurpriseBudget.objects.select_for_update().filter(month=month)
    found = None
    if customer.team_id is not None:
        found = rows.filter(team=customer.team_id).first()
    found = found or rows.filter(team=None).first()
    if found is None:
        raise RuleBroken(_("No budget for surprises is set for this month."))
    return found


def _check_cell(cell: str) -> None:
    scheme, _colon, code = cell.partition(":")
    if scheme_of(scheme) is None or code not in cell_names(scheme):
        raise RuleBroken(_("There is no such tier."))


def _customer(customer_id: int, by: Actor) -> Customer:
    found = Customer.objects.filter(reachable(by), pk=customer_id, merged_into__isnull=True).first()
    if found is None:
        raise Missing("customer")
    return found


def _money(minor: int) -> str:
    return full(minor, settings.CURRENCY)
