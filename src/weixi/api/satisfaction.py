"""Satisfaction of the company: NPS, CSAT and CES with their intervals (M5)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema

from weixi.core.clock import now
from weixi.core.values import value_of
from weixi.evaluate import satisfaction as evaluated

from .access import ApiRequest, needs

router = Router(tags=["satisfaction"])
VIEW = needs("reports.view")


class SatisfactionScoreOut(Schema):
    """`n` customers, each with the newest answer of the period. `value`: nps in points, -100 to
    100; csat the share of 4 and 5; ces the mean. Null, as the interval of 95 %, under `least`."""

    question: Literal["nps", "csat", "ces"]
    n: int
    low: int
    middle: int
    high: int
    value: float | None
    ci_low: float | None
    ci_high: float | None


class SatisfactionLineOut(Schema):
    """`key`: the id of a team (0: none), the code of a cell (empty: in none) or channel ("none":
    no contact in the 30 days before), or the first moment of a month."""

    key: int | datetime | str
    name: str
    scores: list[SatisfactionScoreOut]


class SatisfactionOut(Schema):
    """`least`: fewer customers than these give no figure."""

    until: datetime
    days: int
    scheme: str
    least: int
    whole: list[SatisfactionScoreOut]
    teams: list[SatisfactionLineOut]
    cells: list[SatisfactionLineOut]
    touchpoints: list[SatisfactionLineOut]
    months: list[SatisfactionLineOut]


Scheme = Annotated[str, Query(max_length=40, pattern=r"^[\w-]+$", description="Whose cells")]
Days = Annotated[Literal["91", "182", "364"], Query(description="How far back answers count")]


@router.get("/satisfaction", response=SatisfactionOut, auth=VIEW)
def satisfaction(request: ApiRequest, days: Days = "364", scheme: Scheme = "value_pyramid") -> Any:
    """Months are the newest twelve of the calendar, whatever `days`. A scheme that is not known
    has no cells."""
    until, least = now(), value_of(evaluated.LEAST_ANSWERS)
    found = evaluated.satisfaction(request.actor, until=until, days=int(days), scheme=scheme)
    lines = {
        name: [_line(line, least) for line in getattr(found, name)]
        for name in ("teams", "cells", "touchpoints", "months")
    }
    whole = _scores(found.whole, least)
    return SatisfactionOut(
        until=until, days=int(days), scheme=scheme, least=least, whole=whole, **lines
    )


def _line(line: evaluated.Line, least: int) -> SatisfactionLineOut:
    return SatisfactionLineOut(key=line.key, name=line.name, scores=_scores(line, least))


def _scores(line: evaluated.Line, least: int) -> list[SatisfactionScoreOut]:
    return [_score(score, least) for score in line.scores.values()]


def _score(score: evaluated.Score, least: int) -> SatisfactionScoreOut:
    is_told = score.n >= least
    low, high = (score.interval if is_told else None) or (None, None)
    marks = {mark.value: n for mark, n in score.marks.items()}
    value = score.value if is_told else None
    return SatisfactionScoreOut(
        question=score.question, n=score.n, value=value, ci_low=low, ci_high=high, **marks
    )
