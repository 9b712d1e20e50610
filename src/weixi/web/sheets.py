"""Lists as files that open safely in Excel and WPS: no cell can become a formula (S-12)."""

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

from weixi.collect.intake.rules import neutral


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def safe(value: object) -> object:
    """Texts that a spreadsheet would run get an apostrophe in front; numbers stay numbers.

    >>> safe("=1+1"), safe(-5), safe("-5"), safe("Ana")
    ("'=1+1", -5, '-5', 'Ana')
    """
    if isinstance(value, str):
        return neutral(value.replace("\0", ""))
    return "" if value is None else value


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
