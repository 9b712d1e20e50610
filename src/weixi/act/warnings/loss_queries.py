"""Reads of losses and of how warnings came true: Pareto of causes, precision (P4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from weixi.collect.surveys.models import Answer
from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import listed

from .models import Loss, Precision
from .rules import Cause, wilson

NEWEST = Keyset(("-noticed_on", "-value", "-id"), "losses")


@dataclass(frozen=True)
class LossRow:
    """`exit_words`: what the customer answered on leaving. `value` in minor units, all time."""

    id: int
    customer_id: int
    number: str
    customer: str
    noticed_on: date
    last_bought_on: date
    kind: str
    cause: str
    evidence: tuple[dict[str, Any], ...]
    exit_words: str
    contacts: int
    alerts_handled: int
    value: int
    won_back_on: date | None
    judged_by: str
    note: str


@dataclass(frozen=True)
class CauseRow:
    """`cumulative`: share of the losses of known cause up to here; None for the unknown."""

    cause: str
    losses: int
    value: int
    won_back: int
    share: float
    cumulative: float | None


@dataclass(frozen=True)
class Pareto:
    rows: tuple[CauseRow, ...]
    losses: int
    value: int
    won_back: int
    active: int
    passive: int


@dataclass(frozen=True)
class PrecisionRow:
    level: str
    cut: date
    horizon_days: int
    warned: int
    lost: int
    rule_lost: int
    population: int
    population_lost: int

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.lost, self.warned)

    @property
    def share(self) -> float | None:
        return self.lost / self.warned if self.warned else None

    @property
    def rule_share(self) -> float | None:
        return self.rule_lost / self.warned if self.warned else None

    @property
    def recall(self) -> float | None:
        """Of all who were lost, who had been warned of."""
        return self.lost / self.population_lost if self.population_lost else None

    @property
    def rule_recall(self) -> float | None:
        return self.rule_lost / self.population_lost if self.population_lost else None


def losses(
    actor: Actor,
    *,
    cause: str = "",
    kind: str = "",
    won_back: bool | None = None,
    since: date | None = None,
    before: date | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[LossRow]:
    """The newest first, of a day those who had bought most."""
    rows = _losses(actor, since)
    if cause:
        rows = rows.filter(cause=cause)
    if kind:
        rows = rows.filter(kind=kind)
    if before is not None:
        rows = rows.filter(noticed_on__lt=before)
    if won_back is not None:
        rows = rows.filter(won_back_on__isnull=not won_back)
    return keyset_page(
        rows.select_related("customer"), NEWEST, cursor=cursor, limit=limit, render=_rows
    )


def loss(actor: Actor, loss_id: int) -> LossRow:
    found = list(_losses(actor, None).filter(pk=loss_id).select_related("customer"))
    if not found:
        raise Missing("loss")
    return _rows(found)[0]


def losses_of(actor: Actor, customer_id: int) -> tuple[LossRow, ...]:
    rows = _losses(actor, None).filter(customer_id=customer_id).select_related("customer")
    return tuple(_rows(list(rows.order_by("-pk"))))


def pareto(actor: Actor, *, since: date | None = None) -> Pareto:
    """Causes by number of losses; the unknown last, it is no cause."""
    rows = _losses(actor, since)
    counted = rows.values("cause").annotate(
        n=Count("pk"),
        worth=Coalesce(Sum("value"), 0),
        back=Count("pk", filter=Q(won_back_on__isnull=False)),
    )
    found = sorted(counted, key=lambda row: (row["cause"] == Cause.UNKNOWN, -row["n"]))
    whole = sum(row["n"] for row in found)
    known = sum(row["n"] for row in found if row["cause"] != Cause.UNKNOWN)
    kinds = dict(rows.values_list("kind").annotate(n=Count("pk")))
    told, running = [], 0
    for row in found:
        is_known = row["cause"] != Cause.UNKNOWN
        running += row["n"] if is_known else 0
        share, cumulative = row["n"] / whole, running / known if is_known else None
        told.append(CauseRow(row["cause"], row["n"], row["worth"], row["back"], share, cumulative))
    return Pareto(
        tuple(told),
        whole,
        sum(row.value for row in told),
        sum(row.won_back for row in told),
        kinds.get("active", 0),
        kinds.get("passive", 0),
    )


def precision() -> list[PrecisionRow]:
    """The newest day whose warnings could be judged, by level; empty before there is one."""
    newest = Precision.objects.order_by("-cut").values_list("cut", flat=True).first()
    if newest is None:
        return []
    order = {"high": 0, "raised": 1, "all": 2}
    rows = [
        PrecisionRow(**{name: getattr(row, name) for name in PrecisionRow.__dataclass_fields__})
        for row in Precision.objects.filter(cut=newest)
    ]
    return sorted(rows, key=lambda row: order.get(row.level, 9))


def _losses(actor: Actor, since: date | None) -> QuerySet[Loss]:
    rows = Loss.objects.filter(listed(actor, "customer__"))
    return rows if since is None else rows.filter(noticed_on__gte=since)


def _rows(losses: Sequence[Loss]) -> list[LossRow]:
    said = [loss.exit_answer_id for loss in losses if loss.exit_answer_id]
    words = dict(Answer.objects.filter(pk__in=said).values_list("pk", "text"))
    return [
        LossRow(
            id=loss.pk,
            customer_id=loss.customer_id,
            number=loss.customer.number,
            customer=loss.customer.name,
            noticed_on=loss.noticed_on,
            last_bought_on=loss.last_bought_on,
            kind=loss.kind,
            cause=loss.cause,
            evidence=tuple(loss.evidence),
            exit_words=words.get(loss.exit_answer_id or 0, ""),
            contacts=loss.tried.get("contacts", 0),
            alerts_handled=loss.tried.get("alerts_handled", 0),
            value=loss.value,
            won_back_on=loss.won_back_on,
            judged_by=loss.judged_by,
            note=loss.note,
        )
        for loss in losses
    ]
