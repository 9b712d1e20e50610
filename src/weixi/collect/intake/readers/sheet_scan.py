"""A sheet's XML as bytes, before calamine sees it: how large it is, and what would be lost.

calamine holds a sheet as a full rectangle, so that one cell in the far corner would end the
process; it gives errors such as #N/A, and formulas that were never calculated, as empty cells.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .table import FileFault

MOST_CELLS = 8_000_000  # 32 bytes each
MOST_LOST = 10_000
MOST_CARRIED = 1 << 25
TAG = re.compile(
    rb"<(?:\w+:)?(?P<tag>row|c)\b(?P<attributes>[^>]*)>"
    rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"(?P<no_result><(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>|</(?:\w+:)?c>)?)?"
)
PLACE = re.compile(rb'(?:^|\s)r="([A-Z]{0,3})([0-9]{1,7})"')
END = re.compile(rb"</(?:\w+:)?worksheet>\s*$")
START = re.compile(rb"<(?:\w+:)?(?:row|c)\b")
ERROR_TEXT = re.compile(
    rb"[^<]*(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]+)<"
)


@dataclass
class SheetScan:
    """`errors`: what stands in cells that hold an error, by (row, column), both from 1."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def scan(blocks: Iterable[bytes]) -> SheetScan:
    """Raises FileFault for a sheet that would fill the memory or hide what it holds."""
    found, row, column = SheetScan(), 0, 0
    for text in _whole_cells(blocks):
        for match in TAG.finditer(text):
            place = PLACE.search(match["attributes"])
            if match["tag"] == b"row":
                row, column = int(place[2]) if place else row + 1, 0
                found.rows = max(found.rows, row)
                continue
            column = _column(place[1]) if place else column + 1
            found.columns = max(found.columns, column)
            if found.rows * found.columns > MOST_CELLS:
                raise _too_many_cells()
            if match["no_result"]:
                raise _no_result(row, column)
            if b't="e"' in match["attributes"] and len(found.errors) < MOST_LOST:
                found.errors[row, column] = _error(text, match.end("attributes") + 1)
    return found


def _whole_cells(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut before the last tag of a row or cell, so that no cell falls between two pieces."""
    rest = b""
    for block in blocks:
        text = rest + block
        last = max((m.start() for m in START.finditer(text, max(0, len(text) - 65_536))), default=0)
        if not last and len(text) > MOST_CARRIED:
            raise _too_many_cells()
        yield text[:last]
        rest = text[last:]
    if not END.search(rest):
        raise FileFault(_("The workbook is damaged or was cut off."))
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _error(text: bytes, start: int) -> str:
    found = ERROR_TEXT.match(text, start)
    return found[1].decode("utf-8", "replace") if found else "#N/A"


def _too_many_cells() -> FileFault:
    return FileFault(
        _("The sheet spans more than %(most)d cells. Save it as CSV and try again.")
        % {"most": MOST_CELLS}
    )


def _no_result(row: int, column: int) -> FileFault:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return FileFault(
        _(
            "Cell %(place)s holds a formula without its result. "
            "Open the file in Excel or WPS, save it, and try again."
        )
        % {"place": f"{letters}{row}"}
    )
