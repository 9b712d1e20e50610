"""Reads about what customers answered, cut by the actor's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from weixi.core.actor import Actor
from weixi.core.errors import Missing
from weixi.core.paging import LIMIT, Keyset, Page, keyset_page
from weixi.staff.permissions import reachable

from .models import Answer

NEWEST = Keyset(("-at", "-id"), "answers")


@dataclass(frozen=True)
class AnswerRow:
    """One answer ready to render: a pair on one scale, a score, or a text."""

    id: int
    number: str
    customer_id: int
    customer_number: str
    customer: str
    survey: str
    at: datetime
    question: str
    dimension: str
    expected: float | None
    perceived: float | None
    score: float | None
    text: str

    @property
    def satisfaction(self) -> float | None:
        """c = perceived / expected (M5); None where one of them is missing."""
        if self.expected is None or self.perceived is None or self.expected == 0:
            return None
        return self.perceived / self.expected


def answers_of(
    actor: Actor, customer_id: int, *, cursor: str = "", limit: int = LIMIT
) -> Page[AnswerRow]:
    """A customer's answers, the newest first; empty when the customer is out of reach."""
    rows = _reached(actor).filter(customer_id=customer_id)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


def count_of(actor: Actor, customer_id: int) -> int:
    return _reached(actor).filter(customer_id=customer_id).count()


def listing(
    actor: Actor,
    *,
    survey: str = "",
    question: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str = "",
    limit: int = LIMIT,
) -> Page[AnswerRow]:
    """Answers of all customers within reach in [since, until), the newest first."""
    rows = _reached(actor)
    if survey:
        rows = rows.filter(survey=survey)
    if question:
        rows = rows.filter(question=question)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    return keyset_page(rows, NEWEST, cursor=cursor, limit=limit, render=_rendered)


@dataclass(frozen=True)
class Pair:
    """Expectation and perception of one question, as answered."""

    dimension: str
    expected: float
    perceived: float
    survey: str


def pairs_of(actor: Actor, customer_id: int, *, since: datetime) -> list[Pair]:
    """The pairs that satisfaction c is counted from: with an expectation above zero."""
    rows = _reached(actor).filter(
        customer_id=customer_id, at__gte=since, expected__gt=0, perceived__isnull=False
    )
    found = rows.values_list("dimension", "expected", "perceived", "survey")
    return [Pair(row[0], float(row[1] or 0), float(row[2] or 0), row[3]) for row in found]


def answer(actor: Actor, answer_id: int) -> AnswerRow:
    """Raises Missing, the same for "not there" and "not yours"."""
    row = _reached(actor).filter(pk=answer_id).first()
    if row is None:
        raise Missing("answer")
    return _row(row)


def _reached(actor: Actor) -> QuerySet[Answer]:
    actor.need("answers.view")
    return Answer.objects.filter(reachable(actor, "customer__")).select_related("customer")


def _rendered(rows: Sequence[Answer]) -> list[AnswerRow]:
    return [_row(row) for row in rows]


def _row(row: Answer) -> AnswerRow:
    return AnswerRow(
        id=row.pk,
        number=row.number,
        customer_id=row.customer_id,
        customer_number=row.customer.number,
        customer=row.customer.name,
        survey=row.survey,
        at=row.at,
        question=row.question,
        dimension=row.dimension,
        expected=None if row.expected is None else float(row.expected),
        perceived=None if row.perceived is None else float(row.perceived),
        score=None if row.score is None else float(row.score),
        text=row.text,
    )
