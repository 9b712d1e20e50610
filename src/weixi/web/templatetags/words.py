"""Filters of the customer pages: words for codes, sentences with their numbers made bold."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from weixi.act.care.words import kind_name
from weixi.web import placeholders, wording
from weixi.web.vocabulary import word

register = template.Library()
register.filter("doer", wording.doer)
register.filter("door", wording.door)
register.filter("unit_price", wording.unit_price)
register.filter("labelled", wording.labelled)
register.filter("with_places", placeholders.shown)
FIGURE = re.compile(
    r"(?:[¥£$€]\s?)?\d[\d,]*(?:[.\-/]\d+)*(?:\s?(?:万|亿|天|次|个月|%|days?\b|months?\b|[KM]\b))?"
)
PERCENT = re.compile(r"\d+(?:\.\d+)?%")
RECENT = 3  # months


@register.filter
def in_words(code: str, kind: str) -> str:
    """{{ "consumer"|in_words:"type" }}: 消费者. Kinds: see web/vocabulary.py."""
    return word(kind, code)


@register.filter
def named_by(code: str, names: Mapping[str, str]) -> str:
    """{{ "sms"|named_by:channel_names }}: 短信."""
    return names[code]


@register.filter
def reason_name(kind: str) -> str:
    return kind_name(kind)


@register.filter
def numbers_bold(sentence: str) -> SafeString:
    """The percentage of a sentence, else its first figure, in bold: what the eye meets first."""
    found = PERCENT.search(sentence) or FIGURE.search(sentence)
    if found is None:
        return conditional_escape(sentence)
    before, after = sentence[: found.start()], sentence[found.end() :]
    return format_html("{}<b>{}</b>{}", before, found.group().strip(), _blank(found) + after)


def _blank(found: re.Match[str]) -> str:
    return " " if found.group().endswith(" ") else ""


@register.filter
def trend_label(months: Sequence[int]) -> str:
    """What twelve months of revenue show, for who cannot see the line."""
    recent, before = (
        sum(months[-RECENT:]) / RECENT,
        sum(months[:-RECENT]) / max(len(months) - RECENT, 1),
    )
    if not any(months):
        return _("Revenue of 12 months: none")
    if not recent:
        return _("Revenue of 12 months: none in the last 3")
    if recent < 0.8 * before:
        return _("Revenue of 12 months: falling")
    return (
        _("Revenue of 12 months: rising")
        if recent > 1.25 * before
        else _("Revenue of 12 months: steady")
    )


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """{{ mapping|at:key }}."""
    return mapping.get(key) if mapping else None


@register.filter
def working_time(minutes: int) -> str:
    """{{ used|working_time }}: 35 min · 168 h 2 min. Working time has no days of 24 hours."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("{m} min").format(m=rest)
    told = _("{h} h {m} min") if rest else _("{h} h")
    return told.format(h=f"{hours:,}", m=rest)


@register.filter
def scaled(value: int | None, scale: int) -> str:
    """{{ quantity_e3|scaled:1000 }}: 2.5, without noughts behind."""
    if value is None:
        return "—"
    return f"{Decimal(value) / scale:,f}".replace("-", "−")


@register.filter
def field_label(name: str) -> str:
    """{{ "city"|field_label }}: 城市."""
    return word("field", name)
