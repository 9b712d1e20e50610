"""Try a staged file without writing, repair a cell, and take the file in at last."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.collect.orders.models import Order
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.staff.permissions import reachable

from .checks.columns import Fault
from .kinds.fields import Field, Names
from .kinds.loading import Kind, Setup
from .kinds.registry import kind_of
from .mapping import header_hash
from .models import SavedMapping
from .presets import Preset, preset_of
from .readers.opening import open_table
from .readers.table import Batch, Broken, Rows, Table
from .reasons import kept
from .rejects import MOST_KEPT, Reject, shown
from .rules import original
from .running import Progress, Report, Run
from .sources import Request, Source, open_sources, remember, update_by_of
from .staging import Draft, save

OnProgress = Callable[[Progress], None] | None
SAMPLES = 20
LOOKED_AT = 2_000  # rows among which samples are sought


@dataclass(frozen=True)
class ColumnLook:
    """A column of the file: three of its texts (masked where personal), the field it may fill."""

    name: str
    samples: tuple[str, ...]
    field: str


@dataclass(frozen=True)
class Look:
    """What a file is before anything is decided. `notes`: encoding, sheet, skipped lines."""

    columns: tuple[ColumnLook, ...]
    notes: tuple[str, ...]


def look(draft: Draft) -> Look:
    """Header, samples and suggested fields; FileFault when the file cannot be read."""
    kind = kind_of(draft.kind)
    names = Names(kind.fields)
    table = open_table(draft.path, names.score)
    first = next(iter(table.batches(SAMPLES)), Batch())
    chosen = {column: name for name, column in draft.mapping.items() if column}
    known = chosen or _remembered(draft.kind, table.header)
    columns = []
    taken: set[str] = set()
    for place, column in enumerate(table.header):
        name = known.get(column) or ("" if draft.mapping else names.field_of(column) or "")
        name = "" if name in taken else name
        taken.add(name)
        texts = list(dict.fromkeys(row[place] for row in first.rows if row[place].strip()))[:3]
        columns.append(ColumnLook(column, _masked(texts, name, names.fields), name))
    return Look(tuple(columns), tuple(table.notes))


def fields_of(kind: str) -> tuple[Field, ...]:
    return kind_of(kind).fields


def needed_of(kind: str) -> set[str]:
    """Fields without which a file of the kind cannot be taken."""
    found = kind_of(kind)
    return {field.name for field in found.fields if field.needed} | {found.keys[0]}


def _remembered(kind: str, header: list[str]) -> dict[str, str]:
    saved = SavedMapping.objects.filter(kind=kind, header_hash=header_hash(header)).first()
    return {column: name for name, column in saved.mapping.items()} if saved else {}


def _masked(texts: Sequence[str], name: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    return tuple(shown(Reject(0, "", text, "", (), name), dict(fields))[:60] for text in texts)


def choose_columns(draft: Draft, mapping: Mapping[str, str], *, by: Actor) -> Draft:
    """`mapping`: field → column. Missing and locked fields are refused with their names."""
    kind = kind_of(draft.kind)
    missing = needed_of(draft.kind) - {name for name, column in mapping.items() if column}
    if missing:
        names = ", ".join(label(f, "zh") for f in kind.fields if f.name in missing)
        raise RuleBroken(_("Choose the column for: {names}.").format(names=names))
    for one in kind.fields:
        if one.permission and mapping.get(one.name):
            by.need(one.permission)
    left_out = {one.name: "" for one in kind.fields if one.name not in mapping}
    return save(replace(draft, mapping={**left_out, **mapping}, trial={}, faults=[], repairs={}))


def label(field: Field, language: str) -> str:
    """The field as people name it: its first Chinese name, or its own in words."""
    if language.startswith("zh"):
        for name in field.also:
            if any("\u4e00" <= c <= "\u9fff" for c in name):
                return name
    return field.name.replace("_", " ").capitalize()


def try_out(draft: Draft, *, by: Actor, at: datetime, on_progress: OnProgress = None) -> Draft:
    """Check every row and roll everything back; counts and the first faults go into the draft."""
    out = draft.path.with_suffix(".tried.csv")
    request = replace(_request(draft), dry_run=True, rejects=out)
    try:
        report, sources = _run(request, draft, by=by, at=at, on_progress=on_progress)
        faults = list(_read_faults(out, draft, sources[0]))
    finally:
        out.unlink(missing_ok=True)
    trial = report.as_json()
    trial["reasons"] = {kept(sentence): rows for sentence, rows in report.reasons.items()}
    return save(replace(draft, trial=trial, faults=faults))


def take_in(draft: Draft, *, by: Actor, at: datetime, on_progress: OnProgress = None) -> Report:
    """The import itself, with the repairs; rows that are still wrong go to the rejects file."""
    by.need("imports.run")
    request = _request(draft)
    report, sources = _run(request, draft, by=by, at=at, on_progress=on_progress)
    remember(request, sources, at=at)
    told = report.as_json()
    counts = ("import_id", "state", "rows", "created", "updated", "unchanged", "rejected")
    record("import.finished", by=by, at=at, of=draft.kind, **{name: told[name] for name in counts})
    return report


def _request(draft: Draft) -> Request:
    return Request(draft.kind, (draft.path,), mapping=draft.mapping, read_later=True)


def _run(
    request: Request, draft: Draft, *, by: Actor, at: datetime, on_progress: OnProgress
) -> tuple[Report, list[Source]]:
    kind, preset = kind_of(request.kind), preset_of("", request.kind)
    sources = [
        replace(source, table=_repaired(source.table, draft.repairs), path=Path(draft.name))
        for source in open_sources(request, kind, preset, by=by)
    ]
    run = Run(request, kind, preset, sources, by=by, at=at, on_progress=on_progress)
    return run.run(), sources


@dataclass(frozen=True)
class _Mended:
    """The rows of a file with the cells that a person put right. Line → place → text."""

    rows: Rows
    cells: Mapping[int, Mapping[int, str]]

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        for item in self.rows():
            fixed = None if isinstance(item, Broken) else self.cells.get(item[0])
            if fixed is None or isinstance(item, Broken):
                yield item
            else:
                line, cells = item
                yield line, [fixed.get(place, text) for place, text in enumerate(cells)]

    def count(self) -> int:
        return self.rows.count()


def _repaired(table: Table, repairs: Mapping[str, Mapping[str, str]]) -> Table:
    if not repairs:
        return table
    places = {name: place for place, name in enumerate(table.header)}
    cells = {
        int(line): {places[column]: text for column, text in fixed.items() if column in places}
        for line, fixed in repairs.items()
    }
    return replace(table, read=_Mended(table.read, cells))


def _read_faults(path: Path, draft: Draft, source: Source) -> Iterator[dict[str, Any]]:
    """The rejects file of the trial, its first rows, values masked."""
    if not path.exists():
        return
    fields = {one.name: one for one in kind_of(draft.kind).fields}
    named = {column: name for name, column in source.columns.named(source.table.header).items()}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        for row in islice(rows, MOST_KEPT):
            line, column, value, reason = map(original, row[-4:])
            name = named.get(column, "")
            masked = shown(Reject(int(line), column, value, reason, (), name), fields)
            yield {"line": int(line), "column": column, "value": masked, "reason": reason,
                   "field": name, "state": ""}  # fmt: skip


def repair(draft: Draft, *, line: int, column: str, text: str, by: Actor, at: datetime) -> Draft:
    """Put one cell right and check its row alone; the counts follow."""
    fault = next((f for f in draft.faults if f["line"] == line and f["column"] == column), None)
    if fault is None:
        raise RuleBroken(_("This cell is not among the faults any more."))
    repairs = {**draft.repairs, str(line): {**draft.repairs.get(str(line), {}), column: text}}
    trial = dict(draft.trial)
    found, outcome = _one_row(replace(draft, repairs=repairs), line, by=by, at=at)
    others = [f for f in draft.faults if f is not fault]
    if found is not None:
        fields = {one.name: one for one in kind_of(draft.kind).fields}
        masked = shown(Reject(line, column, found.value, found.reason, (), found.field), fields)
        column_now = draft.mapping.get(found.field) or column
        fault = {**fault, "value": masked, "reason": kept(found.reason), "field": found.field,
                 "column": column_now, "state": "again"}  # fmt: skip
        faults = [fault if f["line"] == line and f["column"] == column else f for f in draft.faults]
    else:
        faults = others
        trial["rejected"] -= 1
        for name in ("created", "updated", "unchanged"):
            trial[name] += outcome.get(name, 0)
    return save(replace(draft, repairs=repairs, trial=trial, faults=faults))


def _one_row(
    draft: Draft, line: int, *, by: Actor, at: datetime
) -> tuple[Fault | None, dict[str, int]]:
    """Only this row is checked: by its values, then against the tables, and rolled back."""
    kind, preset = kind_of(draft.kind), preset_of("", draft.kind)
    request = _request(draft)
    source = open_sources(request, kind, preset, by=by)[0]
    row = next(_rows_at(_repaired(source.table, draft.repairs), {line}), None)
    if row is None:
        raise RuleBroken(_("The row is not in the file any more."))
    loader = kind.loader(_setup(source, request, kind, by=by, at=at))
    checked = loader.check(_texts(source, preset, row[1]), 1)
    if checked.faults:
        return checked.faults[0], {}
    with transaction.atomic():
        outcome = loader.write(checked)
        transaction.set_rollback(True)
    if outcome.faults:
        return outcome.faults[0], {}
    counts = {name: getattr(outcome, name) for name in ("created", "updated", "unchanged")}
    return None, counts


def _setup(source: Source, request: Request, kind: Kind, *, by: Actor, at: datetime) -> Setup:
    return Setup(
        batch_id=0,
        by=by,
        at=at,
        zone=ZoneInfo(settings.TIME_ZONE),
        currency=settings.CURRENCY,
        fields=frozenset(source.columns.places),
        update_by=update_by_of(request, kind),
    )


def _texts(source: Source, preset: Preset, cells: Sequence[str]) -> dict[str, list[str]]:
    return {name: [cells[place]] for name, place in source.columns.places.items()}


def _rows_at(table: Table, lines: set[int]) -> Iterator[tuple[int, Sequence[str]]]:
    for batch in table.batches():
        for line, cells in zip(batch.lines, batch.rows, strict=True):
            if line in lines:
                yield line, cells


@dataclass(frozen=True)
class Sample:
    """A row as it would be taken: (field, before, after) masked; `is_new` when nothing is found."""

    line: int
    is_new: bool
    cells: tuple[tuple[str, str, str], ...]


def samples(draft: Draft, *, by: Actor) -> list[Sample]:
    """The first rows that can be taken, beside what is there now."""
    kind = kind_of(draft.kind)
    source = open_sources(_request(draft), kind, preset_of("", draft.kind), by=by)[0]
    table = _repaired(source.table, draft.repairs)
    bad = {fault["line"] for fault in draft.faults}
    batch = next(iter(table.batches(LOOKED_AT)), Batch())
    good = [(n, c) for n, c in zip(batch.lines, batch.rows, strict=True) if n not in bad]
    places = source.columns.places
    key = places.get(kind.keys[0])
    before = _before(draft.kind, [] if key is None else [c[key].strip() for _n, c in good], by)
    known = [row for row in good if key is not None and row[1][key].strip() in before]
    good = sorted([*known[: SAMPLES // 2], *[r for r in good if r not in known]][:SAMPLES])
    fields = {one.name: one for one in kind.fields}
    return [_sample(n, cells, places, key, before, fields) for n, cells in good]


def _sample(
    line: int,
    cells: Sequence[str],
    places: Mapping[str, int],
    key: int | None,
    before: Mapping[str, Mapping[str, str]],
    fields: dict[str, Field],
) -> Sample:
    old = before.get(cells[key].strip()) if key is not None else None
    told = []
    for name, place in places.items():
        after = shown(Reject(line, "", cells[place], "", (), name), fields)
        was = old.get(name, "") if old else ""
        masked = shown(Reject(line, "", was, "", (), name), fields) if was else ""
        told.append((name, masked, after))
    return Sample(line, old is None, tuple(told))


def _before(kind: str, numbers: Sequence[str], by: Actor) -> dict[str, dict[str, str]]:
    """Number → field → text of what is there now, of what the actor reaches."""
    if kind == "customers":
        rows = Customer.objects.filter(reachable(by), number__in=numbers)
        names = ("name", "type", "city", "industry", "source")
        return {
            row.number: {name: getattr(row, name) for name in names}
            | {"customer_id": row.number, "birthday": str(row.birthday or "")}
            for row in rows
        }
    if kind == "orders":
        found = Order.objects.filter(reachable(by, "customer__"), number__in=numbers)
        return {number: {"order_id": number} for number in found.values_list("number", flat=True)}
    return {}
