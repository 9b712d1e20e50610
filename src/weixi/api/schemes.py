"""Schemes: their cells with figures, the customers of a cell, the cells of a customer."""

from typing import Annotated, Any

from ninja import Path, Router, Schema

from weixi.classify import queries
from weixi.classify.history import moves
from weixi.collect.customers.queries import get as get_customer
from weixi.collect.customers.queries import listing
from weixi.core.errors import Missing
from weixi.core.runs import refreshed_days

from .access import ApiRequest, needs
from .customers import CustomerRow
from .shapes import PAGE, Cursor, Day, Id, Limit, PageOf, items_of, page_of

router = Router(tags=["schemes"])
VIEW = needs("segments.view")
Code = Annotated[str, Path(min_length=1, max_length=40)]


class SchemeOut(Schema):
    code: str
    name_zh: str
    name_en: str
    cells: list[str]


class CellOut(Schema):
    """Revenue and profit of 12 months in minor units; profit null where no cost is known."""

    code: str
    name_zh: str
    name_en: str
    customers: int
    revenue: int
    profit: int | None


class SchemeTable(Schema):
    scheme: str
    as_of: Day | None
    population: int
    cells: list[CellOut]


class SchemeMove(Schema):
    """Empty: not in the scheme on that day."""

    came: str
    went: str
    customers: int


class MovesOut(Schema):
    """Days null: fewer than two were refreshed."""

    scheme: str
    earlier: Day | None
    later: Day | None
    moves: list[SchemeMove]


@router.get("/schemes", response=PageOf[SchemeOut], auth=VIEW)
def list_schemes(request: ApiRequest) -> Any:
    return items_of(queries.schemes(), _scheme)


@router.get("/schemes/{code}", response=SchemeTable, auth=VIEW)
def get_scheme(request: ApiRequest, code: Code) -> Any:
    """Counts are of the customers within reach."""
    _known(code)
    table = queries.scheme_table(request.actor, code)
    cells = [
        CellOut(
            code=row.cell.code,
            name_zh=row.cell.name_zh,
            name_en=row.cell.name_en,
            customers=row.customers,
            revenue=row.revenue,
            profit=row.profit,
        )
        for row in table.rows
    ]
    return SchemeTable(scheme=code, as_of=table.as_of, population=table.population, cells=cells)


@router.get("/schemes/{code}/cells/{cell}/customers", response=PageOf[CustomerRow], auth=VIEW)
def customers_of_cell(
    request: ApiRequest, code: Code, cell: Code, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """As many customers as the table counts."""
    _known(code)
    members = queries.customers_in_cell(request.actor, code, cell).values("pk")
    page = listing(request.actor, within=members, cursor=cursor, limit=limit)
    return page_of(page, CustomerRow.from_orm)


@router.get("/schemes/{code}/moves", response=MovesOut, auth=VIEW)
def moves_of_scheme(
    request: ApiRequest, code: Code, earlier: Day | None = None, later: Day | None = None
) -> Any:
    """Who was in which cell on two refreshed days; without days between the newest two. The members
    of a segment are "in". The sum over `came` is what was there, over `went` what is there."""
    _known(code)
    days = refreshed_days()
    if earlier is None and later is None and len(days) < 2:
        return MovesOut(scheme=code, earlier=None, later=None, moves=[])
    first, last = earlier or next(iter(days[1:]), None), later or next(iter(days), None)
    if first not in days or last not in days or first >= last:
        raise Missing("day")
    counted = sorted(moves(request.actor, code, first, last).items())
    found = [SchemeMove(came=came, went=went, customers=n) for (came, went), n in counted]
    return MovesOut(scheme=code, earlier=first, later=last, moves=found)


@router.get("/customers/{int:customer_id}/cells", response=dict[str, str], auth=VIEW)
def cells_of_customer(request: ApiRequest, customer_id: Id) -> Any:
    """Scheme → cell."""
    get_customer(request.actor, customer_id)
    return queries.cells_of(customer_id)


def _known(code: str) -> None:
    if queries.scheme(code) is None:
        raise Missing("scheme")


def _scheme(row: Any) -> SchemeOut:
    cells = [cell.code for cell in queries.definition_of(row).cells]
    return SchemeOut(code=row.code, name_zh=row.name_zh, name_en=row.name_en, cells=cells)
