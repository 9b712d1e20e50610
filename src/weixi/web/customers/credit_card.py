"""The card of size and credit (M4): what behaviour says beside what people judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.collect.customers.bonds import RatingRow
from weixi.measure.registry import BY_CODE

from .portrait import why_words


@dataclass(frozen=True)
class Score:
    """`value` 0 to 100; `rating` None: nobody judged it. A rating counts from the next refresh."""

    code: str
    name: str
    value: float | None
    why: str
    rating: RatingRow | None


@dataclass(frozen=True)
class CreditCard:
    scores: tuple[Score, ...]
    paid_on_time: float | None
    days_late: float | None
    overdue_amount: int | None
    overdue_days: int | None


def credit_card(snapshot: Any, ratings: Mapping[str, RatingRow]) -> CreditCard:
    names = {"size": _("Size"), "credit": _("Credit")}
    scores = tuple(
        Score(
            code,
            name,
            getattr(snapshot, code) if snapshot else None,
            why_words(BY_CODE[code].why_unknown if snapshot else "not_refreshed"),
            ratings.get(code),
        )
        for code, name in names.items()
    )
    told = (
        getattr(snapshot, name, None)
        for name in ("paid_on_time", "days_late", "overdue_amount", "overdue_days")
    )
    return CreditCard(scores, *told)
