"""Before a contact: which channel, what belongs into a call, and the one answer to a question."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.touchpoints import advising, approved
from weixi.collect.touchpoints.advice_rules import Aim, Urgency
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import BIGGEST, Body, Id, PageOf, items_of

router = Router(tags=["advice"])
VIEW, MANAGE = needs("customers.view"), needs("settings.manage")
Line = Annotated[str, Field(min_length=1, max_length=approved.TEXT_LENGTH)]


class AdviceOut(Schema):
    """`fit` 0 to 100; `cost` of a typical contact, minor units; `barred`: why it cannot be used."""

    channel: str
    name: str
    fit: int
    cost: int
    reasons: list[str]
    drawbacks: list[str]
    barred: str


class ChecklistOut(Schema):
    code: str
    text_zh: str
    text_en: str
    is_on: bool


class ChecklistIn(Body):
    """`code` empty: a new line at the end."""

    code: Annotated[str, Field(max_length=20)] = ""
    text_zh: Line
    text_en: Line
    is_on: bool = True


class KnowledgeOut(Schema):
    id: int
    question: str
    answer: str
    words: str
    is_on: bool
    changed_at: datetime
    changed_by: str


class KnowledgeIn(Body):
    """`words`: how customers may call it; the search finds them too."""

    question: Line
    answer: Annotated[str, Field(min_length=1, max_length=approved.ANSWER_LENGTH)]
    words: Annotated[str, Field(max_length=approved.WORDS_LENGTH)] = ""
    is_on: bool = True


@router.get("/advice", response=PageOf[AdviceOut], auth=VIEW)
def advise(
    request: ApiRequest,
    aim: Aim,
    urgency: Urgency = Urgency.NORMAL,
    budget: Annotated[int | None, Query(ge=0, le=10**12)] = None,
    customer_id: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None,
) -> Any:
    """Channels for a purpose, the best first; for a customer also by consent and stored data.
    `budget`: minor units a contact."""
    rows = advising.advice(
        request.actor, aim=aim, urgency=urgency, budget=budget, customer_id=customer_id
    )
    return items_of(
        rows,
        lambda row: AdviceOut(
            channel=row.channel.code, name=row.channel.name, fit=row.fit, cost=row.cost,
            reasons=row.reasons, drawbacks=row.drawbacks, barred=row.barred,
        ),
    )  # fmt: skip


@router.get("/checklist", response=PageOf[ChecklistOut], auth=VIEW)
def list_checklist(request: ApiRequest) -> Any:
    """Lines of the phone checklist in use, in their order."""
    return items_of(approved.checklist(), ChecklistOut.from_orm)


@router.post("/checklist", response={201: ChecklistOut}, auth=MANAGE)
@idempotent
def save_checklist_line(request: ApiRequest, body: ChecklistIn) -> Any:
    """Changes the line of that code, or adds one."""
    made = approved.save_item(**body.dict(), by=request.actor, at=now())
    return Status(201, ChecklistOut.from_orm(made))


@router.get("/knowledge", response=PageOf[KnowledgeOut], auth=VIEW)
def search_knowledge(request: ApiRequest, q: Annotated[str, Query(max_length=80)] = "") -> Any:
    """Approved answers in use that hold every word of `q`, at most 50."""
    return items_of(approved.snippets(q), KnowledgeOut.from_orm)


@router.post("/knowledge", response={201: KnowledgeOut}, auth=MANAGE)
@idempotent
def write_knowledge(request: ApiRequest, body: KnowledgeIn) -> Any:
    made = approved.save_snippet(None, **body.dict(), by=request.actor, at=now())
    return Status(201, KnowledgeOut.from_orm(made))


@router.put("/knowledge/{int:answer_id}", response=KnowledgeOut, auth=MANAGE)
@idempotent
def change_knowledge(request: ApiRequest, answer_id: Id, body: KnowledgeIn) -> Any:
    made = approved.save_snippet(answer_id, **body.dict(), by=request.actor, at=now())
    return KnowledgeOut.from_orm(made)
