"""The cells of a row in the list of customers. A page draws hundreds: by a template for each it
would take twice the time of all the rest."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weixi.web.templatetags.wx import day, money, percent, tag, tier
from weixi.web.vocabulary import word

from .listing import COLUMNS, NUMBERS

Line = Mapping[str, Any]
WRAPPED = frozenset({"tier", "rfm", "industry", "source", "team"})  # the others stay on one line


class Column(NamedTuple):
    start: str  # of the cell
    show: Callable[[Line], str]


def columns_of(names: Sequence[str]) -> list[Column]:
    """What the cells of these columns begin with, and how they are shown; once for a page."""
    return [Column(_start(name), SHOWN[name]) for name in names]


def cells(line: Line, columns: Sequence[Column]) -> SafeString:
    """The row's `<td>` elements. `line`: list_page.described."""
    return SafeString(
        "".join(f"{start}{conditional_escape(show(line))}</td>" for start, show in columns)
    )


def _start(name: str) -> str:
    kind = "" if name in WRAPPED else ' class="num"' if name in NUMBERS else ' class="wx-nw"'
    return f'<td{kind} data-label="{conditional_escape(str(COLUMNS[name]))}">'


def _quiet(text: str) -> SafeString:
    return SafeString(f'<span class="wx-3">{conditional_escape(text)}</span>')


def _tier(line: Line) -> str:
    return tier(line["tier_code"], line["tier"]) if line["tier"] else _quiet("—")


def _rfm(line: Line) -> str:
    return tag(line["rfm"]) if line["rfm"] else _quiet("—")


def _owner(line: Line) -> str:
    return line["row"].owner or _quiet(_("nobody"))


def _phase(line: Line) -> str:
    return word("phase", line["phase"]) if line["phase"] else _quiet("—")


def _risk(line: Line) -> str:
    return _quiet(_("unknown")) if line["risk"] is None else percent(line["risk"], 0)


def _own(name: str) -> Callable[[Line], str]:
    return lambda line: getattr(line["row"], name) or "—"


SHOWN: dict[str, Callable[[Line], str]] = {
    "type": lambda line: word("type", line["row"].type),
    "tier": _tier,
    "phone": _own("phone"),
    "city": _own("city"),
    "industry": _own("industry"),
    "source": _own("source"),
    "owner": _owner,
    "team": _own("team"),
    "phase": _phase,
    "rfm": _rfm,
    "last_purchase": lambda line: day(line["last_purchase"]),
    "revenue": lambda line: money(line["revenue"]),
    "risk": _risk,
    "stake": lambda line: money(line["stake"]),
    "created": lambda line: day(line["row"].created_at),
}
