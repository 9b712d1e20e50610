"""How a measure of a customer is computed: formula, period, needed data, and the rows behind."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from weixi.collect.complaints import queries as complaints
from weixi.collect.costs import queries as costs
from weixi.collect.customers.bonds import bonds_of, credit_limits_of, ratings_of
from weixi.collect.orders import queries as orders
from weixi.collect.points import queries as points
from weixi.collect.referrals.queries import MOST, ReferralRow, referrals_of
from weixi.collect.surveys import queries as answers
from weixi.collect.touchpoints import queries as contacts
from weixi.core.actor import Actor
from weixi.core.paging import LIMIT_MOST
from weixi.measure.decline import HALF_YEAR
from weixi.measure.queries import snapshots_of
from weixi.measure.registry import NEEDS, Measure
from weixi.measure.rules import DIMENSIONS, INDICATORS
from weixi.web.vocabulary import word
from weixi.web.wording import money_full, number

PERIOD_DAYS = {"24m": 730, "12m": 365, "180d": 180, "90d": 90}
# Days back, first and last, of measures that do not end with the day.
SPANS = {
    "revenue_prior_12m": (365, 729),
    "revenue_prior_90d": (90, 179),
    "revenue_prior_180d": (180, 359),
    "value_change": (0, 359),
    "decline_factor": (0, 359),
    "satisfaction_before": (90, 454),
    "paid_on_time": (0, 730),
    "days_late": (0, 730),
    "credit": (0, 730),
    "overdue_amount": (0, 730),
    "overdue_days": (0, 730),
}
OWED = ("outstanding", "credit_use")  # bills not paid, due or not
OVERDUE = ("overdue_amount", "overdue_days")
PAIRED = ("satisfaction", "satisfaction_before", "satisfaction_gap", "satisfaction_n", "listeners")
JUDGED = {"size": ("size", "market_share", "condition"), "business_condition": ("condition",)}
QUESTIONS = {"nps": "nps", "csat": "csat", "ces": "ces", "loyalty_reason": "why_us"}


@dataclass(frozen=True)
class Line:
    """One row behind a measure; `url` empty where it has no page of its own."""

    day: date
    title: str
    text: str
    right: str
    url: str = ""


@dataclass(frozen=True)
class Rows:
    """The rows of one kind, the newest first; `total` in words where they add up."""

    kind: str
    name: str
    lines: tuple[Line, ...]
    total: str
    is_cut: bool


@dataclass(frozen=True)
class Behind:
    """What the rows of a measure are cut by: days, question, dimension."""

    code: str
    first: date
    last: date
    needs: tuple[str, ...]

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def behind(measure: Measure, as_of: date) -> Behind:
    start, end = span_of(measure)
    first = date.min if end is None else as_of - timedelta(days=end)
    needs = tuple(name for name in measure.needs.split() if name in SOURCES)
    return Behind(measure.code, first, as_of - timedelta(days=start), needs)


def span_of(measure: Measure) -> tuple[int, int | None]:
    """First and last day back that count; None: all time."""
    if measure.code in SPANS:
        return SPANS[measure.code]
    days = PERIOD_DAYS.get(measure.period)
    return 0, days - 1 if days else None


def rows_behind(actor: Actor, customer_id: int, asked: Behind, *, chinese: bool) -> list[Rows]:
    """Kinds of rows the actor may see; a kind without rows stands there empty."""
    found = []
    for kind in asked.needs:
        permission, read = SOURCES[kind]
        if not actor.may(permission):
            continue
        lines, total, is_cut = read(actor, customer_id, asked)
        found.append(Rows(kind, NEEDS[kind][0 if chinese else 1], tuple(lines), total, is_cut))
    return found


Read = tuple[Iterable[Line], str, bool]


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _orders(actor: Actor, customer_id: int, asked: Behind) -> Read:
    page = orders.orders_of(actor, customer_id, limit=LIMIT_MOST)
    kept = [row for row in page.rows if asked.holds(_day(row.ordered_at))]
    lines = [
        Line(
            _day(row.ordered_at),
            _("Return") if row.amount < 0 else _("Order"),
            row.number,
            money_full(row.amount, row.currency),
            reverse("web:order", args=[row.number]),
        )
        for row in kept
    ]
    return lines, money_full(sum(row.amount for row in kept)), bool(page.next)


def _payments(actor: Actor, customer_id: int, asked: Behind) -> Read:
    """Bills behind the measure; a later payment is not known yet on the day."""
    page = orders.orders_of(actor, customer_id, limit=LIMIT_MOST)
    kept = [row for row in page.rows if row.amount > 0 and _is_bill(row, asked)]
    lines = [
        Line(
            row.due_on or asked.last,
            row.number,
            _payment(row.due_on, row.paid_on, asked.last),
            money_full(row.amount, row.currency),
            reverse("web:order", args=[row.number]),
        )
        for row in kept
    ]
    return lines, money_full(sum(row.amount for row in kept)), bool(page.next)


def _is_bill(row: Any, asked: Behind) -> bool:
    """Due in the period before the day; what is owed counts before it is due, too."""
    if row.due_on is None or _day(row.ordered_at) > asked.last:
        return False
    is_open = row.paid_on is None or row.paid_on > asked.last
    if asked.code in OWED:
        return is_open
    is_due = bool(asked.holds(row.due_on) and row.due_on < asked.last)
    return is_due and (is_open or asked.code not in OVERDUE)


def _payment(due: date | None, paid: date | None, as_of: date) -> str:
    if due is None:
        return ""
    is_open = paid is None or paid > as_of
    late = ((as_of if is_open else paid or as_of) - due).days
    if is_open and late <= 0:
        return _("not paid, due on {day}").format(day=due)
    if is_open:
        return _("not paid, {days} days overdue").format(days=late)
    return _("paid {days} days late").format(days=late) if late > 0 else _("paid on time")


def _categories(actor: Actor, customer_id: int, asked: Behind) -> Read:
    """The half year against the one before it, by category."""
    parted = asked.last - timedelta(days=HALF_YEAR - 1)
    rows = orders.categories_of(
        actor, customer_id, first=asked.first, parted=parted, last=asked.last
    )
    lines = [
        Line(
            _day(row.newest),
            row.category or _("without category"),
            _("{amount} in the half year before").format(amount=money_full(row.before)),
            money_full(row.since),
        )
        for row in rows
    ]
    return lines, money_full(sum(row.since for row in rows)), False


def _contacts(actor: Actor, customer_id: int, asked: Behind) -> Read:
    page = contacts.contacts_of(actor, customer_id, limit=LIMIT_MOST)
    kept = [row for row in page.rows if asked.holds(_day(row.at))]
    lines = [
        Line(_day(row.at), row.channel_name, word("purpose", row.purpose), money_full(row.cost))
        for row in kept
    ]
    return lines, money_full(sum(row.cost for row in kept)), bool(page.next)


def _costs(actor: Actor, customer_id: int, asked: Behind) -> Read:
    page = costs.costs_of(actor, customer_id, limit=LIMIT_MOST)
    kept = [row for row in page.rows if asked.holds(row.day)]
    lines = [
        Line(row.day, word("cost", row.kind), row.note, money_full(row.amount)) for row in kept
    ]
    return lines, money_full(sum(row.amount for row in kept)), bool(page.next)


def _referrals(actor: Actor, customer_id: int, asked: Behind) -> Read:
    kept = [row for row in referrals_of(actor, customer_id).made if asked.holds(row.day)]
    measured = snapshots_of(row.other_id for row in kept if row.other_id)
    lines = [
        Line(
            row.day,
            row.name or _("a customer of another team"),
            row.source,
            _won(row, measured, asked.last),
            reverse("web:customer", args=[row.other_id]) if row.other_id else "",
        )
        for row in kept
    ]
    return lines, "", len(kept) >= MOST


def _won(row: ReferralRow, measured: dict[int, Any], as_of: date) -> str:
    """Whether the recommendation came before the first purchase; a purchase counts until then."""
    if not row.other_id:
        return _("no customer yet") if row.name else ""
    first = measured[row.other_id].first_purchase if row.other_id in measured else None
    if first is None or first > as_of:
        return _("has not bought")
    text = _("first bought {day}") if first >= row.day else _("had bought before, {day}")
    return text.format(day=first)


def _answers(actor: Actor, customer_id: int, asked: Behind) -> Read:
    page = answers.answers_of(actor, customer_id, limit=LIMIT_MOST)
    kept = [row for row in page.rows if asked.holds(_day(row.at)) and _is_asked(row, asked.code)]
    lines = [Line(_day(row.at), _question(row), row.text, _answer(row)) for row in kept]
    return lines, "", bool(page.next)


def _is_asked(row: Any, code: str) -> bool:
    if code in PAIRED or code.removeprefix("c_") in DIMENSIONS:
        is_pair = row.satisfaction is not None
        return is_pair and (code in PAIRED or row.dimension == code.removeprefix("c_"))
    if code == "service_quality":
        return row.satisfaction is not None and row.dimension in DIMENSIONS
    if code in QUESTIONS:
        return bool(row.question == QUESTIONS[code])
    if code in INDICATORS:
        return bool(row.question == code)
    is_pair = code == "satisfaction_loyalty" and row.satisfaction is not None
    return is_pair or row.question in INDICATORS


def _question(row: Any) -> str:
    if row.satisfaction is not None:
        return word("dimension", row.dimension)
    return word("indicator", row.question) if row.question in INDICATORS else row.question


def _answer(row: Any) -> str:
    if row.satisfaction is not None:
        return f"b {row.perceived:g} / a {row.expected:g}"
    return "" if row.score is None else f"{row.score:g}"


def complaint_state(row: complaints.ComplaintRow) -> str:
    return pgettext("complaint", "open") if row.is_open else pgettext("complaint", "closed")


def _complaints(actor: Actor, customer_id: int, asked: Behind) -> Read:
    page = complaints.complaints_of(actor, customer_id, limit=LIMIT_MOST)
    is_open = asked.code in ("complaints_open", "complaint_open_days")
    kept = [
        row
        for row in page.rows
        if asked.holds(_day(row.received_at)) and (row.is_open or not is_open)
    ]
    lines = [
        Line(
            _day(row.received_at),
            row.description,
            row.number,
            complaint_state(row),
        )
        for row in kept
    ]
    return lines, "", bool(page.next)


def _points(actor: Actor, customer_id: int, asked: Behind) -> Read:
    page = points.points_of(actor, customer_id, limit=LIMIT_MOST)
    kept = [row for row in page.rows if asked.holds(_day(row.at))]
    lines = [
        Line(_day(row.at), f"{row.points:+,}", row.reference, f"{row.balance:,}") for row in kept
    ]
    return lines, number(sum(row.points for row in kept)), bool(page.next)


def _bonds(actor: Actor, customer_id: int, asked: Behind) -> Read:
    held = [row for row in bonds_of(actor, customer_id, as_of=asked.last).rows if row.is_in_force]
    if asked.code == "contract_ends":
        held = [row for row in held if row.kind == "contractual"]
    elif asked.code in ("barriers", "emotional_bonds"):
        held = [row for row in held if row.is_barrier == (asked.code == "barriers")]
    lines = [
        Line(
            _day(row.recorded_at),
            row.description,
            word("bond", row.kind),
            _("until {day}").format(day=row.ends_on) if row.ends_on else "",
        )
        for row in held
    ]
    return lines, "", False


def _ratings(actor: Actor, customer_id: int, asked: Behind) -> Read:
    kinds = JUDGED.get(asked.code, (asked.code,))
    rows = [row for row in ratings_of(actor, customer_id) if row.kind in kinds]
    lines = [
        Line(
            _day(row.rated_at),
            row.evidence,
            " · ".join(part for part in (_judged(row.kind, kinds), row.rated_by) if part),
            f"{row.score}",
        )
        for row in rows
    ]
    return lines, "", False


def _judged(kind: str, kinds: tuple[str, ...]) -> str:
    """What was judged, where the measure is made of several judgements."""
    return word("rating", kind) if len(kinds) > 1 else ""


def _limits(actor: Actor, customer_id: int, asked: Behind) -> Read:
    """The first one counts; the others show what held before."""
    rows = [row for row in credit_limits_of(actor, customer_id) if row.since <= asked.last]
    lines = [
        Line(row.since, row.note or _("Credit limit"), row.source, money_full(row.amount))
        for row in rows
    ]
    return lines, "", False


SOURCES: dict[str, tuple[str, Callable[[Actor, int, Behind], Read]]] = {
    "orders": ("orders.view", _orders),
    "categories": ("orders.view", _categories),
    "payments": ("orders.view", _payments),
    "contacts": ("customers.view", _contacts),
    "costs_of_care": ("customers.view", _costs),
    "referrals": ("customers.view", _referrals),
    "answers": ("answers.view", _answers),
    "complaints": ("complaints.view", _complaints),
    "points": ("customers.view", _points),
    "bonds": ("customers.view", _bonds),
    "ratings": ("customers.view", _ratings),
    "limits": ("customers.view", _limits),
}
