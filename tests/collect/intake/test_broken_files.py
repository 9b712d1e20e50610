"""A file that cannot be read whole says why in one sentence, and nothing of it is written."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from tests.collect.intake.files import lines, picture, take, written
from weixi.collect.intake.models import ImportBatch
from weixi.core.errors import RuleBroken

HEAD = "customer_id,name,city\n"
GOOD = HEAD + "C1,Ana,杭州\n"
SHEET = "xl/worksheets/sheet1.xml"


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def good_workbook(path: Path) -> Path:
    return workbook(path, [["customer_id", "name", "city"], ["C1", "Ana", "杭州"]])


def with_part(path: Path, name: str, content: bytes) -> Path:
    """The good workbook with one part replaced or added."""
    good = zipfile.ZipFile(good_workbook(path.with_suffix(".good")))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in good.namelist():
            if part != name:
                archive.writestr(part, good.read(part))
        archive.writestr(name, content)
    return path


def sheet_xml(cells: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<worksheet xmlns="http://schemas.'
        f'openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    ).encode()


BOMB = "<!DOCTYPE x [" + '<!ENTITY a "lol">' + '<!ENTITY b "&a;&a;&a;&a;">' * 9 + "]>"
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
HEADER_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>customer_id</t></is></c></row>'

ROW = "<row><c><v>1</v></c></row>"


def text(content: str | bytes) -> Callable[[Path], Path]:
    def make(path: Path) -> Path:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return make


def cut(make: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    def half(path: Path) -> Path:
        whole = make(path).read_bytes()
        path.write_bytes(whole[: int(len(whole) * share)])
        return path

    return half


def parquet(path: Path) -> Path:
    pq.write_table(pa.table({"customer_id": ["C1"] * 500, "name": ["Ana"] * 500}), path)
    return path


def damaged_parquet(path: Path) -> Path:
    names = [f"name {n}" for n in range(5_000)]
    table = pa.table({"customer_id": names, "name": names})
    pq.write_table(table, path, compression="zstd", use_dictionary=False)
    whole = bytearray(path.read_bytes())
    whole[200:400] = bytes(200)
    path.write_bytes(whole)
    return path


def zeros(path: Path) -> Path:
    """A sheet that unpacks to far more than it seems."""
    return with_part(path, SHEET, sheet_xml("<row>" + " " * 200_000_000 + "</row>"))


def encrypted_zip(path: Path) -> Path:
    good_workbook(path)
    whole = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(mark)
        while at >= 0:
            whole[at + offset] |= 1
            at = whole.find(mark, at + 4)
    path.write_bytes(whole)
    return path


def plain_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", GOOD)
    return path


def slip(path: Path) -> Path:
    return with_part(path, "../../etc/cron.d/x", b"* * * * * root true")


def hidden_only(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["customer_id"])
    hidden = book.create_sheet("rows")
    hidden.append(["customer_id", "name"])
    hidden.append(["C1", "Ana"])
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


def formula(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["customer_id", "name"])
    book.active.append(["C1", '="A"&"na"'])
    book.save(path)
    return path


def open_document(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    return path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FAULTS: list[tuple[str, Callable[[Path], Path], str]] = [
    ("empty", text(""), "The file is empty."),
    ("blank lines", text("\n\n  \n"), "The file is empty."),
    ("only a mark", text("﻿"), "The file is empty."),
    ("header only", text(HEAD), "The file has a header and no rows."),
    ("Latin-1", text((HEAD + "C1,Müller Hernández,Köln\nC2,Å,b\n").encode("latin-1")),
     "The text is neither UTF-8 nor GB18030: line 2 holds the byte 0xFC."),
    ("a byte of nothing", text(GOOD.encode() + b"C2,\xff\xfe\xff,x\n"),
     "The text is neither UTF-8 nor GB18030: line 3 holds the byte 0xFF."),
    ("half a character", text(GOOD.encode() + "C2,Bo,杭".encode()[:-1]),
     "The file ends in the middle of a character, in line 3: it was cut off."),
    ("half UTF-16", text(GOOD.encode("utf-16")[:-1]), "The file ends in the middle of a character"),
    ("open quote", text(GOOD + 'C2,"Bo,杭州\nC3,Cy,x\n'),
     "In line 3 a quotation mark opens and never closes"),
    ("open quote in a large file", text(GOOD + 'C2,"' + "x" * 17_000_000),
     "In line 3 a quotation mark opens and never closes"),
    ("same names", text("customer_id,name,name\nC1,Ana,Bo\n"),
     "Two columns have the same name: name. Rename one of them."),
    ("no key", text("name,city\nAna,杭州\n"),
     "No column was found for customer_id. Name it with --map FIELD=COLUMN."),
    ("no header", text("1,2,3\n4,5,6\n"), "No column was found for customer_id."),
    ("too wide", text(",".join(f"c{n}" for n in range(501)) + "\n" + "x," * 500 + "x\n"),
     "The file has 501 columns, at most 500 can be read."),
    ("JSON", text('[{"customer_id": 1}]'), "This is an XML or JSON file."),
    ("XML", text("<?xml version='1.0'?><a/>"), "This is an XML or JSON file."),
    ("web page", text("<html><table><tr><td>1"), "This is a web page with the ending of a table."),
    ("PDF", text(b"%PDF-1.7 x"), "This is a PDF file."),
    ("picture", text(b"\x89PNG\r\n\x1a\n"), "This is a PNG file."),
    ("gzip", text(b"\x1f\x8b\x08\0"), "The file is packed."),
    ("old Excel", text(OLE + bytes(600)), "This is a workbook of Excel 97–2003 (.xls)."),
    ("encrypted", text(OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(99)),
     "The workbook is protected by a password."),
    ("plain zip", plain_zip, "This is a zip file, not an Excel workbook."),
    ("OpenDocument", open_document, "This is an OpenDocument file."),
    ("half a workbook", cut(good_workbook, 0.6), "The workbook is damaged or was cut off."),
    ("start of a zip", text(b"PK\x03\x04" + bytes(50)), "The workbook is damaged or was cut off."),
    ("half a sheet", lambda path: with_part(path, SHEET, sheet_xml(ROW * 3)[:-60]),
     "The workbook is damaged or was cut off."),
    ("protected zip", encrypted_zip, "The workbook is protected by a password."),
    ("macros", lambda path: with_part(path, "xl/vbaProject.bin", b"x"),
     "The workbook holds macros."),
    ("binary", lambda path: with_part(path, "xl/workbook.bin", b"x"),
     "This is a binary workbook (.xlsb)."),
    ("zip slip", slip, "The workbook names files outside of itself: it is refused."),
    ("billion laughs", lambda path: with_part(path, SHEET, sheet_xml(HEADER_ROW, BOMB)),
     "The workbook defines its own XML entities"),
    ("entity of a file", lambda path: with_part(path, "xl/sharedStrings.xml", sheet_xml("", XXE)),
     "The workbook defines its own XML entities"),
    ("entity in UTF-16",
     lambda path: with_part(path, SHEET, sheet_xml("", XXE).decode().encode("utf-16")),
     "The workbook defines its own XML entities"),
    ("zip bomb", zeros, "Unpacked the workbook would be far too large."),
    ("far corner", lambda path: with_part(path, SHEET, sheet_xml(
        HEADER_ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
     "The sheet spans more than 8000000 cells."),
    ("far corner without places", lambda path: with_part(path, SHEET, sheet_xml(
        "<row>" + "<c/>" * 9_000 + "</row>" + ROW * 1_000)),
     "The sheet spans more than 8000000 cells."),
    ("hidden sheet", hidden_only, "No visible sheet of the workbook holds a header and rows."),
    ("formula without result", formula, "Cell B2 holds a formula without its result."),
    ("half Parquet", cut(parquet, 0.5), "The Parquet file is damaged or was cut off."),
    ("damaged Parquet", damaged_parquet, "The Parquet file is damaged or was cut off."),
    ("folder", lambda path: (path.mkdir(), path)[1], "table is no file."),
    ("nothing", lambda path: path, "There is no file"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("make", "sentence"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_file_that_cannot_be_read_says_why_and_nothing_is_written(
    db: None, tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    path = make(tmp_path / "table")
    before = picture()
    with pytest.raises(RuleBroken) as refusal:
        take("customers", path)
    assert sentence in str(refusal.value)
    assert picture() == before
    assert not ImportBatch.objects.exists()


def test_a_file_that_breaks_off_at_its_end_writes_none_of_its_good_rows(
    db: None, tmp_path: Path
) -> None:
    rows = "".join(f"C{n},Ana,x\n" for n in range(30_000))
    path = tmp_path / "customers.csv"
    path.write_text(HEAD + rows + 'C-last,"Ana', encoding="utf-8")
    with pytest.raises(RuleBroken, match="In line 30002"):
        take("customers", path)
    assert not ImportBatch.objects.exists()


def test_of_several_files_one_bad_one_stops_all(db: None, tmp_path: Path) -> None:
    good = written(tmp_path / "good.csv", lines("customers"))
    with pytest.raises(RuleBroken, match="There is no file"):
        take("customers", good, tmp_path / "missing.csv")
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"mapping": {"name": "Nickname"}}, "The file has no column Nickname."),
        ({"mapping": {"shoe": "city"}}, "There is no field shoe. The fields are: customer_id,"),
        ({"preset": "ebay"}, "There is no preset ebay. The presets are: online-retail, cdnow."),
        ({"preset": "cdnow"}, "The preset cdnow is for orders."),
        ({"update_by": "city"}, "Rows of this kind are found again by: customer_id, phone,"),
    ],
)
def test_a_wrong_wish_is_refused(
    db: None, tmp_path: Path, more: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        take("customers", written(tmp_path / "c.csv", lines("customers")), **more)
    assert str(refusal.value).startswith(sentence)


def test_only_known_kinds_can_be_imported(db: None, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="horses cannot be imported"):
        take("horses", tmp_path / "x.csv")


@pytest.mark.slow
def test_a_bomb_is_refused_without_unpacking_it(tmp_path: Path, db: None) -> None:
    """The zip's directory lies about the size: counting while reading finds out."""
    path = zeros(tmp_path / "bomb.xlsx")
    whole = path.read_bytes()
    big = zipfile.ZipFile(io.BytesIO(whole)).getinfo(SHEET).file_size
    lying = whole.replace(big.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    path.write_bytes(lying)
    with pytest.raises(RuleBroken, match=r"damaged|far too large"):
        take("customers", path)
