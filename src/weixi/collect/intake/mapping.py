"""Which column of the file fills which field: as told, as before, by preset, or by its name."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken

from .kinds.fields import CUSTOM, Names, folded

REJECT_COLUMNS = ("line", "column", "value", "reason")


@dataclass(frozen=True)
class Columns:
    """`places`: field → place in the header. `ignored`: columns that nothing is made of."""

    places: dict[str, int]
    ignored: list[str]

    def named(self, header: Sequence[str]) -> dict[str, str]:
        return {field: header[place] for field, place in self.places.items()}


def columns_of(
    header: Sequence[str],
    names: Names,
    *,
    told: Mapping[str, str],
    remembered: Mapping[str, str],
    has_custom: bool,
) -> Columns:
    """What is told wins over what is remembered, and that over what the names say."""
    header = without_reject_columns(header)
    places: dict[str, int] = {}
    for place, column in enumerate(header):
        field = names.field_of(column) or _custom_field(column, has_custom)
        if field and field not in places:
            places[field] = place
    for field, column in {**_still_there(remembered, header), **told}.items():
        _set(places, field, column, header, names, has_custom)
    _need_all(places, names, header)
    used = set(places.values())
    return Columns(places, [c for i, c in enumerate(header) if i not in used and c])


def without_reject_columns(header: Sequence[str]) -> list[str]:
    """A file of rejected rows is imported as it is: the four columns at its end say why."""
    marks = tuple(column.lstrip("_") for column in header[-4:])
    return list(header[:-4]) if marks == REJECT_COLUMNS else list(header)


def header_hash(header: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(map(folded, header)).encode()).hexdigest()


def _custom_field(column: str, has_custom: bool) -> str | None:
    if has_custom and column.lower().startswith(CUSTOM):
        return custom_name(column)
    return None


def custom_name(text: str) -> str:
    """custom.Shoe size → custom.shoe-size; Chinese stays as it is."""
    code = slugify(text[len(CUSTOM) :], allow_unicode=True)[:40]
    if not code:
        raise RuleBroken(_("The custom field %(name)s needs a name.") % {"name": text})
    return CUSTOM + code


def _still_there(remembered: Mapping[str, str], header: Sequence[str]) -> dict[str, str]:
    return {field: column for field, column in remembered.items() if column in header}


def _set(
    places: dict[str, int],
    field: str,
    column: str,
    header: Sequence[str],
    names: Names,
    has_custom: bool,
) -> None:
    if field not in names.fields:
        field = _told_custom(field, names, has_custom)
    if not column:
        places.pop(field, None)
        return
    found = [i for i, name in enumerate(header) if name == column or folded(name) == folded(column)]
    if not found:
        raise RuleBroken(
            _("The file has no column %(column)s. Its columns are: %(columns)s.")
            % {"column": column, "columns": ", ".join(header)}
        )
    places[field] = found[0]


def _told_custom(field: str, names: Names, has_custom: bool) -> str:
    if has_custom and field.startswith(CUSTOM):
        return custom_name(field)
    raise RuleBroken(
        _("There is no field %(field)s. The fields are: %(fields)s.")
        % {"field": field, "fields": ", ".join(names.fields)}
    )


def _need_all(places: Mapping[str, int], names: Names, header: Sequence[str]) -> None:
    missing = [f.name for f in names.fields.values() if f.needed and f.name not in places]
    if missing:
        raise RuleBroken(
            _(
                "No column was found for %(fields)s. Name it with --map FIELD=COLUMN. "
                "The columns of the file are: %(columns)s."
            )
            % {"fields": ", ".join(missing), "columns": ", ".join(header)}
        )
