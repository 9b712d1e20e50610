"""The card of size and credit (M4): what behaviour says beside what people judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from weixi.collect.customers.bonds import LimitRow, RatingRow
from weixi.measure.registry import BY_CODE
from weixi.web.vocabulary import word

from .portrait import why_words

JUDGED = {"size": ("size", "market_share", "condition"), "credit": ("credit",)}
FIGURES = (
    "paid_on_time", "days_late", "overdue_amount", "overdue_days", "outstanding", "credit_use",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """What people may judge; `rating` None: nobody did. It counts from the next refresh."""

    code: str
    name: str
    rating: RatingRow | None


@dataclass(frozen=True)
class Score:
    """`value` 0 to 100, and the judgements that are part of it."""

    code: str
    name: str
    value: float | None
    why: str
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class CreditCard:
    """`limit` None: none is known today; the figures are of the last refresh."""

    scores: tuple[Score, ...]
    paid_on_time: float | None
    days_late: float | None
    overdue_amount: int | None
    overdue_days: int | None
    outstanding: int | None
    credit_use: float | None
    limit: LimitRow | None

    @property
    def why_no_use(self) -> str:
        """Empty limit and missing bills are different; the figures are of the last refresh."""
        if self.limit and self.limit.amount and self.outstanding is not None:
            return why_words("not_refreshed")
        is_granted = self.limit and self.limit.amount
        return why_words("no_bills_at_all" if is_granted else "no_limit")

    @property
    def is_over(self) -> bool:
        return self.credit_use is not None and self.credit_use > 1


def credit_card(
    snapshot: Any, ratings: Mapping[str, RatingRow], limit: LimitRow | None
) -> CreditCard:
    names = {"size": _("Size"), "credit": _("Credit")}
    scores = tuple(
        Score(
            code,
            name,
            getattr(snapshot, code) if snapshot else None,
            why_words(BY_CODE[code].why_unknown if snapshot else "not_refreshed"),
            tuple(Judged(kind, word("rating", kind), ratings.get(kind)) for kind in JUDGED[code]),
        )
        for code, name in names.items()
    )
    told: dict[str, Any] = {name: getattr(snapshot, name, None) for name in FIGURES}
    return CreditCard(scores, limit=limit, **told)
