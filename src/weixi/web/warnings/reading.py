"""What the address of the warnings asks for, and figures put into words. Reads nothing itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from weixi.act.warnings.loss_queries import PrecisionRow
from weixi.act.warnings.queries import Filters
from weixi.act.warnings.rules import AlertState, Cause
from weixi.act.warnings.words import cause_word, state_word
from weixi.predict.rules import RiskLevel
from weixi.web.customers.portrait import LEVELS, risk_word
from weixi.web.wording import percent

STATES = tuple(str(state) for state in AlertState)
CAUSES = tuple(str(cause) for cause in Cause)
RISKS = tuple(str(level) for level in (RiskLevel.HIGH, RiskLevel.RAISED, RiskLevel.LOW))
ONLY = ("new", "rising")


@dataclass(frozen=True)
class Asked:
    filters: Filters

    @property
    def given(self) -> dict[str, str]:
        f = self.filters
        values = {
            "state": f.state if f.state != AlertState.OPEN else "",
            "level": f.level,
            "cause": f.cause,
            "signal": f.kind,
            "owner": f.owner,
            "only": f.only,
        }
        return {name: value for name, value in values.items() if value}

    @property
    def is_filtered(self) -> bool:
        return bool(self.given)

    def url(self, **changes: str) -> str:
        """This list with some values changed; an empty value takes one away."""
        query = {name: text for name, text in (self.given | changes).items() if text}
        return reverse("web:warnings") + (f"?{urlencode(query)}" if query else "")

    @property
    def here(self) -> str:
        return self.url()

    @property
    def is_open(self) -> bool:
        return self.filters.state == AlertState.OPEN

    def words(self, kinds: Mapping[str, str]) -> str:
        """What the list is cut to, in words; empty when it is whole."""
        f = self.filters
        parts = [
            "" if self.is_open else state_word(f.state),
            {"new": pgettext("warning", "New"), "rising": pgettext("warning", "Rising")}.get(
                f.only, ""
            ),
            level_word(f.level) if f.level else "",
            _("cause: {cause}").format(cause=cause_word(f.cause)) if f.cause else "",
            kinds.get(f.kind, f.kind),
            _("without owner") if f.owner == "none" else "",
        ]
        return " · ".join(part for part in parts if part)


def asked_in(get: Mapping[str, str]) -> Asked:
    """Unknown values are passed over: an old address still shows a list."""

    def one_of(name: str, known: Sequence[str], otherwise: str = "") -> str:
        return get[name] if get.get(name) in known else otherwise

    kind, owner = get.get("signal", ""), get.get("owner", "")
    is_owner = owner == "none" or (owner.isascii() and owner.isdigit() and len(owner) < 18)
    return Asked(
        Filters(
            state=one_of("state", STATES, AlertState.OPEN),
            level=one_of("level", RISKS),
            cause=one_of("cause", CAUSES),
            kind=kind if kind.isidentifier() and len(kind) <= 40 else "",
            owner=owner if is_owner else "",
            only=one_of("only", ONLY),
        )
    )


def level_word(level: str) -> str:
    return risk_word(RiskLevel(level))


def look_of(level: str) -> tuple[str, str]:
    """Level of the chip and its icon."""
    return LEVELS.get(RiskLevel(level), ("ok", "circle-check"))


def precision_lines(rows: Sequence[PrecisionRow]) -> list[dict[str, Any]]:
    """What became of those warned of, level by level, beside as many chosen by days alone."""
    return [_line(row) for row in rows if row.level != "all" and row.warned]


def _line(row: PrecisionRow) -> dict[str, Any]:
    low, high = row.interval or (0.0, 1.0)
    level, icon = look_of(row.level)
    warned = ngettext("{n} customer warned of", "{n} customers warned of", row.warned)
    return {
        "level": level,
        "icon": icon,
        "word": level_word(row.level),
        "sentence": _("{warned}, {lost} really lost ({share})").format(
            warned=warned.format(n=f"{row.warned:,}"),
            lost=f"{row.lost:,}",
            share=percent(row.share or 0, 0),
        ),
        "interval": _("95% interval {low} to {high}").format(
            low=percent(low, 0), high=percent(high, 0)
        ),
        "rule": _("as many chosen by days since the last order: {share}").format(
            share=percent(row.rule_share or 0, 0)
        ),
        "recall": _recall(row),
        "is_better": (row.share or 0) > (row.rule_share or 0),
    }


def recall_line(rows: Sequence[PrecisionRow]) -> str:
    """How many of those who were lost had been warned of at all; empty where nothing is known."""
    whole = next((row for row in rows if row.level == "all" and row.recall is not None), None)
    if whole is None:
        return ""
    return _(
        "Of {lost} customers who were lost, {recall} had been warned of; as many chosen by days"
        " since the last order would have been {rule}."
    ).format(
        lost=f"{whole.population_lost:,}",
        recall=percent(whole.recall or 0, 0),
        rule=percent(whole.rule_recall or 0, 0),
    )


def _recall(row: PrecisionRow) -> str:
    return _("{recall} of all losses").format(recall=percent(row.recall or 0, 0))
