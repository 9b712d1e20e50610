"""Queries of the daily pages whose text is made once.

Django builds the SQL of a query anew each time it is asked, which takes longer than the database
takes to answer: of a page of twenty queries it is half the time. A function marked `@prepared`
builds its query once, with places where its arguments go, and from then on only fills them in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

from .actor import Actor

P = ParamSpec("P")
R = TypeVar("R")
Converters = Sequence[tuple[int, tuple[Sequence[Callable[..., Any]], Any]]]


class _Place(Expression):
    """Stands in the query where a value will be."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def as_sql(self, *_compiler: Any, **_extra: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@dataclass(frozen=True)
class _Text:
    """`sql` None: nothing can match. `read` makes a result of each row."""

    sql: str | None
    params: tuple[Any, ...] = ()
    converters: Converters = ()
    read: Callable[[Sequence[Any]], Any] = tuple

    def ask(self, values: Sequence[Any]) -> list[Any]:
        if self.sql is None:
            return []
        params = [values[p.number] if isinstance(p, _Place) else p for p in self.params]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        return [self.read(self._converted(row)) for row in rows]

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        if not self.converters:
            return row
        values = list(row)
        for place, (converters, expression) in self.converters:
            for converter in converters:
                values[place] = converter(values[place], expression, connection)
        return values


def prepared(build: Callable[P, "QuerySet[Any, R]"]) -> Callable[P, list[R]]:
    """`build` turns ids, words, days and moments (and perhaps an actor in front, for its reach)
    into a query, in which they may stand as values of conditions only; the marked function takes
    the same and returns the rows. Keyword arguments shape the query: each value has its own text.

    The text is kept: permissions must be asked for outside.
    """
    texts: dict[Any, _Text] = {}

    @wraps(build)
    def ask(*given: P.args, **shape: P.kwargs) -> list[R]:
        actor = given[0] if given and isinstance(given[0], Actor) else None
        key = (connection.vendor, _kind(actor), *shape.values())
        text = texts.get(key)
        if text is None:
            text = texts[key] = _text(build(*_places(given), **shape))
        rest = given if actor is None else (actor.user_id, actor.team_id, *given[1:])
        return text.ask([_adapted(value) for value in rest])

    return ask


def _kind(actor: Actor | None) -> tuple[Any, ...] | None:
    """What of an actor decides the shape of its reach."""
    if actor is None:
        return None
    return (actor.reach, actor.user_id is None, actor.team_id is None)


def _places(given: Sequence[Any]) -> list[Any]:
    if not given or not isinstance(given[0], Actor):
        return [_Place(number) for number in range(len(given))]
    actor: Any = given[0]
    cut = replace(
        actor.at(actor.address),  # a request's actor is lazy, and so no dataclass itself
        user_id=None if actor.user_id is None else _Place(0),
        team_id=None if actor.team_id is None else _Place(1),
    )
    return [cut, *(_Place(number) for number in range(2, len(given) + 1))]


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _text(rows: "QuerySet[Any, Any]") -> _Text:
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return _Text(None)
    columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
    converters = tuple(compiler.get_converters(columns).items())
    return _Text(sql, tuple(params), converters, _reader(rows._iterable_class, compiler))


def _reader(kind: type, compiler: Any) -> Callable[[Sequence[Any]], Any]:
    if kind is FlatValuesListIterable:
        return lambda row: row[0]
    if kind is ValuesListIterable:
        return tuple
    if kind is not ModelIterable:
        raise TypeError(f"Not prepared: rows as {kind.__name__}.")
    return _model_reader(compiler)


def _model_reader(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """As Django's ModelIterable makes an instance of a row."""
    info, alias = compiler.klass_info, connection.alias
    first, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, _sql, _alias in compiler.select[first:end]]
    related: Any = get_related_populators(info, compiler.select, alias)  # type: ignore[call-arg]
    annotations = (compiler.annotation_col_map or {}).items()

    def read(row: Sequence[Any]) -> Any:
        found = info["model"].from_db(alias, names, row[first:end])
        for populator in related:
            populator.populate(row, found)
        for name, place in annotations:
            setattr(found, name, row[place])
        return found

    return read
