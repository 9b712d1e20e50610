"""What the address of the customer list asks for: selection, columns, the figure it stands for."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from weixi.act.audiences.selection import DEFAULT_ORDER, Selection, cells_in, selection_from
from weixi.act.care import queries as care
from weixi.act.care.rules import SignalKind
from weixi.act.care.words import kind_name
from weixi.classify.queries import cell_names
from weixi.classify.queries import scheme as scheme_of
from weixi.collect.complaints.queries import customers_told_by
from weixi.collect.intake.channel_words import LONGEST as LONGEST_WORD
from weixi.core.actor import Actor
from weixi.core.clock import today
from weixi.core.errors import RuleBroken
from weixi.evaluate.queries import customers_of_cell
from weixi.web.campaigns import lists as campaign_lists
from weixi.web.privileges import lists as privilege_lists
from weixi.web.reports.answered import of_answered
from weixi.web.wording import labelled

NOT_FILTERS = frozenset({"cursor", "columns", "order", "from"})
COLUMNS: dict[str, str | Promise] = {
    "type": gettext_lazy("Type"),
    "tier": gettext_lazy("Tier"),
    "phone": gettext_lazy("Phone"),
    "city": gettext_lazy("City"),
    "industry": gettext_lazy("Industry"),
    "source": gettext_lazy("Source"),
    "owner": gettext_lazy("Owner"),
    "team": gettext_lazy("Team"),
    "phase": gettext_lazy("Phase"),
    "rfm": gettext_lazy("RFM cell"),
    "last_purchase": gettext_lazy("Last purchase"),
    "revenue": gettext_lazy("Revenue, 12 months"),
    "risk": gettext_lazy("Risk"),
    "stake": gettext_lazy("Value at stake"),
    "created": gettext_lazy("Created"),
}
DEFAULT_COLUMNS = (
    "type", "tier", "phone", "city", "owner", "last_purchase", "revenue", "risk", "stake",
)  # fmt: skip
SORTED = {"last_purchase": "last_purchase", "revenue": "revenue", "risk": "risk", "stake": "stake"}
NUMBERS = frozenset({"revenue", "risk", "stake"})
ANY_SIGNAL = "any"


@dataclass(frozen=True)
class Asked:
    """`given`: the query as it came, without place and columns. `within`: figures' own lists."""

    given: dict[str, str]
    selection: Selection
    within: tuple["QuerySet[Any]", ...]
    columns: tuple[str, ...]
    headings: tuple[str, ...]

    @property
    def is_filtered(self) -> bool:
        return bool(self.given)

    def url(self, **changes: str) -> str:
        kept = dict(self.given)
        if self.selection.order != DEFAULT_ORDER:
            kept["order"] = self.selection.order
        if self.columns != DEFAULT_COLUMNS:
            kept["columns"] = ",".join(self.columns)
        return address({name: text for name, text in (kept | changes).items() if text})

    @property
    def here(self) -> str:
        return self.url()

    @property
    def query(self) -> str:
        return self.here.partition("?")[2]


def address(values: Mapping[str, str]) -> str:
    query = urlencode(values, safe=":,")
    return reverse("web:customers") + (f"?{query}" if query else "")


def asked_of(given: Mapping[str, str], actor: Actor) -> Asked:
    """RuleBroken with a sentence for a value that cannot be meant."""
    texts = {name: text.strip() for name, text in given.items() if text.strip()}
    filters = {name: text for name, text in texts.items() if name not in NOT_FILTERS}
    within, headings = _figures(filters, actor)
    return Asked(
        given=filters,
        selection=selection_from(filters | {"order": texts.get("order", DEFAULT_ORDER)}),
        within=tuple(within),
        columns=_columns(texts.get("columns", "")),
        headings=tuple(headings),
    )


def asked_back(text: str, actor: Actor) -> tuple[Asked, str] | None:
    """The list that `from=` on a customer's page names, and its cursor; None: not such a list."""
    path, _mark, query = text.partition("?")
    if path != reverse("web:customers"):
        return None
    values = dict(parse_qsl(query))
    with suppress(RuleBroken):
        return asked_of(values, actor), values.get("cursor", "")
    return None


def _columns(text: str) -> tuple[str, ...]:
    chosen = [name for name in text.split(",") if name in COLUMNS]
    return tuple(dict.fromkeys(chosen)) or DEFAULT_COLUMNS


def _figures(given: Mapping[str, str], actor: Actor) -> tuple[list["QuerySet[Any]"], list[str]]:
    """Further conditions, and in words which figure the list stands behind."""
    within: list[QuerySet[Any]] = []
    headings: list[str] = []
    for name, read in _FIGURES.items():
        if given.get(name):
            ids, heading = read(given, actor)
            headings.append(heading)
            if ids is not None:
                within.append(ids)
    return within, headings


def _of_cell(given: Mapping[str, str], actor: Actor) -> tuple[None, str]:
    parts = [
        _cells_heading(scheme, cells, given["cell"])
        for scheme, cells in cells_in(given["cell"]).items()
    ]
    return None, " · ".join(parts)


def _cells_heading(scheme: str, cells: list[str], text: str) -> str:
    """价值金字塔: 白金、黄金; of a segment its name alone."""
    found, names = scheme_of(scheme), cell_names(scheme)
    if found is None or not set(cells) <= set(names):
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": text[:60]})
    is_chinese = (get_language() or "").startswith("zh")
    scheme_name = found.name_zh if is_chinese else found.name_en
    if found.kind == "segment":
        return scheme_name
    told = [names[cell].name_zh if is_chinese else names[cell].name_en for cell in cells]
    return labelled(scheme_name, _(", ").join(told))


def _of_cohort(given: Mapping[str, str], actor: Actor) -> tuple["QuerySet[Any]", str]:
    later = given.get("later", "0")
    try:
        cohort = date.fromisoformat(f"{given['cohort']}-01")
        if not (later.isascii() and later.isdigit() and len(later) < 4):
            raise ValueError(later)
    except ValueError:
        raise RuleBroken(_("A month of first purchase is written as 2026-01.")) from None
    rows = customers_of_cell(actor, cohort=cohort, months_later=int(later))
    heading = _("First purchase in {month}, bought again in month {n}")
    if int(later) == 0:
        heading = _("First purchase in {month}")
    return rows.values("pk"), heading.format(month=given["cohort"], n=later)


def _of_signal(given: Mapping[str, str], actor: Actor) -> tuple["QuerySet[Any]", str]:
    kind = given["signal"]
    if kind != ANY_SIGNAL and kind not in {str(k) for k in SignalKind}:
        raise RuleBroken(_("This list knows no “%(text)s”.") % {"text": kind[:40]})
    scope = "team" if care.may_see_team(actor) and given.get("scope") != "mine" else "mine"
    filters = care.Filters(kind="" if kind == ANY_SIGNAL else kind)
    ids = care.customers_with_task(actor, day=today(), scope=scope, filters=filters)
    name = _("any reason") if kind == ANY_SIGNAL else kind_name(kind)
    return ids, _("On the care list: {reason}").format(reason=name)


def _of_word(given: Mapping[str, str], actor: Actor) -> tuple["QuerySet[Any]", str]:
    word = given["complained_by"][:LONGEST_WORD]
    return customers_told_by(word), _("Complained by “{word}”").format(word=word)


_FIGURES: dict[str, Callable[[Mapping[str, str], Actor], tuple[Any, str]]] = {
    "cell": _of_cell,
    "cohort": _of_cohort,
    "signal": _of_signal,
    "complained_by": _of_word,
    **campaign_lists.FIGURES,
    "privilege": privilege_lists.of_privilege,
    "answered": of_answered,
}
