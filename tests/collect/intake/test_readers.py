"""The same table comes out of every kind of file that people bring."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from weixi.collect.intake.kinds.customers import FIELDS
from weixi.collect.intake.kinds.fields import Names
from weixi.collect.intake.readers.opening import open_table
from weixi.collect.intake.readers.table import Table
from weixi.collect.intake.readers.values import text_of

HEADER = ["客户编号", "姓名", "手机"]
ROWS = [["C1", "仲妮妮", "13800002046"], ["C2", "𠮷野家", "010-1234567"], ["C3", "Ana 🙂", ""]]


def opened(path: Path) -> Table:
    return open_table(path, Names(FIELDS).score)


def content(path: Path) -> tuple[list[str], list[list[str]], list[int]]:
    """Header, rows and line numbers of a file."""
    table = opened(path)
    rows: list[list[str]] = []
    lines: list[int] = []
    for batch in table.batches():
        rows += [list(cells) for cells in batch.rows]
        lines += batch.lines
    return table.header, rows, lines


def as_csv(path: Path, rows: Sequence[Sequence[str]], *, encoding: str, **dialect: Any) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, **dialect).writerows(rows)
    return path


def as_sheet(
    path: Path, rows: Sequence[Sequence[Any]], options: dict[str, Any] | None = None
) -> Path:
    book = xlsxwriter.Workbook(str(path), options or {})
    sheet = book.add_worksheet("客户")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = as_csv(tmp_path / "c", [HEADER, *ROWS], encoding=encoding, delimiter=delimiter)
    assert content(path) == (HEADER, ROWS, [2, 3, 4])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_to_end_a_line_is_one(tmp_path: Path, end: str) -> None:
    path = as_csv(tmp_path / "c", [HEADER, *ROWS], encoding="utf-8", lineterminator=end)
    assert content(path) == (HEADER, ROWS, [2, 3, 4])


def test_a_chinese_character_after_many_latin_ones_still_decides_the_encoding(
    tmp_path: Path,
) -> None:
    rows = [["C0", "Ana", ""]] * 50_000
    path = as_csv(tmp_path / "c", [["id", "name", "phone"], *rows, ROWS[0]], encoding="gb18030")
    assert content(path)[1][-1] == ROWS[0]


def test_cells_may_hold_breaks_quotes_and_delimiters_and_lines_stay_right(tmp_path: Path) -> None:
    rows = [["C1", 'said "yes",\nand\r\nleft', "1"], ["C2", "b", "2"]]
    path = as_csv(tmp_path / "c", [HEADER, *rows], encoding="utf-8")
    assert content(path) == (HEADER, rows, [2, 5])


def test_empty_rows_are_no_rows_and_keep_their_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("id,name,phone\n\nC1,Ana,1\n,,\n \nC2,Bo,2\n\n", encoding="utf-8")
    table = opened(path)
    [batch] = table.batches()
    assert (batch.lines, [b.line for b in batch.broken]) == ([3, 6], [])


def test_rows_with_too_few_or_too_many_cells_are_named(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('id,name,phone\nC1,Ana\nC2,Bo,2,3\nC3,Cy,3,,\nC4,"D"x,4\nC5,E,5\n', "utf-8")
    [batch] = opened(path).batches()
    assert [(b.line, b.reason) for b in batch.broken] == [
        (2, "The row has 2 cells, the header has 3."),
        (3, "The row has 4 cells, the header has 3."),
        (5, "A quotation mark stands where none may stand."),
    ]
    assert batch.lines == [4, 6]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    path = as_csv(
        tmp_path / "c", [["客户名单", "", ""], ["", "", ""], HEADER, *ROWS], encoding="utf-8"
    )
    assert content(path) == (HEADER, ROWS, [4, 5, 6])


def test_excel_values_come_as_people_see_them(tmp_path: Path) -> None:
    rows = [
        ["id", "name", "phone", "birthday", "city"],
        ["0012", 13800002046.0, 0.1 + 0.2, 45678, True],
        [6222020200112233445.0, 1e-7, "=1+1", "  x ", -2.50],
    ]
    path = tmp_path / "c.xlsx"
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    assert content(path)[1] == [
        ["0012", "13800002046", "0.3", "45678", "TRUE"],
        ["6.22202020011223E+18", "0.0000001", "=1+1", "  x ", "-2.5"],
    ]


@pytest.mark.parametrize("epoch", [False, True])
def test_days_are_the_same_counted_from_1900_or_1904(tmp_path: Path, epoch: bool) -> None:
    path = tmp_path / "c.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": epoch})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["id", "birthday", "name"])
    day = book.add_format({"num_format": "yyyy/m/d"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write(1, 0, "C1")
    sheet.write(1, 1, dt.date(2026, 1, 31), day)
    sheet.write(1, 2, dt.datetime(2026, 1, 31, 14, 5), moment)
    book.close()
    assert content(path)[1] == [["C1", "2026-01-31", "2026-01-31T14:05:00"]]


def test_a_sheet_with_a_merged_title_and_a_shifted_corner_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.merge_range(1, 2, 1, 4, "客户名单")
    for number, row in enumerate([HEADER, *ROWS], start=3):
        sheet.write_row(number, 2, row)
    sheet.write_formula(7, 2, "=1/0", None, "#DIV/0!")
    sheet.write_formula(7, 3, '="A"&"na"', None, "Ana")
    book.close()
    header, rows, lines = content(path)
    assert header == HEADER
    assert rows == [*ROWS, ["#DIV/0!", "Ana", ""]]
    assert lines == [5, 6, 7, 8]


def test_errors_of_cells_are_kept_as_errors(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "name"])
    book.active.append(["C1", "#N/A"])
    book.save(tmp_path / "c.xlsx")
    assert content(tmp_path / "c.xlsx")[1] == [["C1", "#N/A"]]


def test_the_first_visible_sheet_with_rows_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "c.xlsx"
    book = xlsxwriter.Workbook(str(path))
    hidden, empty, real, more = (book.add_worksheet(name) for name in ("a", "b", "c", "d"))
    for sheet in (hidden, real, more):
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write_row(1, 0, [sheet.name, "Ana"])
    empty.activate()
    hidden.hide()
    book.close()
    assert content(path)[1] == [["c", "Ana"]]
    assert opened(path).notes == ["The sheet c was read; not read: d."]


def test_a_workbook_by_another_program_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEADER, *ROWS]:
        sheet.append(row)
    book.save(tmp_path / "c.xlsx")
    assert content(tmp_path / "c.xlsx") == (HEADER, ROWS, [2, 3, 4])


def test_parquet_columns_of_every_type_become_text(tmp_path: Path) -> None:
    zoned = dt.datetime(2026, 1, 31, 14, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    table = pa.table(
        {
            "id": pa.array([17850, None], pa.int64()),
            "card": pa.array([17850.0, float("nan")]),
            "price": pa.array([2.55, 0.001]),
            "at": pa.array([dt.datetime(2026, 1, 31, 14, 5), None], pa.timestamp("ns")),
            "zoned": pa.array([zoned, None], pa.timestamp("us", "Asia/Shanghai")),
            "day": pa.array([dt.date(2026, 1, 31), None]),
            "yes": pa.array([True, None]),
            "word": pa.array(["茶", ""]).dictionary_encode(),
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "t")
    header, rows, lines = content(tmp_path / "t")
    assert header == table.schema.names
    assert rows == [
        ["17850", "17850", "2.55", "2026-01-31T14:05:00", "2026-01-31T14:05:00+08:00",
         "2026-01-31", "TRUE", "茶"],
        ["", "", "0.001", "", "", "", "", ""],
    ]  # fmt: skip
    assert lines == [1, 2]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (3.0, "3"), (-0.0, "0"), (1e14, "100000000000000"), (1e15, "1E+15"),
        (12.3456, "12.3456"), (float("nan"), ""), (float("inf"), "inf"),
        (dt.timedelta(hours=36), "1.5"), (dt.time(9, 30), "09:30:00"),
    ],
)  # fmt: skip
def test_values_are_written_as_a_person_would(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_batches_are_as_long_as_asked_and_can_be_read_twice(tmp_path: Path) -> None:
    rows = [[f"C{n}", "Ana", ""] for n in range(25)]
    table = opened(as_csv(tmp_path / "c", [HEADER, *rows], encoding="utf-8"))
    for _time in range(2):
        assert [len(batch) for batch in table.batches(10)] == [10, 10, 5]
    assert table.count() == 25
