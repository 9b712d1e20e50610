"""Rows that were not taken: a file to repair and import again, and the first ones in a table."""

import csv
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from django.conf import settings
from django.utils.translation import get_language, override

from weixi.core import masking
from weixi.core.bulk import insert
from weixi.core.vault import seal

from . import bulk
from .kinds.fields import Field
from .mapping import REJECT_COLUMNS
from .models import RejectedRow
from .reasons import Reason, kept, read
from .rules import neutral, original

MOST_KEPT = 1_000
SEALED_AS = "import row"
MASKS = {
    "name": masking.person_name,
    "phone": masking.phone,
    "email": masking.email,
    "wechat": masking.account,
    "card_number": masking.ends,
}


class Reject(NamedTuple):
    line: int
    column: str  # as the header of the file names it
    value: str
    reason: str
    cells: Sequence[str]
    field: str = ""

    @property
    def sort(self) -> str:
        """The reason without the value, by which rejects are counted."""
        if isinstance(self.reason, Reason) and self.reason.values:
            return self.reason.without(self.value)
        return self.reason.replace(f" {self.value} ", " … ") if self.value else self.reason


class RejectsFile:
    """Written beside the import, readable by its owner; nothing is made while all rows are good.

    `read_later`: its reasons are kept, and put into words when it is fetched (`in_words`).
    """

    def __init__(self, path: Path, header: Sequence[str], *, read_later: bool = False) -> None:
        self.path, self.header = path, list(header)
        self.said: Callable[[str], str] = kept if read_later else str
        self.file: IO[str] | None = None
        self.rows = 0

    def write(self, rejects: Sequence[Reject]) -> None:
        if not rejects:
            return
        if self.file is None:
            self.file = self._opened()
        out = csv.writer(self.file)
        width = len(self.header)
        for reject in rejects:
            cells = [*reject.cells, *[""] * width][:width]
            out.writerow(map(neutral, [
                *cells, str(reject.line), reject.column, reject.value, self.said(reject.reason),
            ]))  # fmt: skip
        self.file.flush()
        self.rows += len(rejects)

    def _opened(self) -> IO[str]:
        """The mark in front makes Excel read UTF-8."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.unlink(missing_ok=True)  # not written through a link that somebody put there
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="", errors="replace")
        taken = set(self.header)
        marks = [name if name not in taken else f"_{name}" for name in REJECT_COLUMNS]
        csv.writer(file).writerow(map(neutral, [*self.header, *marks]))
        return file

    def close(self) -> None:
        if self.file is not None:
            self.file.close()


def in_words(path: Path) -> Iterator[str]:
    """The file, line by line, with its reasons in the language of now."""
    return _in_words(path, get_language() or settings.LANGUAGE_CODE)


def _in_words(path: Path, language: str) -> Iterator[str]:
    """A streamed answer is written when the request, and its language, are over."""
    line = io.StringIO()
    out = csv.writer(line)
    yield "\ufeff"
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            with override(language):
                out.writerow([*row[:-1], neutral(read(original(row[-1])))])
            yield line.getvalue()
            line.seek(0)
            line.truncate()


def keep(batch_id: int, rejects: Sequence[Reject], fields: dict[str, Field], *, room: int) -> None:
    """In the table, for the page: values masked, the row itself sealed."""
    insert(
        RejectedRow,
        ("batch_id", "line", "column", "value", "reason", "row"),
        [
            (batch_id, r.line, r.column[:120], shown(r, fields), kept(r.reason), _sealed(r.cells))
            for r in rejects[: max(room, 0)]
        ],
    )


def shown(reject: Reject, fields: dict[str, Field]) -> str:
    """The value as anybody may see it."""
    text = reject.value.replace("\0", "␀")
    text = "".join("�" if "\ud800" <= c <= "\udfff" else c for c in text)[:200]
    field = fields.get(reject.field)
    if field is None or not field.is_personal or not text:
        return text
    return MASKS.get(field.name, masking.account)(text)[:200]


def _sealed(cells: Sequence[str]) -> str:
    text = bulk.document([cell[:2_000] for cell in cells])
    return bulk.document([seal(SEALED_AS, text.encode("utf-8", "replace").decode())])
