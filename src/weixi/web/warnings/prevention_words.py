"""The effect of something done against losses, in words with its numbers."""

from django.utils.translation import gettext as _

from weixi.act.warnings.prevention_queries import Effect
from weixi.act.warnings.rules import LEAST_EFFECT_DAYS, LEAST_EFFECT_LOSSES, Unclear
from weixi.analytics.rates import RateRatio


def effect_lines(effect: Effect) -> list[str]:
    """The finding, or why there is none yet."""
    if effect.unclear is not None:
        return [_unclear(effect, effect.unclear)]
    return [_ratio(effect.ratio)] if effect.ratio else []


def _unclear(effect: Effect, why: Unclear) -> str:
    windows = effect.windows
    if why == Unclear.FEW:
        text = _("Not known yet: {n} losses of this cause in both periods, at least {least} tell")
        return text.format(n=effect.before + effect.since, least=LEAST_EFFECT_LOSSES)
    if why == Unclear.UNCOUNTED:
        text = _("Not known: losses were counted for {n} days before it, at least {least} tell")
        return text.format(n=windows.days_before, least=LEAST_EFFECT_DAYS)
    text = _("Not known yet: {n} days since it began, at least {least} tell")
    return text.format(n=windows.days_passed, least=LEAST_EFFECT_DAYS)


def _ratio(found: RateRatio) -> str:
    low, high = f"{found.low:.2f}", "∞" if found.high is None else f"{found.high:.2f}"
    if found.ratio is None:
        text = _("None before it; 95% interval of the ratio from {low}").format(low=low)
    else:
        text = _("{ratio} times as many as before (95% interval {low} to {high})").format(
            ratio=f"{found.ratio:.2f}", low=low, high=high
        )
    if not found.is_told:
        return f"{text}{_(': could be chance')}"
    fewer = found.ratio is not None and found.ratio < 1
    return text + (_(": fewer, more than chance") if fewer else _(": more, and not by chance"))
