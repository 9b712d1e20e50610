"""XLSX through calamine, after the file was found harmless; the first sheet that holds rows."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from .table import Broken, FileFault, HeaderScore, Table, table_of
from .values import text_of
from .workbook_safety import check_archive, scan_sheet


def read_workbook(path: Path, score: HeaderScore) -> Table:
    """Raises FileFault when it is damaged, protected, dangerous or holds no rows."""
    scans = {sheet.name: scan_sheet(path, sheet) for sheet in check_archive(path)}
    filled = [name for name, scan in scans.items() if scan.rows > 1]
    if not filled:
        raise FileFault(_("No visible sheet of the workbook holds a header and rows."))
    name, *others = filled
    table = table_of(_Records(path, name, scans[name].errors), score, _notes(name, others))
    with path.open("rb") as file:
        table.file_hash = hashlib.file_digest(file, "sha256").hexdigest()
    return table


class _Records:
    def __init__(self, path: Path, sheet: str, errors: dict[tuple[int, int], str]) -> None:
        self.path, self.sheet, self.errors = path, sheet, errors
        self.rows_with_errors = {row for row, _column in errors}

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        """calamine leaves out empty columns on the left, but not empty rows above."""
        with _opened(self.path) as book:
            sheet = book.get_sheet_by_name(self.sheet)
            left = (sheet.start or (0, 0))[1]
            for line, values in enumerate(sheet.iter_rows(), start=1):
                cells = [text_of(value) for value in values]
                if line in self.rows_with_errors:
                    self._restore(line, left, cells)
                if any(cells):
                    yield line, cells

    def count(self) -> int:
        return sum(1 for _ in self())

    def _restore(self, line: int, left: int, cells: list[str]) -> None:
        """Cells that hold an error come as empty ones."""
        for place in range(len(cells)):
            cells[place] = cells[place] or self.errors.get((line, left + place + 1), "")


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except CalamineError as fault:
        raise FileFault(_("The workbook is damaged or was cut off.")) from fault


def _notes(name: str, others: list[str]) -> list[str]:
    if not others:
        return []
    return [
        _("The sheet %(name)s was read; not read: %(others)s.")
        % {"name": name, "others": ", ".join(others)}
    ]
