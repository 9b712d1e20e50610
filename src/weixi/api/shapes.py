"""What all resources share: pages, identifiers, moments."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from inspect import signature
from typing import Annotated, Any, Generic, TypeVar

from django.utils.translation import gettext as _
from ninja import Path, Query, Schema
from ninja.errors import HttpError
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Field

from weixi.core.paging import LIMIT, LIMIT_MOST, Page

from .access import ApiRequest

BIGGEST = 2**63 - 1
YEARS = range(1900, 2200)
T = TypeVar("T")


def _within_years(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError("a year between 1900 and 2199")
    return moment


def _written_as(pattern: str, like: str) -> Callable[[Any], Any]:
    """A number is no day: pydantic would take it for seconds since 1970."""
    form = re.compile(pattern)

    def check(value: Any) -> Any:
        is_wrong = form.match(value) is None if isinstance(value, str) else _is_number(value)
        if is_wrong:
            raise ValueError(f"written like {like}")
        return value

    return check


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal)


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_as(r"\d{4}-\d\d-\d\d[Tt ]\d", "2026-01-31T14:05:00+08:00")),
    AfterValidator(_within_years),
]
Day = Annotated[date, BeforeValidator(_written_as(r"\d{4}-\d\d-\d\d\Z", "2026-01-31"))]
Id = Annotated[int, Path(ge=1, le=BIGGEST)]
Reference = Annotated[int, Field(ge=1, le=BIGGEST)]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MOST, description="Rows a page")]
Cursor = Annotated[str, Query(max_length=2_000, description="`next` of the page before")]
PAGE = LIMIT


class Body(Schema):
    """What a request carries. Names that are not declared are refused (S-04)."""

    model_config = ConfigDict(extra="forbid")


class PageOf(Schema, Generic[T]):
    """`next` is the cursor of the following page; null on the last one."""

    items: list[T]
    next: str | None


class Problem(Schema):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] | None = None


def page_of(page: Page[Any], shape: Callable[[Any], Any]) -> dict[str, Any]:
    return {"items": [shape(row) for row in page.rows], "next": page.next or None}


def items_of(rows: Sequence[Any], shape: Callable[[Any], Any]) -> dict[str, Any]:
    """A list that is short by nature, in the shape of a page."""
    return {"items": [shape(row) for row in rows], "next": None}


def strict(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Refuses names in the address line that the operation does not know, and NUL."""
    known = set(signature(operation).parameters)

    @wraps(operation)
    def checked(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
        unknown = set(request.GET) - known
        if unknown:
            names = ", ".join(sorted(unknown))[:200]
            raise HttpError(400, _("Unknown in the address: %(names)s.") % {"names": names})
        if "\0" in request.META.get("PATH_INFO", "") or any(
            "\0" in value for values in request.GET.lists() for value in values[1]
        ):
            raise HttpError(400, _("The address holds a character that cannot be used."))
        return operation(request, *args, **kwargs)

    return checked
