"""What was foreseen when a campaign was approved, beside what came of it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.campaigns.foreseen import Foreseen, foreseen_of
from weixi.act.campaigns.power import smallest_seen
from weixi.evaluate.effect_queries import EffectRow, estimate_of
from weixi.web.wording import money_full, number, signed

UNKNOWN = "—"


def beside(row: Any, bought: EffectRow | None) -> dict[str, Any] | None:
    """None: not yet assigned, or nothing was kept. `rows`: (what, foreseen, came, its list)."""
    kept = foreseen_of(row)
    if kept is None or bought is None:
        return None
    lists = f"{reverse('web:customers')}?campaign={row.pk}:"
    return {
        "rows": [
            (_("Receive it"), number(kept.receives), number(bought.treated), f"{lists}receives"),
            (_("Held out"), number(kept.held_out), number(bought.held_out), f"{lists}held_out"),
            (_("Buy within the window"), _buyers(kept), _came(bought), ""),
            (_("Rise of buying again, points"), _wanted(kept), _rise(bought), ""),
            (_("Smallest rise that can be seen, points"), _points(kept.found), _seen(bought), ""),
            (_("Cost"), money_full(kept.cost), money_full(bought.cost), ""),
        ],
        "says": _says(kept, bought),
    }


def _buyers(kept: Foreseen) -> str:
    if kept.response is None:
        return UNKNOWN
    return _range(*map(number, (kept.response.buyers, kept.response.low, kept.response.high)))


def _came(bought: EffectRow) -> str:
    return number(round(bought.mean_treated * bought.treated))


def _wanted(kept: Foreseen) -> str:
    return UNKNOWN if kept.rise is None else signed(100 * kept.rise, 1)


def _rise(bought: EffectRow) -> str:
    best = estimate_of(bought)
    if best is None:
        return UNKNOWN
    if best.ci_low is None or best.ci_high is None:
        return signed(100 * best.effect, 1)
    return _range(*(signed(100 * one, 1) for one in (best.effect, best.ci_low, best.ci_high)))


def _seen(bought: EffectRow) -> str:
    return _points(smallest_seen(bought.treated, bought.held_out, bought.mean_held_out))


def _points(share: float | None) -> str:
    return UNKNOWN if share is None else number(100 * share, 1)


def _range(middle: str, low: str, high: str) -> str:
    return _("{n} ({low} to {high})").format(n=middle, low=low, high=high)


def _says(kept: Foreseen, bought: EffectRow) -> str:
    """Whether the goal was reached, as far as the range tells; empty before the window is over."""
    best = estimate_of(bought) if bought.is_final else None
    if kept.rise is None or best is None or best.ci_low is None or best.ci_high is None:
        return ""
    if best.ci_low >= kept.rise:
        return _("The goal was reached: even the low end of the range is above it.")
    if best.ci_high < kept.rise:
        return _("The goal was missed: even the high end of the range is below it.")
    return _("The goal lies within the range: neither reached nor missed for sure.")
