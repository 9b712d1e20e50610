"""Which reader a file needs, told by its first bytes: names and endings lie."""

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from stat import S_ISREG

from django.utils.translation import gettext as _

from .delimited import read_delimited
from .table import FileFault, HeaderScore, Table

START = 4_096
PARQUET, ZIP, OLE = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PASSWORD = "EncryptedPackage".encode("utf-16-le")
NO_TABLE = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"SQLite format 3", "SQLite"),
)
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")


def open_table(path: Path, score: HeaderScore) -> Table:
    """The table in a file of any kind that can be read; FileFault with the reason otherwise.

    `score` tells how many columns of a row it knows, by which the header is found.
    """
    start = _start(path)
    if start.startswith(PARQUET):
        return _reader("parquet", "read_parquet")(path, score)
    if start.startswith(ZIP) or start.startswith(b"PK\x05\x06"):
        return _reader("workbook", "read_workbook")(path, score)
    _refuse_other_kinds(path, start)
    return read_delimited(path, score)


def _reader(module: str, name: str) -> Callable[[Path, HeaderScore], Table]:
    """Columnar and workbook libraries cost memory and time: loaded for their files alone."""
    found: Callable[[Path, HeaderScore], Table]
    found = getattr(import_module(f"{__package__}.{module}"), name)
    return found


def _start(path: Path) -> bytes:
    try:
        if not S_ISREG(os.stat(path).st_mode):
            raise FileFault(_("%(path)s is no file.") % {"path": path.name})
        with path.open("rb") as file:
            start = file.read(START)
    except FileNotFoundError:
        raise FileFault(_("There is no file %(path)s.") % {"path": path}) from None
    except PermissionError:
        raise FileFault(_("The file %(path)s may not be read.") % {"path": path}) from None
    if not start:
        raise FileFault(_("The file is empty."))
    return start


def _refuse_other_kinds(path: Path, start: bytes) -> None:
    if start.startswith(OLE):
        raise FileFault(_ole(path))
    if start.startswith(PACKED):
        raise FileFault(_("The file is packed. Unpack it and import what is inside."))
    for mark, name in NO_TABLE:
        if start.startswith(mark):
            raise FileFault(
                _("This is a %(kind)s file. CSV, XLSX and Parquet can be imported.")
                % {"kind": name}
            )
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:100].lower().startswith((b"<html", b"<!doc", b"<tab")):
        raise FileFault(
            _("This is a web page with the ending of a table. Open it in Excel, save it as .xlsx.")
        )
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"{", b"[{")):
        raise FileFault(_("This is an XML or JSON file. CSV, XLSX and Parquet can be imported."))


def _ole(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(1 << 20)
        file.seek(max(0, path.stat().st_size - (1 << 20)))
        tail = file.read()
    if PASSWORD in head or PASSWORD in tail:
        return _("The workbook is protected by a password. Save it without one.")
    return _("This is a workbook of Excel 97–2003 (.xls). Save it as .xlsx.")
