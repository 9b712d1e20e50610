"""The cards of the customer page: risk in words, rhythm, value, facts behind. Reads nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from weixi.measure.registry import WHY_UNKNOWN as WHY_NOT_MEASURED
from weixi.predict.queries import WHY
from weixi.predict.rules import RiskLevel, risk_level
from weixi.web.drawings import Purchase
from weixi.web.wording import money_short, percent

NOTABLE_CHANGE = 0.2  # of revenue, 90 days against the 90 before
NOTABLE_RETURNS = 0.1
LEVELS = {RiskLevel.HIGH: ("danger", "alert-octagon"), RiskLevel.RAISED: ("warn", "alert-triangle")}


@dataclass(frozen=True)
class Fact:
    """Something that raises or lowers the risk, with the rows it was counted from."""

    sentence: str
    icon: str
    level: str
    kind: str  # tab of the timeline that shows the rows


@dataclass(frozen=True)
class Risk:
    """`sentence` when it is known, `why_unknown` when it is not."""

    is_known: bool
    share: float | None
    level: str
    icon: str
    word: str
    sentence: str
    base: str
    why_unknown: str
    facts: tuple[Fact, ...]


def risk_of(score: Any, snapshot: Any, card: Any) -> Risk:
    """`card`: the model in use, for the base rate on held-out time."""
    facts = facts_of(snapshot)
    if score is None or score.churn_risk is None:
        why = score.why_unknown if score else "not_refreshed"
        return Risk(False, None, "", "help-circle", _("Unknown"), "", "", why_words(why), facts)
    found = risk_level(score.churn_risk)
    level, icon = LEVELS.get(found, ("ok", "circle-check"))
    sentence = _("{percent} likely to buy nothing in the next {days} days").format(
        percent=percent(score.churn_risk, 0), days=score.horizon_days
    )
    return Risk(
        True, score.churn_risk, level, icon, risk_word(found), sentence, _base(card), "", facts
    )


def risk_word(level: RiskLevel) -> str:
    return {
        RiskLevel.HIGH: _("High"),
        RiskLevel.RAISED: _("Raised"),
        RiskLevel.LOW: _("Low"),
    }[level]


def _base(card: Any) -> str:
    rate = (card.figures or {}).get("base_rate") if card else None
    if rate is None:
        return ""
    return _("Of all customers it was {percent} in the last period that could be checked").format(
        percent=percent(rate, 0)
    )


def why_words(code: str) -> str:
    """The reason in the language of the page."""
    zh, en = (WHY | WHY_NOT_MEASURED).get(code, (code, code))
    return zh if (get_language() or "").startswith("zh") else en


def facts_of(snapshot: Any) -> tuple[Fact, ...]:
    """What the newest measures say, the weightiest first. Causes are not guessed."""
    if snapshot is None:
        return ()
    found = (_lateness(snapshot), _change(snapshot), _returns(snapshot), _contact(snapshot))
    return tuple(fact for fact in found if fact is not None)


def _lateness(snapshot: Any) -> Fact | None:
    days, rhythm = snapshot.days_since_purchase, snapshot.rhythm_days
    if days is None or rhythm is None:
        return None
    text = ngettext(
        "{days} day without an order, usually about every {rhythm} days",
        "{days} days without an order, usually about every {rhythm} days",
        days,
    ).format(days=days, rhythm=round(rhythm))
    late = days > 1.5 * rhythm
    return Fact(text, "alarm" if late else "calendar-check", "warn" if late else "", "orders")


def _change(snapshot: Any) -> Fact | None:
    now, before = snapshot.revenue_90d, snapshot.revenue_prior_90d
    if before <= 0 or abs(now - before) < NOTABLE_CHANGE * before:
        return None
    share = abs(now - before) / before
    if now < before:
        text = _("Revenue of 90 days down {percent} on the 90 days before ({now} after {before})")
        icon, level = "trending-down", "warn"
    else:
        text = _("Revenue of 90 days up {percent} on the 90 days before ({now} after {before})")
        icon, level = "trending-up", ""
    values = {"percent": percent(share, 0), "now": money_short(now), "before": money_short(before)}
    return Fact(text.format(**values), icon, level, "orders")


def _returns(snapshot: Any) -> Fact | None:
    if snapshot.returned_share is None or snapshot.returned_share < NOTABLE_RETURNS:
        return None
    text = _("{percent} of sales returned").format(percent=percent(snapshot.returned_share, 0))
    return Fact(text, "receipt-refund", "warn", "orders")


def _contact(snapshot: Any) -> Fact | None:
    if snapshot.last_contact is None:
        return Fact(_("No contact recorded"), "phone-off", "", "contacts")
    days = (snapshot.as_of - snapshot.last_contact).days
    text = ngettext("Last contact {n} day ago", "Last contact {n} days ago", days).format(n=days)
    return Fact(text, "message-circle", "", "contacts")


@dataclass(frozen=True)
class Strip:
    """The purchase rhythm strip with its finding as the title."""

    purchases: tuple[Purchase, ...]
    due_from: date | None
    due_to: date | None
    title: str
    note: str


def strip_of(days: list[tuple[date, int]], snapshot: Any, today: date) -> Strip:
    purchases = tuple(Purchase(day, amount) for day, amount in days)
    note = ngettext(
        "{n} purchase day in 12 months", "{n} purchase days in 12 months", len(days)
    ).format(n=len(days))
    if snapshot is None or snapshot.last_purchase is None or snapshot.rhythm_days is None:
        return Strip(purchases, None, None, _("No rhythm yet: fewer than two purchase days"), note)
    low = snapshot.rhythm_low_days or snapshot.rhythm_days
    high = snapshot.rhythm_high_days or snapshot.rhythm_days
    start = snapshot.last_purchase + timedelta(days=round(low))
    end = snapshot.last_purchase + timedelta(days=max(round(high), round(low) + 1))
    gap = _("middle gap {n} days").format(n=f"{snapshot.rhythm_days:g}")
    return Strip(purchases, start, end, _rhythm_finding(start, end, today), f"{note} · {gap}")


def _rhythm_finding(start: date, end: date, today: date) -> str:
    span = {"low": start.strftime("%m-%d"), "high": end.strftime("%m-%d")}
    late = (today - end).days
    if late > 0:
        return ngettext(
            "Order expected {low} to {high}, {n} day past",
            "Order expected {low} to {high}, {n} days past",
            late,
        ).format(**span, n=late)
    return _("Next order expected {low} to {high}").format(**span)
