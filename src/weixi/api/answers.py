"""What customers answered when they were asked."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.customers.queries import get as get_customer
from weixi.collect.surveys import actions, queries
from weixi.collect.surveys.rules import Dimension
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import PAGE, Body, Cursor, Id, Limit, Moment, PageOf, Reference, page_of

router = Router(tags=["answers"])
VIEW, EDIT = needs("answers.view"), needs("answers.edit")
Mark = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class AnswerOut(Schema):
    """`expected` and `perceived` on one scale; `satisfaction` = perceived / expected."""

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
    satisfaction: float | None
    score: float | None
    text: str


class AnswerIn(Body):
    """A pair, a score or a text. Scores: nps 0–10, csat 1–5, ces 1–7, loyalty items 0–10."""

    customer_id: Reference
    survey: Annotated[str, Field(min_length=1, max_length=80)]
    question: Annotated[str, Field(min_length=1, max_length=60)]
    dimension: Dimension | None = None
    expected: Mark | None = None
    perceived: Mark | None = None
    score: Mark | None = None
    text: Annotated[str, Field(max_length=10_000)] = ""
    at: Moment | None = None


@router.get("/answers", response=PageOf[AnswerOut], auth=VIEW)
def list_answers(
    request: ApiRequest,
    limit: Limit = PAGE,
    cursor: Cursor = "",
    since: Annotated[Moment | None, Query()] = None,
    until: Annotated[Moment | None, Query()] = None,
    survey: Annotated[str, Query(max_length=80)] = "",
    question: Annotated[str, Query(max_length=60)] = "",
) -> Any:
    """The newest first; `since` ≤ at < `until`."""
    page = queries.listing(
        request.actor,
        survey=survey,
        question=question,
        since=since,
        until=until,
        cursor=cursor,
        limit=limit,
    )
    return page_of(page, AnswerOut.from_orm)


@router.get("/customers/{int:customer_id}/answers", response=PageOf[AnswerOut], auth=VIEW)
def answers_of_customer(
    request: ApiRequest, customer_id: Id, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    get_customer(request.actor, customer_id)
    page = queries.answers_of(request.actor, customer_id, cursor=cursor, limit=limit)
    return page_of(page, AnswerOut.from_orm)


@router.post("/answers", response={201: AnswerOut}, auth=EDIT)
@idempotent
def record_answer(request: ApiRequest, body: AnswerIn) -> Any:
    request.actor.need("answers.view")  # for the answer; before anything is written
    new = actions.NewAnswer(
        survey=body.survey,
        question=body.question,
        dimension=body.dimension or "",
        expected=body.expected,
        perceived=body.perceived,
        score=body.score,
        text=body.text,
        answered_at=body.at,
    )
    made = actions.record_answer(body.customer_id, new, by=request.actor, at=now())
    return Status(201, AnswerOut.from_orm(queries.answer(request.actor, made.pk)))
