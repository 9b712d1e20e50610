"""Tables as files that open safely in Excel and WPS: no cell can become a formula (S-12)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

import xlsxwriter

BLANKS = " \t\r\n\v\f\0\ufeff\u3000\xa0"
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
Cell = str | int | float | None


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def safe(value: Cell) -> Cell:
    """A text that a spreadsheet would run gets an apostrophe in front; plain numbers are kept.

    >>> safe("=1+1"), safe(" @SUM(A1)"), safe("-5"), safe(-5), safe("Ana")
    ("'=1+1", "' @SUM(A1)", '-5', -5, 'Ana')
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\0", "")
    if not text.lstrip(BLANKS).startswith(TRIGGERS) or NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Line by line, the first with the mark that tells Excel it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([safe(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def xlsx_file(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str) -> bytes:
    """Texts are written as texts: "=1+1" stands there as it is and is never worked out."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False})
    page = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", sheet)[:31])
    bold = book.add_format({"bold": True})
    for column, text in enumerate(header):
        page.write_string(0, column, text, bold)
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            _put(page, place, column, cell)
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _put(page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(row, column, cell.replace("\0", ""))
    else:
        page.write_number(row, column, cell)
