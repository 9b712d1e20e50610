"""The files of an import, opened, read through once, and their columns told apart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import perf_counter

from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken

from .kinds.fields import Field, Names
from .kinds.loading import Kind
from .mapping import Columns, columns_of, header_hash
from .models import SavedMapping
from .presets import Preset
from .readers.delimited import read_columns
from .readers.opening import open_table
from .readers.table import FileFault, Table


@dataclass(frozen=True)
class Request:
    """What a person asks for. `mapping`: field → column; an empty column leaves the field out.

    `rejects`: where the rows go that cannot be taken; None: a file in the folder of imports.
    `read_later`: its reasons are put into words when somebody fetches it.
    `update_by`: the field by which rows are found again; empty: the kind's usual one.
    """

    kind: str
    files: tuple[Path, ...]
    preset: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    update_by: str = ""
    dry_run: bool = False
    rejects: Path | None = None
    read_later: bool = False


@dataclass(frozen=True)
class Source:
    """`rows`: about how many rows of data. `seconds`: what opening and reading it through took."""

    path: Path
    table: Table
    columns: Columns
    rows: int
    seconds: float = 0.0


def open_sources(request: Request, kind: Kind, preset: Preset, *, by: Actor) -> list[Source]:
    """Raises FileFault or RuleBroken before anything is written."""
    if not request.files:
        raise RuleBroken(_("No file was named."))
    names = Names(_asked(kind, preset, update_by_of(request, kind)))
    sources = [_opened(path, request, kind, preset, names) for path in request.files]
    for source in sources:
        _need_permissions(source, names.fields, by)
    return sources


def update_by_of(request: Request, kind: Kind) -> str:
    if not request.update_by:
        return kind.keys[0]
    if request.update_by not in kind.keys:
        raise RuleBroken(
            _("Rows of this kind are found again by: %(keys)s.") % {"keys": ", ".join(kind.keys)}
        )
    return request.update_by


def _asked(kind: Kind, preset: Preset, update_by: str) -> list[Field]:
    """The fields of the kind; the one that rows are found by must be there, unless it is made."""
    return [
        Field(f.name, f.also, (f.needed or f.name == update_by) and f.name not in preset.makes,
              f.is_personal, f.permission)
        for f in kind.fields
    ]  # fmt: skip


def _opened(path: Path, request: Request, kind: Kind, preset: Preset, names: Names) -> Source:
    started = perf_counter()
    if preset.fixed_header:
        table = read_columns(path, preset.fixed_header, preset.fixed_header[0])
    else:
        known = Names([*names.fields.values(), *_as_fields(preset.mapping), *_told(request)])
        table = open_table(path, known.score)
    columns = columns_of(
        table.header,
        names,
        told={**preset.mapping, **request.mapping},
        remembered={} if request.preset else _remembered(request.kind, table.header),
        has_custom=kind.has_custom,
    )
    rows = table.count()
    if rows <= 0:
        raise FileFault(_("The file has a header and no rows."))
    return Source(path, table, columns, rows, perf_counter() - started)


def _as_fields(mapping: Mapping[str, str]) -> list[Field]:
    return [Field(column) for column in mapping.values()]


def _told(request: Request) -> list[Field]:
    return [Field(column) for column in request.mapping.values() if column]


def _need_permissions(source: Source, fields: Mapping[str, Field], by: Actor) -> None:
    for name in source.columns.places:
        if (asked := fields.get(name)) and asked.permission:
            by.need(asked.permission)


def _remembered(kind: str, header: list[str]) -> dict[str, str]:
    saved = SavedMapping.objects.filter(kind=kind, header_hash=header_hash(header)).first()
    return dict(saved.mapping) if saved else {}


def remember(request: Request, sources: list[Source], *, at: datetime) -> None:
    """What a person told once is known the next time a file has the same header."""
    if not request.mapping or request.preset:
        return
    for source in sources:
        SavedMapping.objects.update_or_create(
            kind=request.kind,
            header_hash=header_hash(source.table.header),
            defaults={
                "mapping": source.columns.named(source.table.header),
                "used_at": at,
            },
        )
