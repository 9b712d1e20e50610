"""The features of the boosted model in words, with what each adds to a customer's risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from weixi.core.money import short

# feature → (unit of its value, sentence with it, sentence where it is unknown)
WORDS: dict[str, tuple[str, str, str]] = {
    "repeats": ("count", gettext_noop("{value} repeat purchases so far"), ""),
    "days_since": ("count", gettext_noop("{value} days since the last purchase"), ""),
    "tenure": ("count", gettext_noop("customer for {value} days"), ""),
    "rhythm": (
        "count",
        gettext_noop("usually buys every {value} days"),
        gettext_noop("no own rhythm yet"),
    ),
    "lateness": (
        "ratio",
        gettext_noop("{value} times the own rhythm without a purchase"),
        gettext_noop("no own rhythm yet"),
    ),
    "rhythm_spread": (
        "share",
        gettext_noop("gaps between purchases vary by {value}"),
        gettext_noop("too few gaps between purchases to compare"),
    ),
    "slowing": (
        "ratio",
        gettext_noop("the newest gap was {value} times the usual one"),
        gettext_noop("too few gaps between purchases to compare"),
    ),
    "bought_90": ("count", gettext_noop("bought on {value} days of the last 90"), ""),
    "bought_180": ("count", gettext_noop("bought on {value} days of the last 180"), ""),
    "bought_365": ("count", gettext_noop("bought on {value} days of the last 365"), ""),
    "bought_before": ("count", gettext_noop("bought on {value} days of the year before"), ""),
    "same_season": (
        "count",
        gettext_noop("bought on {value} days in the same season a year ago"),
        gettext_noop("not yet a customer in the same season a year ago"),
    ),
    "spend": ("money", gettext_noop("{value} a purchase day"), ""),
    "spend_change": (
        "share",
        gettext_noop("spend of half a year changed by {value}"),
        gettext_noop("no spend in the half year before to compare with"),
    ),
    "newest_spend": (
        "share",
        gettext_noop("the newest purchase was {value} of the usual amount"),
        "",
    ),
    "discount_share": (
        "share",
        gettext_noop("{value} of the prices were discount"),
        gettext_noop("discount unknown"),
    ),
    "returned_share": ("share", gettext_noop("{value} of sales brought back"), ""),
    "complaints": ("count", gettext_noop("{value} complaints in a year"), ""),
    "complaints_unsolved": ("count", gettext_noop("{value} complaints without a solution"), ""),
    "complaint_ago": (
        "count",
        gettext_noop("last complained {value} days ago"),
        gettext_noop("never complained"),
    ),
    "complaint_since_purchase": ("flag", gettext_noop("complained, and has not bought since"), ""),
    "complaint_slow_days": (
        "count",
        gettext_noop("the last complaint took {value} days"),
        gettext_noop("never complained"),
    ),
    "satisfaction": (
        "ratio",
        gettext_noop("satisfaction c {value} in half a year"),
        gettext_noop("no answer about satisfaction in half a year"),
    ),
    "satisfaction_change": (
        "ratio",
        gettext_noop("satisfaction c changed by {value}"),
        gettext_noop("no two answers about satisfaction to compare"),
    ),
    "recommends": (
        "count",
        gettext_noop("would recommend us: {value} of 10"),
        gettext_noop("never asked whether they would recommend us"),
    ),
    "answered_ago": (
        "count",
        gettext_noop("last answered {value} days ago"),
        gettext_noop("never answered a survey"),
    ),
    "disappointed_ago": (
        "count",
        gettext_noop("spoke of disappointment {value} days ago"),
        gettext_noop("has not spoken of disappointment"),
    ),
    "competitor_ago": (
        "count",
        gettext_noop("named a competitor {value} days ago"),
        gettext_noop("has not named a competitor"),
    ),
    "own_change_ago": (
        "count",
        gettext_noop("told of a change of their own {value} days ago"),
        gettext_noop("has not told of a change of their own"),
    ),
    "contacts_in": ("count", gettext_noop("came to us {value} times in 90 days"), ""),
    "contacts_out": ("count", gettext_noop("we came to them {value} times in 90 days"), ""),
    "contact_ago": (
        "count",
        gettext_noop("last contact {value} days ago"),
        gettext_noop("no contact recorded"),
    ),
    "points_balance": (
        "count",
        gettext_noop("{value} points in hand"),
        gettext_noop("no points account"),
    ),
    "points_idle": (
        "count",
        gettext_noop("points untouched for {value} days"),
        gettext_noop("no points account"),
    ),
    "overdue_days": (
        "count",
        gettext_noop("a bill {value} days overdue"),
        gettext_noop("no bill is overdue"),
    ),
    "late_share": (
        "share",
        gettext_noop("{value} of bills paid late"),
        gettext_noop("no bill was due"),
    ),
    "is_business": ("flag", gettext_noop("a business customer"), ""),
}
FALSE = {
    "complaint_since_purchase": gettext_noop("no complaint since the last purchase"),
    "is_business": gettext_noop("a consumer"),
}


@dataclass(frozen=True)
class Part:
    """`points`: by how many percentage points the risk would differ without it; + raises."""

    feature: str
    sentence: str
    points: float


def parts_of(stored: Sequence[Sequence[Any]], risk: float) -> tuple[Part, ...]:
    """`stored`: [[feature, value or None, log-odds added]]. What reads the same is said once."""
    at = log(max(risk, 1e-9) / max(1 - risk, 1e-9))
    told: dict[str, tuple[str, float]] = {}  # sentence → the feature it was first said of, log-odds
    for name, value, added in stored:
        if name in WORDS:
            text = sentence(name, value)
            first, before = told.get(text, (name, 0.0))
            told[text] = (first, before + added)
    return tuple(
        Part(name, text, 100 * (risk - 1 / (1 + exp(added - at))))
        for text, (name, added) in told.items()
    )


def sentence(name: str, value: float | None) -> str:
    """
    >>> sentence("days_since", 95.0)
    '95 days since the last purchase'
    """
    unit, known, unknown = WORDS[name]
    if value is None:
        return _(unknown or gettext_noop("unknown"))
    if unit == "flag":
        return _(known if value else FALSE[name])
    return _(known).format(value=_shown(unit, value))


def _shown(unit: str, value: float) -> str:
    if unit == "share":
        return f"{100 * value:.0f}%"
    if unit == "ratio":
        return f"{value:.2g}" if abs(value) < 10 else f"{value:,.0f}"
    if unit == "money":
        return short(round(value), settings.CURRENCY, get_language() or "")
    return f"{value:,.0f}"
