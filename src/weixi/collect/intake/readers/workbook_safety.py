"""Whether a workbook may be opened at all: bombs, macros, entities, and what calamine would lose.

An XLSX is a zip of XML parts. Sizes are judged from the zip's directory and again while reading,
since the directory may lie. No part is parsed here: parts are scanned as bytes.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from .table import FileFault

MOST_UNPACKED = 500_000_000
MOST_RATIO = 100
SMALL = 1_000_000  # below this a high ratio does no harm
MOST_PARTS = 5_000
MOST_CELLS = 8_000_000  # calamine holds a sheet as a full rectangle of 32 bytes a cell
MOST_LOST = 10_000
BLOCK = 1 << 20
OVERLAP = 4_096
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
CELL = re.compile(
    rb'<(?:\w+:)?c\b([^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*?)(/?)>'
    rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)(<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>"
    rb"|</(?:\w+:)?c>)?)?"
)
ERROR_TEXT = re.compile(rb"[^<]*<(?:\w+:)?v>(#[^<]{1,20})</")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Lost(NamedTuple):
    """A cell that holds something which reading would give as empty."""

    text: str


def check_archive(path: Path) -> list[str]:
    """The parts of the worksheets in their order. Raises FileFault with the reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive)
            _check_kind(archive)
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_entities(archive, part)
            return _sheet_parts(archive)
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as fault:
        raise FileFault(_("The workbook is damaged or was cut off.")) from fault
    except (ParseError, DefusedXmlException, KeyError, NotImplementedError) as fault:
        raise FileFault(_("The file is no Excel workbook.")) from fault


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise FileFault(_("The workbook is protected by a password. Save it without one."))
    if len(parts) > MOST_PARTS or len({p.filename for p in parts}) < len(parts):
        raise FileFault(_("The workbook has too many parts: it was not made by Excel or WPS."))
    if any(p.filename.startswith("/") or ".." in p.filename.split("/") for p in parts):
        raise FileFault(_("The workbook names files outside of itself: it is refused."))
    if unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > MOST_RATIO * max(packed, 1)):
        raise _bomb()


def _bomb() -> FileFault:
    return FileFault(
        _("Unpacked the workbook would be far too large. Save the sheet as CSV and try again.")
    )


def _check_kind(archive: zipfile.ZipFile) -> None:
    names = {name.lower() for name in archive.namelist()}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise FileFault(_("The workbook holds macros. Save it as .xlsx, without macros."))
    if "xl/workbook.bin" in names:
        raise FileFault(_("This is a binary workbook (.xlsb). Save it as .xlsx."))
    if "mimetype" in names and "content.xml" in names:
        raise FileFault(_("This is an OpenDocument file. Save it as .xlsx or CSV."))
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise FileFault(
            _("This is a zip file, not an Excel workbook. Unpack it and import what is inside.")
        )


def _check_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    for block in _blocks(archive, part):
        text = block.replace(b"\0", b"") if block[:64].count(b"\0") > 8 else block  # UTF-16
        if ENTITY.search(text):
            raise FileFault(
                _("The workbook defines its own XML entities, as Excel never does: it is refused.")
            )


def _blocks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Blocks that overlap, so that nothing is missed between two."""
    tail, size = b"", 0
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            size += len(block)
            if size > MOST_UNPACKED:
                raise _bomb()
            yield tail + block
            tail = block[-OVERLAP:]


def _sheet_parts(archive: zipfile.ZipFile) -> list[str]:
    """Paths in the zip, in the order of the workbook."""
    relations = _xml(archive, "xl/_rels/workbook.xml.rels")
    targets = {r.get("Id"): str(r.get("Target")).lstrip("/") for r in relations}
    sheets = _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet")
    found = [targets.get(sheet.get(RELATION), "") for sheet in sheets]
    return [name if name.startswith("xl/") else f"xl/{name}" for name in found]


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as stream:
        return fromstring(stream.read(BLOCK))


def check_sheet(path: Path, part: str) -> dict[tuple[int, int], Lost]:
    """Errors such as #N/A by (row, column). Refuses sheets that would fill the memory, and
    formulas whose result is not in the file."""
    lost: dict[tuple[int, int], Lost] = {}
    rows = columns = 0
    with zipfile.ZipFile(path) as archive:
        if part not in archive.namelist():
            return lost
        for block in _blocks(archive, archive.getinfo(part)):
            for cell in CELL.finditer(block):
                row, column = int(cell[3]), _column_number(cell[2])
                rows, columns = max(rows, row), max(columns, column)
                if rows * columns > MOST_CELLS:
                    raise _too_many_cells()
                if cell[5]:
                    raise _no_result(cell)
                if b't="e"' in cell[1] and len(lost) < MOST_LOST:
                    lost[row, column] = Lost(_error_text(block, cell.end()))
    return lost


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _error_text(block: bytes, start: int) -> str:
    found = ERROR_TEXT.match(block, start)
    return found[1].decode("ascii", "replace") if found else "#N/A"


def _too_many_cells() -> FileFault:
    return FileFault(
        _("The sheet spans more than %(most)d cells. Save it as CSV and try again.")
        % {"most": MOST_CELLS}
    )


def _no_result(cell: re.Match[bytes]) -> FileFault:
    place = (cell[2] + cell[3]).decode()
    return FileFault(
        _(
            "Cell %(place)s holds a formula without its result. "
            "Open the file in Excel or WPS, save it, and try again."
        )
        % {"place": place}
    )
