"""Tags and filters of every page; loaded everywhere (TEMPLATES builtins). See web/README.md."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.defaulttags import URLNode, url
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from weixi.core import clock
from weixi.web import drawings, wording
from weixi.web.addresses import address_of

register = template.Library()

CAUSES = {  # cause → level of the chip, its icon
    "ours": ("warn", "tool"),
    "customer": ("", "user-question"),
    "rival": ("rival", "swords"),
    "competition": ("rival", "swords"),
    "unknown": ("", "help-circle"),
    "protects": ("info", "shield-check"),
}
TIERS = {"platinum": 1, "gold": 2, "iron": 3, "lead": 4}
TIER_PARTS = (
    "M6 .6 7.3 3.2H4.7z",
    "M4.5 3.7h3l1.2 2.2H3.3z",
    "M3 6.4h6l1.1 2.1H1.9z",
    "M1.6 9h8.8l1.2 2.4H.4z",
)


def cause_name(cause: str) -> str:
    return {
        "ours": _("Our side"),
        "customer": _("Customer's side"),
        "rival": _("Competition"),
        "competition": _("Competition"),
        "unknown": _("Cause unknown"),
        "protects": _("Protects"),
    }[cause]


# ── Figures ─────────────────────────────────────────────────────────────────


@register.filter
def money(minor: int | None, currency: str = "") -> str:
    """Minor units, short (¥26.4 万); the title holds the exact amount. None: a dash."""
    if minor is None:
        return "—"
    short, full = wording.money_short(minor, currency), wording.money_full(minor, currency)
    return format_html('<span class="wx-nw" title="{}">{}</span>', full, short)


@register.filter
def money_full(minor: int | None, currency: str = "") -> str:
    """Minor units, exact: ¥1,234.00. Plain text."""
    return "—" if minor is None else wording.money_full(minor, currency)


@register.filter
def money_short(minor: int | None, currency: str = "") -> str:
    """As `money`, but plain text: for aria-label, title and sentences."""
    return "—" if minor is None else wording.money_short(minor, currency)


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    return "—" if value is None else wording.number(value, digits)


@register.filter
def percent(share: float | None, digits: int = 1) -> str:
    """A share 0 … 1 as 22.6%; `|percent:0` as 23%."""
    return "—" if share is None else wording.percent(share, digits)


@register.filter
def whole(value: float | None) -> int | None:
    """Rounded to the whole, for money that was divided."""
    return None if value is None else round(value)


@register.filter
def signed(value: float | None, digits: int = 0) -> str:
    return "—" if value is None else wording.signed(value, digits)


@register.filter
def size(value: float) -> float:
    """The value without its sign."""
    return abs(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-11-21."""
    if value is None:
        return "—"
    return wording.moment(value)[:10] if isinstance(value, datetime) else value.isoformat()


@register.filter
def moment(value: datetime | None) -> str:
    """2026-11-21 14:08 in the company's time zone."""
    return "—" if value is None else wording.moment(value)


@register.filter
def ago(value: datetime | None) -> str:
    """3 minutes ago, kept fresh by the script; the exact time in the title."""
    if value is None:
        return "—"
    text = wording.ago(value, clock.now())
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        value.isoformat(timespec="seconds"),
        wording.moment(value),
        text,
    )


register.filter("axis_month", wording.axis_month)
register.filter("axis_year", wording.axis_year)


@register.filter
def seconds(value: float | None) -> str:
    return "—" if value is None else wording.seconds(value)


@register.simple_tag
def figure(text: str, url: str = "", label: str = "") -> str:
    """A figure that opens the list it counts; `label` says which list to a screen reader."""
    if not url:
        return text
    return format_html(
        '<a class="wx-fig" href="{}"{}>{}</a>',
        url,
        format_html(' aria-label="{}"', label) if label else "",
        text,
    )


@register.simple_tag
def change(value: float, good: str = "up", digits: int = 0, suffix: str = "") -> str:
    """Arrow, sign and number; blue when better, orange when worse. `good`: up, down or none."""
    if not value:
        return format_html('<span class="wx-nw wx-3">±0{}</span>', suffix)
    rises = value > 0
    better = {"up": rises, "down": not rises}.get(good)
    kind = "wx-2" if better is None else ("wx-better" if better else "wx-worse")
    word = "" if better is None else (_("better") if better else _("worse"))
    return format_html(
        '<span class="wx-nw {}">{}{}{}<span class="visually-hidden"> {}</span></span>',
        kind,
        icon("arrow-up-right" if rises else "arrow-down-right"),
        wording.signed(value, digits),
        suffix,
        word,
    )


@register.simple_tag
def unknown(why: str = "") -> str:
    """未知 with the reason why; never a zero in its place."""
    return format_html(
        '<span class="wx-unknown" title="{}">{}<span class="visually-hidden">: {}</span></span>',
        why,
        _("Unknown"),
        why,
    )


class _Address(template.Node):
    """`{% url %}` of a page about something, by its number."""

    def __init__(self, slow: URLNode, name: str) -> None:
        self.slow, self.name = slow, name

    def render(self, context: template.Context) -> str:
        numbers = [arg.resolve(context) for arg in self.slow.args]
        if all(type(number) is int for number in numbers):
            return address_of(self.name, *numbers)
        return str(self.slow.render(context))


@register.tag("url")
def url_tag(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Django's, quicker where all that it takes are numbers."""
    node = url(parser, token)
    name = node.view_name.var
    is_plain = isinstance(name, str) and not (node.kwargs or node.asvar or node.view_name.filters)
    return _Address(node, name) if is_plain and node.args else node


# ── Marks ───────────────────────────────────────────────────────────────────


@register.simple_tag
def icon(name: str, label: str = "", cls: str = "") -> SafeString:
    """A symbol of the sprite (names in web/icons.txt). Without a label it is decoration."""
    if not label:
        return _decoration(name, cls)
    return _symbol(name, cls, format_html('role="img" aria-label="{}"', label))


@lru_cache(maxsize=512)
def _decoration(name: str, cls: str) -> SafeString:
    """Kept: a page draws a hundred of them."""
    return _symbol(name, cls, SafeString('aria-hidden="true"'))


def _symbol(name: str, cls: str, told: str) -> SafeString:
    return format_html(
        '<svg class="icon{}" {}><use href="{}#i-{}"/></svg>',
        f" {cls}" if cls else "",
        told,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def chip(text: str, level: str = "", symbol: str = "", note: str = "") -> str:
    """A state: tint, icon and word. `level`: danger, warn, ok, info, rival or empty (grey)."""
    return format_html(
        '<span class="wx-chip {}">{}{}{}</span>',
        level,
        icon(symbol) if symbol else "",
        capfirst(text),
        format_html("<em>{}</em>", note) if note else "",
    )


@register.simple_tag
def cause(code: str, text: str = "") -> str:
    """A reason with whose side it is on: ours, customer, rival, protects. Without text the side."""
    level, symbol = CAUSES[code]
    side = cause_name(code)
    return chip(text or side, level, symbol, side if text else "")


@register.simple_tag
def clock_chip(due: date | datetime | None, done: bool = False) -> str:
    """Time left: grey, orange within an hour, red with its word when overdue, green when done."""
    if done:
        return chip(_("Done"), "ok", "circle-check")
    if due is None:
        return ""
    if isinstance(due, datetime):
        return _clock_of_moment(due, clock.now())
    today = clock.today()
    late = due < today
    return chip(wording.due_day(due, today), "danger" if late else "", "alarm" if late else "clock")


def _clock_of_moment(due: datetime, now: datetime) -> str:
    left = (due - now).total_seconds()
    level = "danger" if left < 0 else "warn" if left < wording.HOUR else ""
    shown = chip(wording.due_moment(due, now), level, "alarm" if left < 0 else "clock")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', due.isoformat(), moment(due), shown
    )


@register.simple_tag
def tag(text: str) -> str:
    """A classification: outline only."""
    return format_html('<span class="wx-tag">{}</span>', text)


@register.simple_tag
def tier(code: str, text: str) -> str:
    """A pyramid tier with its mark: platinum, gold, iron, lead; others get a plain tag."""
    place = TIERS.get(code)
    if place is None:
        return tag(text)
    return format_html('<span class="wx-tag t{}">{}{}</span>', place, pyramid_mark(place), text)


@register.simple_tag
def pyramid_mark(place: int) -> str:
    parts = format_html_join(
        "",
        '<path{} d="{}"/>',
        (
            (SafeString("") if i == place else SafeString(' class="off"'), path)
            for i, path in enumerate(TIER_PARTS, start=1)
        ),
    )
    return format_html('<svg class="tier" viewBox="0 0 12 12" aria-hidden="true">{}</svg>', parts)


# ── Drawings ────────────────────────────────────────────────────────────────


@register.simple_tag
def bar(value: float | None, whole: float, label: str, cls: str = "") -> str:
    """`value` of `whole` as a bar. `cls`: warn danger soft strong bare flip thin h8 h20.

    None draws the dashed bar of an unknown value.
    """
    if value is None:
        return format_html('<span class="wx-unk" role="img" aria-label="{}"></span>', label)
    return format_html(
        '<svg class="wx-bar {}" role="img" aria-label="{}">'
        '<rect class="track" width="100%" height="100%"/>'
        '<rect class="fill" width="{}%" height="100%" rx="3"/></svg>',
        cls,
        label,
        drawings.percent_of(value, whole),
    )


@register.simple_tag
def spark(values: Sequence[float], label: str) -> str:
    """Twelve points, oldest first. The label says the finding: "falling since August"."""
    drawn = drawings.spark(values)
    return format_html(
        '<svg class="wx-spark" viewBox="0 0 84 24" role="img" aria-label="{}">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.4"/></svg>',
        label,
        drawn.points,
        drawn.end_x,
        drawn.end_y,
    )


@register.inclusion_tag("components/share_bar.html")
def share_bar(parts: Sequence[tuple[str, float]], label: str) -> dict[str, Any]:
    """Parts of one whole: [(word, amount), …], five at most; the legend names each."""
    whole = sum(amount for _word, amount in parts)
    drawn, x = [], 0.0
    for place, (word, amount) in enumerate(parts, start=1):
        width = drawings.percent_of(amount, whole)
        share = amount / whole if whole else 0
        drawn.append({"word": word, "share": share, "x": x, "width": width, "place": place})
        x += width
    return {"parts": drawn, "label": label}


@register.inclusion_tag("components/rhythm.html")
def rhythm(
    purchases: Sequence[drawings.Purchase],
    as_of: date,
    label: str,
    due_from: date | None = None,
    due_to: date | None = None,
) -> dict[str, Any]:
    """Purchases of twelve months, the expected span, the days past it. `label` says it in words."""
    drawn = drawings.rhythm(purchases, as_of=as_of, due_from=due_from, due_to=due_to)
    return {"drawn": drawn, "label": label, "due_from": due_from, "due_to": due_to}


@register.filter
def shade(share: float | None, largest: float) -> str:
    """The class of a heat-map cell: wx-h1 … wx-h6 in equal steps up to the largest share."""
    step = drawings.shade(share or 0, largest)
    return f"wx-h{step}" if step else ""


# ── Forms ───────────────────────────────────────────────────────────────────


@register.simple_tag
def field(bound: BoundField, cls: str = "") -> str:
    """Label, hint, error and control of a form field (components/field.html)."""
    kind = getattr(bound.field.widget, "input_type", "")
    look = {"checkbox": "form-check-input", "radio": "", "select": "form-select"}.get(
        kind, "form-control"
    )
    context = {
        "field": bound,
        "is_check": kind == "checkbox" and not hasattr(bound.field, "choices"),
        "is_group": bound.use_fieldset,
        "control": bound.as_widget(attrs={"class": look} if look else {}),
        "cls": cls,
    }
    return render_to_string("components/field.html", context)


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """The summary above a form: each sentence leads to its field. It takes the focus."""
    lines = [
        {"text": error, "to": bound.id_for_label or bound.auto_id}
        for bound in form
        for error in bound.errors
    ]
    return {"lines": lines, "others": form.non_field_errors()}
