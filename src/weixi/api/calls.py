"""Incoming calls, told by a telephone system."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema, Status
from pydantic import Field

from weixi.collect.calls import actions
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body

router = Router(tags=["calls"])
TELL = needs("calls.tell")


class CallIn(Body):
    """`event` is the telephone system's own number of this call: told again it has no second
    effect. `number` as it comes, with +86, 0, spaces or an inner number; empty when hidden."""

    event: Annotated[str, Field(min_length=1, max_length=64)]
    number: Annotated[str, Field(max_length=64)]
    extension: Annotated[str, Field(min_length=1, max_length=20)]


class CallOut(Schema):
    id: int
    event: str
    at: datetime
    extension: str
    state: str


@router.post("/calls", response={201: CallOut, 200: CallOut}, auth=TELL)
@idempotent
def tell(request: ApiRequest, body: CallIn) -> Any:
    """201 for a new call, 200 when this event was told before. The answer says nothing of who
    calls: the card opens on the page of the person at that extension."""
    made, is_new = actions.ring(**body.model_dump(), at=now(), by=request.actor)
    return Status(201 if is_new else 200, CallOut.from_orm(made))
