"""Warning signals: what each asks for and weighs; changed as on their page."""

from typing import Annotated, Any, Literal

from ninja import Path, Router, Schema, Status
from pydantic import Field

from weixi.act.warnings import actions, own_signal_actions, signal_queries
from weixi.act.warnings.limits import LONGEST
from weixi.act.warnings.own_signals import NewSignal
from weixi.act.warnings.rules import MOST_POINTS, Cause
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, PageOf, items_of

router = Router(tags=["signals"])
VIEW, MANAGE = needs("customers.view"), needs("settings.manage")
Code = Annotated[str, Path(min_length=1, max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST["name"])]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST["sentence"])]
Short = Annotated[str, Field(min_length=1, max_length=LONGEST["short"])]


class SignalLevel(Body):
    """`points` when `when` holds, a condition as of segments; the first level that holds counts."""

    when: dict[str, Any]
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]


class WarningSignalOut(Schema):
    """`conditions`: the levels as sentences. `is_alone`: warns at a low total, too. `is_purchase`:
    the model has seen it, so it explains the risk and adds nothing. `customers`: open warnings
    within reach. `answer`: what the cause asks for, within `answer_days`."""

    code: str
    name_zh: str
    name_en: str
    is_on: bool
    is_alone: bool
    is_purchase: bool
    cause: Cause
    answer: str
    answer_days: int
    levels: list[SignalLevel]
    conditions: list[str]
    sentence_zh: str
    sentence_en: str
    short_zh: str
    short_en: str
    is_changed: bool
    is_shipped: bool
    customers: int


class SignalIn(Body):
    """What is left out stays as it is."""

    is_on: bool | None = None
    is_alone: bool | None = None
    cause: Literal["ours", "customer", "competition", "unknown"] | None = None
    levels: Annotated[list[SignalLevel], Field(min_length=1, max_length=9)] | None = None
    name_zh: Name | None = None
    name_en: Name | None = None
    sentence_zh: Text | None = None
    sentence_en: Text | None = None
    short_zh: Short | None = None
    short_en: Short | None = None


class OwnSignalIn(Body):
    """`when`: a condition as of segments, over measures and cells. `evidence`: which rows stand
    behind it. A sentence left empty is the condition in words, a short form the name."""

    name_zh: Name
    name_en: Name
    when: dict[str, Any]
    points: Annotated[int, Field(ge=1, le=MOST_POINTS)]
    cause: Literal["ours", "customer", "competition", "unknown"] = "unknown"
    evidence: Literal[
        "orders", "complaints", "answers", "contacts", "payments", "bonds", "points"
    ] = "orders"
    is_alone: bool = False
    sentence_zh: Annotated[str, Field(max_length=LONGEST["sentence"])] = ""
    sentence_en: Annotated[str, Field(max_length=LONGEST["sentence"])] = ""
    short_zh: Annotated[str, Field(max_length=LONGEST["short"])] = ""
    short_en: Annotated[str, Field(max_length=LONGEST["short"])] = ""


class SignalLevelCount(Schema):
    points: int
    customers: int


class SignalPreview(Schema):
    """Customers within reach that hold the signal as it is kept, and as it would be."""

    as_of: Day
    now: int
    after: int
    come_in: int
    fall_out: int
    levels: list[SignalLevelCount]


@router.get("/signals", response=PageOf[WarningSignalOut], auth=VIEW)
def list_signals(request: ApiRequest) -> Any:
    """Those switched off, too."""
    return items_of(signal_queries.signal_rows(request.actor), _signal)


@router.post("/signals", response={201: WarningSignalOut}, auth=MANAGE)
@idempotent
def create_signal(request: ApiRequest, body: OwnSignalIn) -> Any:
    """A signal of the company's own; it warns from the next refresh on."""
    new = NewSignal(**body.model_dump())
    code = own_signal_actions.create_signal(new, by=request.actor, at=now())
    return Status(201, get_signal(request, code))


@router.delete("/signals/{code}", response={204: None}, auth=MANAGE)
@idempotent
def remove_signal(request: ApiRequest, code: Code) -> Any:
    """Of the company's own: its open warnings end with the next refresh. A shipped one is switched
    off instead."""
    own_signal_actions.remove_signal(code, by=request.actor, at=now())
    return Status(204, None)


@router.get("/signals/{code}", response=WarningSignalOut, auth=VIEW)
def get_signal(request: ApiRequest, code: Code) -> Any:
    return _signal(signal_queries.signal_row(request.actor, code))


@router.put("/signals/{code}", response=WarningSignalOut, auth=MANAGE)
@idempotent
def change_signal(request: ApiRequest, code: Code, body: SignalIn) -> Any:
    """Holds from the next refresh on."""
    actions.change_signal(code, body.model_dump(exclude_none=True), by=request.actor, at=now())
    return get_signal(request, code)


@router.post("/signals/{code}/preview", response=SignalPreview, auth=MANAGE)
def preview_signal(request: ApiRequest, code: Code, body: SignalIn) -> Any:
    """Who would hold it on the newest day; nothing is written."""
    found = signal_queries.preview(request.actor, code, body.model_dump(exclude_none=True))
    levels = [SignalLevelCount.from_orm(level) for level in found.levels]
    return SignalPreview(
        as_of=found.as_of, now=found.now, after=found.after, come_in=len(found.new),
        fall_out=len(found.gone), levels=levels,
    )  # fmt: skip


@router.post("/signals/{code}/reset", response=WarningSignalOut, auth=MANAGE)
@idempotent
def reset_signal(request: ApiRequest, code: Code) -> Any:
    """A shipped signal as it came."""
    actions.reset_signal(code, by=request.actor, at=now())
    return get_signal(request, code)


def _signal(row: signal_queries.SignalRow) -> WarningSignalOut:
    one = row.signal
    plain = {name: getattr(one, name) for name in SignalIn.model_fields if name != "levels"}
    return WarningSignalOut(
        **plain, code=one.code, is_purchase=one.is_purchase, answer=row.answer,
        answer_days=row.answer_days, is_changed=row.is_changed, is_shipped=row.is_shipped,
        levels=[SignalLevel(when=dict(v.when), points=v.points) for v in one.levels],
        conditions=[level.condition for level in row.levels], customers=row.open,
    )  # fmt: skip
