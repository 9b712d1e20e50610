"""Which version of a scheme holds on a day."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from .computing import Standing
from .models import Scheme, SchemeVersion
from .rules import definition


class Held(NamedTuple):
    """A version as far as it decides which one holds."""

    version: int
    from_day: date | None


def in_force(versions: Iterable[Held], day: date) -> int | None:
    """The newest version that holds on the day; the first one holds before its day, too."""
    known = sorted(versions)
    begun = [one.version for one in known if one.from_day is None or one.from_day <= day]
    return begun[-1] if begun else next((one.version for one in known), None)


def standing_on(day: date, *, without: str = "") -> list[Standing]:
    """The schemes that are on, each as its version of the day says. `without`: a code left out."""
    schemes = Scheme.objects.filter(is_on=True).exclude(code=without)
    held: dict[int, dict[Held, SchemeVersion]] = {}
    for row in SchemeVersion.objects.filter(scheme__in=schemes).order_by("version"):
        held.setdefault(row.scheme_id, {})[Held(row.version, row.from_day)] = row
    return [_standing(scheme, held.get(scheme.pk, {}), day) for scheme in schemes]


def _standing(scheme: Scheme, held: dict[Held, SchemeVersion], day: date) -> Standing:
    number = in_force(held, day)
    row = next((row for one, row in held.items() if one.version == number), None)
    stored = row.definition if row else scheme.definition
    version = row.version if row else scheme.version
    return Standing(scheme.code, version, definition(stored))
