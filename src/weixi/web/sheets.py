"""Lists as files that open safely in Excel and WPS: no cell can become a formula (S-12)."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

BLANKS = " \t\r\n\v\f\0\ufeff\u3000"
TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def safe(value: object) -> object:
    """Texts that a spreadsheet would run get an apostrophe in front; numbers stay numbers.

    >>> safe("=1+1"), safe(-5), safe("-5"), safe("Ana")
    ("'=1+1", -5, '-5', 'Ana')
    """
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\0", "")
    if not text.lstrip(BLANKS).startswith(TRIGGERS) or _is_number(text):
        return text
    return f"'{text}"


def csv_answer(
    name: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """A CSV download with the mark that tells Excel it is UTF-8. `name` without its ending."""
    response = StreamingHttpResponse(_lines(header, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([safe(cell) for cell in header])
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def _is_number(text: str) -> bool:
    body = text.strip().lstrip("+-").replace(".", "", 1)
    return body.isascii() and body.isdigit() and text[0] == "-"
