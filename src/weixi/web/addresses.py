"""Addresses of pages about one thing: /customers/17 from its name and the number."""

from functools import cache

from django.urls import reverse

_MARK = 8_640_000_000_000_001  # no row has this number


@cache
def _parts(name: str, count: int) -> tuple[str, ...]:
    """The address cut where its numbers stand."""
    marks = [_MARK + place for place in range(count)]
    parts, rest = [], reverse(name, args=marks)
    for mark in marks:
        before, _mark, rest = rest.partition(str(mark))
        parts.append(before)
    return (*parts, rest)


def address_of(name: str, *numbers: int) -> str:
    """As `reverse`, which takes ten times as long, for whole numbers alone."""
    parts = _parts(name, len(numbers))
    return (
        "".join(f"{part}{number}" for part, number in zip(parts, numbers, strict=False)) + parts[-1]
    )
