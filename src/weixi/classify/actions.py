"""The stage "classify": every scheme's cell of every customer, and the moves since last time."""

import json
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.utils import timezone

from weixi.core.actor import SYSTEM
from weixi.core.journal import record
from weixi.core.runs import RunContext, read_table, write_table

from .computing import Standing, cells_table
from .models import Override, Scheme, SchemeVersion
from .publishing import publish_cells
from .shipped import BY_CODE, SHIPPED, ShippedScheme
from .versions import standing_on

VERSIONS = b"versions"  # in the metadata of the file: scheme → version it was computed by


def create_shipped_schemes(*, at: datetime) -> int:
    """Schemes that exist are left as people changed them."""
    made = 0
    for position, shipped in enumerate(SHIPPED):
        scheme, created = Scheme.objects.get_or_create(
            code=shipped.code,
            defaults={
                "name_zh": shipped.name_zh,
                "name_en": shipped.name_en,
                "kind": shipped.kind,
                "definition": shipped.definition,
                "is_shipped": True,
                "position": position,
                "changed_at": at,
            },
        )
        made += created
        if created:
            add_version(scheme, from_day=None, saved_by="", at=at)
    return made


@transaction.atomic
def renew_shipped_schemes(*, at: datetime) -> int:
    """What a newer version ships for a scheme that nobody ever changed, from today on; days before
    are computed as they were. Returns how many."""
    renewed = 0
    untouched = Scheme.objects.filter(is_shipped=True).exclude(
        pk__in=SchemeVersion.objects.exclude(saved_by="").values("scheme")
    )
    for scheme in untouched.filter(code__in=BY_CODE):
        shipped = BY_CODE[scheme.code]
        newest = scheme.versions.order_by("-version").first()
        if newest is None or _says(newest) == _says(shipped):
            continue
        SchemeVersion.objects.create(
            scheme=scheme, version=newest.version + 1, name_zh=shipped.name_zh,
            name_en=shipped.name_en, definition=shipped.definition,
            from_day=timezone.localdate(at), saved_by="", saved_at=at,
        )  # fmt: skip
        record("scheme.renewed", by=SYSTEM, at=at, scheme=scheme.code, version=newest.version + 1)
        renewed += 1
    return renewed


def _says(one: SchemeVersion | ShippedScheme) -> tuple[Any, ...]:
    return one.name_zh, one.name_en, one.definition


def add_version(
    scheme: Scheme, *, from_day: date | None, saved_by: str, at: datetime
) -> SchemeVersion:
    """Keep the scheme as it stands in memory as its version of that number."""
    return SchemeVersion.objects.create(
        scheme=scheme,
        version=scheme.version,
        name_zh=scheme.name_zh,
        name_en=scheme.name_en,
        definition=scheme.definition,
        from_day=from_day,
        saved_by=saved_by,
        saved_at=at,
    )


def compute(run: RunContext) -> int:
    """`cells` in the lake: customer_id, and a column of cell codes for each scheme, by the version
    of it that holds on the day."""
    standing = standing_on(run.as_of)
    table = cells_table(run.as_of, standing, overrides_on(run.as_of))
    write_table(_with_versions(table, standing), run.file("cells"))
    return int(table.num_rows)


def overrides_on(day: date) -> dict[str, dict[int, str]]:
    """Scheme → customer → cell: people's words that hold on the day."""
    told: dict[str, dict[int, str]] = {}
    rows = Override.objects.filter(from_day__lte=day, until__gte=day).exclude(ended_on__lte=day)
    for code, customer, cell in rows.order_by("pk").values_list(
        "scheme__code", "customer_id", "cell"
    ):
        told.setdefault(code, {})[customer] = cell
    return told


def _with_versions(table: pa.Table, standing: list[Standing]) -> pa.Table:
    numbers = {one.code: one.version for one in standing}
    return table.replace_schema_metadata({VERSIONS: json.dumps(numbers).encode()})


def publish(run: RunContext) -> int:
    """Current memberships and the day's transitions, both against the state before the day; the
    version that made them becomes the scheme's own."""
    table = read_table(run.file("cells"))
    numbers = json.loads((table.schema.metadata or {}).get(VERSIONS, b"{}"))
    rows = 0
    for scheme in Scheme.objects.filter(is_on=True, code__in=table.column_names):
        take_version(scheme, numbers.get(scheme.code))
        rows += publish_cells(scheme, table, run)
    return rows


def take_version(scheme: Scheme, number: int | None) -> None:
    """The scheme becomes what that version says; None: it stays as it is."""
    if number is None or number == scheme.version:
        return
    kept = SchemeVersion.objects.get(scheme=scheme, version=number)
    scheme.version, scheme.definition = kept.version, kept.definition
    scheme.name_zh, scheme.name_en = kept.name_zh, kept.name_en
    scheme.save(update_fields=["version", "definition", "name_zh", "name_en"])
