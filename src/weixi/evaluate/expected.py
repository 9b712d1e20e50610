"""How many of those who receive a campaign will buy, as far as similar ones tell. An estimate."""

from collections.abc import Sequence
from dataclasses import dataclass

from weixi.analytics.uplift import combined, share_estimate

from .models import Effect

NEWEST = 3  # similar campaigns that are looked at


@dataclass(frozen=True)
class Expected:
    """Buyers among those who receive it within the window, with the range that holds in 95 of 100
    cases. `campaigns`: how many similar ones tell it, `customers` treated by them."""

    buyers: int
    low: int
    high: int
    campaigns: int
    customers: int
    window_days: int


def expected_response(
    effects: Sequence[Effect], receives: int, window_days: int
) -> Expected | None:
    """From the newest sound ones whose outcome was counted as long; None: none, or nobody."""
    alike = [one for one in effects if one.is_final and one.window_days == window_days]
    used = sorted(alike, key=lambda one: one.assigned_from)[-NEWEST:]
    if not used or not receives:
        return None
    shares = [share_estimate(one.mean_treated, one.treated) for one in used]
    best = combined(shares) or shares[-1]
    if best.ci_low is None or best.ci_high is None:
        return None
    return Expected(
        buyers=round(receives * best.effect),
        low=round(receives * max(best.ci_low, 0.0)),
        high=round(receives * min(best.ci_high, 1.0)),
        campaigns=len(used),
        customers=sum(one.treated for one in used),
        window_days=window_days,
    )
