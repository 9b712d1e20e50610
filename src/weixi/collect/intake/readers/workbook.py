"""XLSX through calamine, after the file was found harmless; the first sheet that holds rows."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .table import Broken, FileFault, HeaderScore, Table, table_of
from .values import text_of
from .workbook_safety import Lost, check_archive, check_sheet


def read_workbook(path: Path, score: HeaderScore) -> Table:
    """Raises FileFault when it is damaged, protected, dangerous or holds no rows."""
    sheets = check_archive(path)
    with _opened(path) as book:
        name, others = _sheet_with_rows(book)
    position = _position(path, name)
    lost = check_sheet(path, sheets[position] if position < len(sheets) else "")
    table = table_of(_Records(path, name, lost), score, _notes(name, others))
    with path.open("rb") as file:
        table.file_hash = hashlib.file_digest(file, "sha256").hexdigest()
    return table


class _Records:
    def __init__(self, path: Path, sheet: str, lost: dict[tuple[int, int], Lost]) -> None:
        self.path, self.sheet, self.lost = path, sheet, lost

    def __call__(self) -> Iterator[tuple[int, Sequence[str]] | Broken]:
        with _opened(self.path) as book:
            sheet = book.get_sheet_by_name(self.sheet)
            first = (sheet.start or (0, 0))[0] + 1
            rows_with_loss = {row for row, _column in self.lost}
            for line, values in enumerate(sheet.iter_rows(), start=1):
                cells = [text_of(value) for value in values]
                if line in rows_with_loss:
                    self._restore(line, cells)
                if any(cells) and line >= min(first, 1):
                    yield line, cells

    def count(self) -> int:
        return sum(1 for _ in self())

    def _restore(self, line: int, cells: list[str]) -> None:
        """Cells that calamine gives as empty although they hold an error: #N/A and the like."""
        for column in range(len(cells)):
            if (line, column + 1) in self.lost and not cells[column]:
                cells[column] = self.lost[line, column + 1].text


def _opened(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except CalamineError as fault:
        raise FileFault(_("The workbook is damaged or was cut off.")) from fault


def _sheet_with_rows(book: CalamineWorkbook) -> tuple[str, list[str]]:
    """The first visible sheet with at least two rows, and the others that have some."""
    filled = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
        and sheet.visible == SheetVisibleEnum.Visible
        and book.get_sheet_by_name(sheet.name).total_height > 1
    ]
    if not filled:
        raise FileFault(_("No visible sheet of the workbook holds a header and rows."))
    return filled[0], filled[1:]


def _position(path: Path, name: str) -> int:
    with _opened(path) as book:
        return list(book.sheet_names).index(name)


def _notes(name: str, others: list[str]) -> list[str]:
    if not others:
        return []
    return [
        _("The sheet %(name)s was read; not read: %(others)s.")
        % {"name": name, "others": ", ".join(others)}
    ]
