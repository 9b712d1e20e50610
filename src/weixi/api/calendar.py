"""The company's working time."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from weixi.collect.calendar import actions, queries
from weixi.collect.calendar.rules import MOST_MINUTES, DayKind, written
from weixi.core.clock import now

from .access import ApiRequest, needs
from .idempotency import idempotent
from .shapes import Body, Day, Moment

router = Router(tags=["calendar"])
VIEW, MANAGE = needs("customers.view"), needs("settings.manage")


class DayOut(Schema):
    """`hours` empty: the hours of a usual day."""

    day: Day
    kind: DayKind
    hours: str
    name: str


class DayIn(Body):
    """`hours` like "09:00-12:00, 13:30-18:00"."""

    kind: DayKind
    hours: Annotated[str, Field(max_length=120)] = ""
    name: Annotated[str, Field(max_length=60)] = ""


class YearOut(Schema):
    """`week` Monday first, empty where closed. Days after `verified_through` that are not listed
    count by their weekday: nobody has looked up their holidays."""

    year: int
    zone: str
    week: list[str]
    verified_through: Day | None
    workdays: int
    minutes: int
    exceptions: list[DayOut]


class DueOut(Schema):
    """`is_assumed`: a day on the way was counted by its weekday only."""

    due: datetime
    is_assumed: bool


@router.get("/calendar/due", response=DueOut, auth=VIEW)
def due(
    request: ApiRequest,
    start: Annotated[Moment, Query()],
    minutes: Annotated[int, Query(ge=0, le=MOST_MINUTES)],
) -> Any:
    """The moment at which so many minutes of working time have passed since `start`."""
    end, is_assumed = queries.due_with_note(start, minutes)
    return DueOut(due=end, is_assumed=is_assumed)


@router.get("/calendar/{int:year}", response=YearOut, auth=VIEW)
def year(request: ApiRequest, year: Annotated[int, Path(ge=2000, le=2100)]) -> Any:
    current = queries.business_calendar()
    workdays, minutes = queries.year_totals(current, year)
    return YearOut(
        year=year,
        zone=current.zone,
        week=[written(hours) for hours in current.week],
        verified_through=current.verified_through,
        workdays=workdays,
        minutes=minutes,
        exceptions=[DayOut.from_orm(row) for row in queries.exceptions(year)],
    )


@router.put("/calendar/days/{day}", response=DayOut, auth=MANAGE)
@idempotent
def set_day(request: ApiRequest, day: Day, body: DayIn) -> Any:
    actions.set_day(day, **body.model_dump(), by=request.actor, at=now())
    return DayOut.from_orm(queries.exception(day))


@router.delete("/calendar/days/{day}", response={204: None}, auth=MANAGE)
@idempotent
def remove_day(request: ApiRequest, day: Day) -> Any:
    """The day counts by its weekday again."""
    actions.remove_day(day, by=request.actor, at=now())
    return Status(204, None)
