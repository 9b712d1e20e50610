"""The tiles of the dashboard, and what changed since the earlier day in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from weixi.evaluate.figures import AT_RISK, CARE_DAYS, Counts
from weixi.web import wording


@dataclass(frozen=True)
class Tile:
    """`change` in the unit of `suffix`, None without an earlier day. `figure`: the list behind."""

    code: str
    name: str
    value: str
    note: str
    definition: str
    figure: str  # of its list; "": unknown, there is none
    people: int
    change: float | None = None
    digits: int = 0
    suffix: str = ""
    good: str = "up"
    title: str = ""  # the exact amount
    months: tuple[int, ...] = ()


def tiles(now: Counts, then: Counts | None, *, care: int, care_before: int) -> list[Tile]:
    return [
        _share("repeat", _("Repurchase rate"), "repeated", "active", now, then,
               _("Customers with two purchase days or more, of those who bought in 12 months")),
        _share("retention", _("Retention"), "kept", "before", now, then,
               _("Of those who bought in the 12 months before, bought again in the last 12")),
        _count("active", _("Active customers"), "active", now, then,
               _("At least one purchase day in the last 12 months")),
        _count("new", _("New customers"), "new", now, then,
               _("First purchase in the last 12 months")),
        _count("lost", _("Lost customers"), "lost", now, then,
               _("Bought in the 12 months before, not in the last 12"), "down"),
        _money_tile(now, then),
        _at_risk(now, then),
        Tile("care", _("Care done"), f"{care:,}", _("customers"),
             _("Customers with a care task completed in the last {n} days; the change is against"
               " the {n} days before").format(n=CARE_DAYS), "care", care, care - care_before),
    ]  # fmt: skip


def _share(
    code: str, name: str, part: str, whole: str, now: Counts, then: Counts | None, definition: str
) -> Tile:
    share, before = now.share(part, whole), then.share(part, whole) if then else None
    change = None if share is None or before is None else round((share - before) * 100, 1)
    note = _("{part} of {whole}").format(
        part=f"{now.customers[part]:,}", whole=f"{now.customers[whole]:,}"
    )
    value = "—" if share is None else wording.percent(share)
    suffix = _(" points")
    return Tile(
        code, name, value, note, definition, part, now.customers[part], change, 1, suffix
    )  # fmt: skip


def _count(
    code: str,
    name: str,
    figure: str,
    now: Counts,
    then: Counts | None,
    definition: str,
    good: str = "up",
) -> Tile:
    n = now.customers[figure]
    change = None if then is None else n - then.customers[figure]
    return Tile(code, name, f"{n:,}", _("customers"), definition, figure, n, change, good=good)


def _money_tile(now: Counts, then: Counts | None) -> Tile:
    change = None
    if then and then.revenue > 0:
        change = round((now.revenue / then.revenue - 1) * 100, 1)
    return Tile(
        "revenue",
        _("Revenue of 12 months"),
        wording.money_short(now.revenue),
        _("from {n} customers").format(n=f"{now.customers['active']:,}"),
        _("Net of returns, known customers, the last 365 days"),
        "active",
        now.customers["active"],
        change,
        1,
        "%",
        title=wording.money_full(now.revenue),
        months=now.months,
    )


def _at_risk(now: Counts, then: Counts | None) -> Tile:
    name, about = _("Value at risk"), _(
        "Value at stake of customers who bought in 12 months and whose risk to stop is"
        " {risk} or more"
    ).format(risk=wording.percent(AT_RISK, 0))  # fmt: skip
    if now.at_stake is None:
        return Tile("at_risk", name, "—", _("no model tells a risk yet"), about, "", 0)
    change = None
    if then and then.at_stake:
        change = round((now.at_stake / then.at_stake - 1) * 100, 1)
    n = now.customers["at_risk"]
    return Tile(
        "at_risk",
        name,
        wording.money_short(now.at_stake),
        _("{n} customers").format(n=f"{n:,}"),
        about,
        "at_risk",
        n,
        change,
        1,
        "%",
        "down",
        title=wording.money_full(now.at_stake),
    )


def figure_name(code: str) -> str:
    """What the list behind a figure is called."""
    names: dict[str, Callable[[], str]] = {
        "all": lambda: _("All customers"),
        "active": lambda: _("Bought in the last 12 months"),
        "repeated": lambda: _("Bought on two days or more in 12 months"),
        "before": lambda: _("Bought in the 12 months before"),
        "kept": lambda: _("Bought before and again"),
        "lost": lambda: _("Bought before, not in the last 12 months"),
        "new": lambda: _("First purchase in the last 12 months"),
        "at_risk": lambda: _("At risk: {risk} or more").format(risk=wording.percent(AT_RISK, 0)),
        "care": lambda: _("Care done in the last {n} days").format(n=CARE_DAYS),
    }
    return names[code]()


@dataclass(frozen=True)
class News:
    """A sentence about what changed. `way`: better or worse, whether it `rises` or falls."""

    text: str
    way: str
    rises: bool
    url: str


def news(shown: Sequence[Tile], since: date) -> list[News]:
    """The largest changes first, measured against the size of the figure."""
    changed = [tile for tile in shown if tile.change]
    changed.sort(key=_weight, reverse=True)
    return [_sentence(tile, since) for tile in changed[:5]]


def _weight(tile: Tile) -> float:
    change = abs(tile.change or 0)
    return change / 100 if tile.suffix else change / max(tile.people, 1)


def _sentence(tile: Tile, since: date) -> News:
    rises = (tile.change or 0) > 0
    text = _("{name} rose by {n} to {value}") if rises else _("{name} fell by {n} to {value}")
    n = wording.number(abs(tile.change or 0), tile.digits) + tile.suffix
    better = rises == (tile.good == "up")
    return News(
        text.format(name=tile.name, n=n, value=tile.value, day=since),
        "better" if better else "worse",
        rises,
        f"/reports/customers?figure={tile.figure}",
    )
