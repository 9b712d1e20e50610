"""A file that somebody uploaded and has not decided on yet: it lies in the folder of imports,
readable by us alone, with what was chosen for it beside it. Gone after a week."""

import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken

from .kinds.registry import kind_of

MOST_BYTES = 300 * 1024 * 1024
KEPT = timedelta(days=7)
HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Draft:
    """`mapping`: field → column, empty column = left out. `repairs`: line → column → new text.

    `trial`: what became of the rows when they were tried; `faults` the first rows refused, as
    dictionaries of line, column, value (masked), reason, field. Nothing of it is in the tables.
    """

    token: str
    owner_id: int | None
    kind: str
    name: str
    size: int
    at: str
    mapping: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, dict[str, str]] = field(default_factory=dict)
    trial: dict[str, Any] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    job_id: int | None = None
    import_id: int | None = None

    @property
    def path(self) -> Path:
        return staged_folder() / f"{self.token}.data"


def stage(*, kind: str, name: str, chunks: Iterable[bytes], by: Actor, at: datetime) -> Draft:
    """Keep an upload under a name of ours; RuleBroken when it is too large or empty."""
    by.need("imports.run")
    kind_of(kind)
    _sweep(at)
    draft = Draft(secrets.token_hex(16), by.user_id, kind, Path(name).name[:255], 0, at.isoformat())
    size = _written(draft.path, chunks)
    return save(replace(draft, size=size))


def _written(path: Path, chunks: Iterable[bytes]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > MOST_BYTES:
                    raise RuleBroken(
                        _("The file is larger than {n} MB. Split it, or use weixi import.").format(
                            n=MOST_BYTES // 1024 // 1024
                        )
                    )
                file.write(chunk)
        if not size:
            raise RuleBroken(_("The file is empty."))
    except RuleBroken:
        path.unlink(missing_ok=True)
        raise
    return size


def save(draft: Draft) -> Draft:
    """Whole or not at all."""
    target = _facts(draft.token)
    scratch = target.with_suffix(f".{secrets.token_hex(4)}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(draft), file, ensure_ascii=False)
    os.replace(scratch, target)
    return draft


def draft_of(token: str, by: Actor) -> Draft:
    """Raises Missing when it is not there or somebody else's."""
    by.need("imports.run")
    if len(token) != 32 or not HEX.issuperset(token) or not _facts(token).exists():
        raise Missing("import")
    draft = Draft(**json.loads(_facts(token).read_text(encoding="utf-8")))
    if draft.owner_id != by.user_id:
        raise Missing("import")
    return draft


def discard(draft: Draft) -> None:
    draft.path.unlink(missing_ok=True)
    _facts(draft.token).unlink(missing_ok=True)


def forget_rows(draft: Draft) -> Draft:
    """After the import: the rows go, what led to which import stays findable for a week."""
    draft.path.unlink(missing_ok=True)
    return save(replace(draft, repairs={}, faults=[]))


def drafts(by: Actor) -> list[Draft]:
    """Own uploads that were not imported yet, the newest first."""
    by.need("imports.run")
    found = []
    for file in sorted(staged_folder().glob("*.json"), key=lambda f: -f.stat().st_mtime):
        draft = Draft(**json.loads(file.read_text(encoding="utf-8")))
        if draft.owner_id == by.user_id and draft.path.exists():
            found.append(draft)
    return found


def staged_folder() -> Path:
    return Path(settings.VAR) / "imports" / "staged"


def _facts(token: str) -> Path:
    return staged_folder() / f"{token}.json"


def _sweep(at: datetime) -> None:
    oldest = (at - KEPT).timestamp()
    for file in staged_folder().glob("*"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
