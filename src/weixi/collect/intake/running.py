"""One import while it runs: batch after batch of rows, each in a transaction of its own.

The counters are written together with the rows they count: a killed import has neither lost nor
doubled a row, and running the same file again takes the rest.
"""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from weixi.collect.customers import search
from weixi.collect.customers.duplicates import note_duplicates
from weixi.core.actor import Actor
from weixi.core.collecting import uncollected

from . import bulk, rejects
from .checking import Rows, checked_batches
from .checks.columns import Fault
from .kinds.fields import Field
from .kinds.loading import Kind, Loader, Outcome, Setup
from .models import ImportBatch
from .presets import Preset
from .rejects import Reject, RejectsFile
from .sources import Request, Source, update_by_of

ATTEMPTS = 3  # another writer may create the same customer at the same moment
MOST_REASONS = 20


@dataclass(frozen=True)
class Progress:
    """`done` of `total` rows after `seconds`."""

    done: int
    total: int
    seconds: float


@dataclass
class Report:
    """What became of the rows; all counts are rows of the file. `import_id`: None if tried only."""

    import_id: int | None
    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    anonymous: int = 0
    seconds: float = 0.0
    state: str = ImportBatch.State.DONE
    rejects_files: list[str] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)  # sentence → rows
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "seconds": round(self.seconds, 3), "state": str(self.state)}

    def add(self, rows: int, outcome: Outcome, faults: Sequence[str]) -> None:
        self.rows += rows
        self.created += outcome.created
        self.updated += outcome.updated
        self.unchanged += outcome.unchanged
        self.anonymous += outcome.anonymous
        self.rejected += len(faults)
        for reason in faults:
            if reason in self.reasons or len(self.reasons) < MOST_REASONS:
                self.reasons[reason] = self.reasons.get(reason, 0) + 1


class Run:
    def __init__(
        self,
        request: Request,
        kind: Kind,
        preset: Preset,
        sources: list[Source],
        *,
        by: Actor,
        at: datetime,
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self.request, self.kind, self.preset, self.sources = request, kind, preset, sources
        self.by, self.at, self.on_progress = by, at, on_progress
        self.fields: dict[str, Field] = {f.name: f for f in kind.fields}
        self.total = sum(source.rows for source in sources)
        self.started = perf_counter() - sum(source.seconds for source in sources)
        self.batch: ImportBatch | None = None
        self.report = Report(None, kind.name)

    def run(self) -> Report:
        if not self.request.dry_run:
            self.batch = self._recorded()
            self.report.import_id = self.batch.pk
        state = ImportBatch.State.STOPPED
        try:
            with uncollected():
                if all(self._file(place, source) for place, source in enumerate(self.sources)):
                    state = ImportBatch.State.DONE
        finally:
            self._close(state)
        return self.report

    def _recorded(self) -> ImportBatch:
        first = self.sources[0]
        return ImportBatch.objects.create(
            kind=self.kind.name,
            file_name=", ".join(source.path.name for source in self.sources)[:255],
            file_hash=first.table.file_hash,
            mapping=first.columns.named(first.table.header),
            preset=self.request.preset,
            update_by=self.request.update_by,
            started_at=self.at,
            worker=worker_name(),
            actor_id=self.by.user_id,
            actor_name=self.by.name,
            total=self.total,
        )

    def _file(self, place: int, source: Source) -> bool:
        """False when somebody asked to stop."""
        self._describe(source)
        setup = self._setup(source)
        loader = self.kind.loader(setup)
        out = self._rejects_file(place, source)
        batches = checked_batches(self.kind, self.preset, source, setup, loader)
        try:
            with closing(batches):
                for batch, checked in batches:
                    self._batch(batch, checked, source, loader, out)
                    if self._is_cancelled():
                        return False
        finally:
            out.close()
            if out.rows:
                self.report.rejects_files.append(str(out.path))
        return True

    def _describe(self, source: Source) -> None:
        self.report.mapping.update(source.columns.named(source.table.header))
        self.report.ignored_columns += source.columns.ignored
        self.report.notes += source.table.notes

    def _setup(self, source: Source) -> Setup:
        return Setup(
            batch_id=self.batch.pk if self.batch else 0,
            by=self.by,
            at=self.at,
            zone=ZoneInfo(settings.TIME_ZONE),
            currency=settings.CURRENCY,
            fields=frozenset(source.columns.places),
            update_by=update_by_of(self.request, self.kind),
            makes_customers=self.preset.makes_customers,
        )

    def _rejects_file(self, place: int, source: Source) -> RejectsFile:
        later = self.request.read_later
        return RejectsFile(self._rejects_path(place), source.table.header, read_later=later)

    def _rejects_path(self, place: int) -> Path:
        path = self.request.rejects
        if path is None:
            name = self.batch.pk if self.batch else f"tried-{os.getpid()}"
            path = rejects_folder() / f"{name}-rejects.csv"
        return path if place == 0 else path.with_name(f"{path.stem}-{place + 1}{path.suffix}")

    def _batch(
        self, batch: Rows, checked: Any, source: Source, loader: Loader, out: RejectsFile
    ) -> None:
        for attempt in range(ATTEMPTS):
            try:
                self._write(batch, source, loader, checked, out)
                break
            except IntegrityError:
                if attempt == ATTEMPTS - 1:
                    raise
        if self.on_progress:
            seconds = perf_counter() - self.started
            self.on_progress(Progress(self.report.rows, self.total, seconds))

    def _write(
        self, batch: Rows, source: Source, loader: Loader, checked: Any, out: RejectsFile
    ) -> None:
        """Rows, counters and rejects are in together or not at all."""
        with transaction.atomic():
            bulk.take_lock()
            outcome = loader.write(checked)
            found = list(_rejects(batch, source, {**checked.faults, **outcome.faults}))
            report = replace(self.report, reasons=dict(self.report.reasons))
            report.add(len(batch), outcome, [reject.sort for reject in found])
            if self.batch is None:
                transaction.set_rollback(True)
            else:
                room = rejects.MOST_KEPT - self.report.rejected
                rejects.keep(self.batch.pk, found, self.fields, room=room)
                self._count(report)
                renewed(outcome.customer_ids, at=self.at)
        self.report = report
        out.write(found)

    def _count(self, report: Report) -> None:
        ImportBatch.objects.filter(pk=self.report.import_id or 0).update(
            rows=report.rows,
            created=report.created,
            updated=report.updated,
            unchanged=report.unchanged,
            rejected=report.rejected,
            anonymous=report.anonymous,
            cursor=report.rows,
        )

    def _is_cancelled(self) -> bool:
        return (
            self.batch is not None
            and ImportBatch.objects.filter(pk=self.batch.pk, cancel_requested=True).exists()
        )

    def _close(self, state: str) -> None:
        self.report.seconds = perf_counter() - self.started
        self.report.state = state
        if self.batch is not None:
            finished_at = self.at + timedelta(seconds=self.report.seconds)
            ImportBatch.objects.filter(pk=self.batch.pk).update(
                state=state, finished_at=finished_at
            )


def _rejects(batch: Rows, source: Source, faults: dict[int, Fault]) -> Iterator[Reject]:
    named = source.columns.named(source.table.header)
    for broken in batch.broken:
        yield Reject(broken.line, "", "", broken.reason, broken.cells)
    for row in sorted(faults):
        fault, cells = faults[row], batch.rows[row]
        place = source.columns.places.get(fault.field)
        value = fault.value if place is None else cells[place]
        column = named.get(fault.field, fault.field)
        yield Reject(batch.lines[row], column, value, fault.reason, cells, fault.field)


def renewed(customer_ids: set[int], *, at: datetime) -> None:
    """What depends on names and identities follows them, in the same transaction."""
    if customer_ids:
        search.reindex(customer_ids)
        note_duplicates(customer_ids, at=at)


def rejects_folder() -> Path:
    return Path(settings.VAR) / "imports"


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"
