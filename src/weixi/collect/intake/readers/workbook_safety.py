"""Whether a workbook may be opened at all: bombs, macros, entities, and what calamine would lose.

An XLSX is a zip of XML parts. Sizes are judged from the zip's directory and again while reading,
since the directory may lie. No part is parsed here: parts are scanned as bytes.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from .sheet_scan import SheetScan, scan
from .table import FileFault

MOST_UNPACKED = 500_000_000
MOST_RATIO = 100
SMALL = 1_000_000  # below this a high ratio does no harm
MOST_PARTS = 5_000
BLOCK = 1 << 20
OVERLAP = 64
ENTITY = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Sheet(NamedTuple):
    """A worksheet that people see: its name, and its part of the zip."""

    name: str
    part: str


def check_archive(path: Path) -> list[Sheet]:
    """The visible worksheets in their order. Raises FileFault with the reason."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(archive)
            _check_kind(archive)
            for part in archive.infolist():
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _check_entities(archive, part)
            return _sheets(archive)
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
    with archive.open(part) as stream:
        for block in _overlapping(stream):
            text = block.replace(b"\0", b"") if block[:64].count(b"\0") > 8 else block  # UTF-16
            if ENTITY.search(text):
                raise FileFault(
                    _(
                        "The workbook defines its own XML entities, as Excel never does: "
                        "it is refused."
                    )
                )


def _overlapping(stream: IO[bytes]) -> Iterator[bytes]:
    """Blocks that share their ends, so that nothing is missed between two."""
    tail, size = b"", 0
    while block := stream.read(BLOCK):
        size += len(block)
        if size > MOST_UNPACKED:
            raise _bomb()
        yield tail + block
        tail = block[-OVERLAP:]


def _sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    """The visible ones, in the order of the workbook."""
    relations = _xml(archive, "xl/_rels/workbook.xml.rels")
    targets = {r.get("Id"): str(r.get("Target")) for r in relations}
    return [
        Sheet(str(sheet.get("name")), _path(targets.get(sheet.get(RELATION), "")))
        for sheet in _xml(archive, "xl/workbook.xml").iter(f"{MAIN}sheet")
        if sheet.get("state", "visible") == "visible"
    ]


def _path(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _xml(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as stream:
        return fromstring(stream.read(BLOCK))


def scan_sheet(path: Path, sheet: Sheet) -> SheetScan:
    """Size and errors of a sheet; a chart that stands among the sheets has neither."""
    with zipfile.ZipFile(path) as archive:
        if sheet.part not in archive.namelist():
            raise FileFault(_("The workbook is damaged or was cut off."))
        part = archive.getinfo(sheet.part)
        if "chartsheet" in sheet.part:
            return SheetScan()
        with archive.open(part) as stream:
            return scan(iter(partial(stream.read, BLOCK), b""))
