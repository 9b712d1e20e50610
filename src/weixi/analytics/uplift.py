"""Did it help: the effect of treating customers beside those held out by chance.

By intention to treat: everyone counts in the arm it was assigned to, reached or not. Outcomes are
any numbers (money, 0/1 for bought), effects are in their unit. Intervals are at 95 %.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import special

from .arrays import Array, Numbers, column, refuse, same_length
from .satisfaction import share_interval

LEVEL = 0.95
POWER = 0.8
HALVINGS = 60  # of an interval of at most 1: to the last digit of a double
SAMPLE_RATIO_ALARM = 0.001  # below this the arms were not filled as planned
LEAST_IN_ARM = 2  # with fewer an arm has no spread


@dataclass(frozen=True)
class Estimate:
    """An effect with its interval. No interval and no p: the outcomes of both arms do not vary."""

    effect: float
    ci_low: float | None
    ci_high: float | None
    p_value: float | None

    @property
    def is_clear(self) -> bool:
        """The interval lies wholly on one side of nothing."""
        low, high = self.ci_low, self.ci_high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True)
class Uplift:
    """`plain` is the difference of the means; `adjusted` uses what was known before (None: nothing
    was given, or it does not vary). `sample_ratio_p` below 0.001: do not trust either."""

    plain: Estimate
    adjusted: Estimate | None
    mean_treated: float
    mean_control: float
    n_treated: int
    n_control: int
    sample_ratio_p: float

    @property
    def best(self) -> Estimate:
        return self.adjusted or self.plain


def treatment_effect(
    treated: Numbers,
    outcome: Numbers,
    covariates: Sequence[Numbers] = (),
    *,
    treated_share: float = 0.5,
) -> Uplift:
    """`treated` is 1 or 0 per customer; `covariates` are columns from before the assignment;
    `treated_share` is what chance was told.

    >>> found = treatment_effect([1, 1, 1, 0, 0, 0], [3.0, 4.0, 5.0, 1.0, 2.0, 3.0])
    >>> found.plain.effect, round(found.plain.ci_low, 2), round(found.plain.ci_high, 2)
    (2.0, -0.27, 4.27)
    """
    arm, y = _arms(treated, outcome)
    known = [column(f"covariate {n}", c, at_least=None) for n, c in enumerate(covariates, 1)]
    for number, values in enumerate(known, 1):
        same_length(**{"outcome": y, f"covariate {number}": values})
    t, c = y[arm], y[~arm]
    return Uplift(
        plain=difference_of_means(t, c),
        adjusted=_adjusted(arm, y, known),
        mean_treated=float(t.mean()),
        mean_control=float(c.mean()),
        n_treated=len(t),
        n_control=len(c),
        sample_ratio_p=sample_ratio_test(len(t), len(c), treated_share=treated_share),
    )


def difference_of_means(treated: Numbers, control: Numbers) -> Estimate:
    """Mean of the treated less mean of the control; the arms may differ in spread.

    Source: B. L. Welch, "The generalization of 'Student's' problem when several different
    population variances are involved", Biometrika 34 (1947).
    """
    t, c = column("treated", treated, at_least=None), column("control", control, at_least=None)
    for name, values in (("treated", t), ("control", c)):
        if len(values) < LEAST_IN_ARM:
            raise ValueError(f"Arm {name} needs at least {LEAST_IN_ARM} customers.")
    effect = float(t.mean() - c.mean())
    parts = np.array([t.var(ddof=1) / len(t), c.var(ddof=1) / len(c)])
    if parts.sum() == 0:
        return Estimate(effect, None, None, None)
    freedom = parts.sum() ** 2 / (parts**2 / [len(t) - 1, len(c) - 1]).sum()
    return _by_t(effect, sqrt(parts.sum()), float(freedom))


def difference_of_shares(
    hits_treated: int, n_treated: int, hits_control: int, n_control: int
) -> Estimate:
    """Share of the treated less share of the control, also where few or none bought.

    Newcombe's interval from two score intervals ("Interval estimation for the difference between
    independent proportions", Statistics in Medicine 17 (1998), method 10); p from the pooled test.

    >>> found = difference_of_shares(56, 70, 48, 80)
    >>> [round(x, 4) for x in (found.effect, found.ci_low, found.ci_high)]
    [0.2, 0.0524, 0.3339]
    """
    for name, hits, n in (
        ("treated", hits_treated, n_treated),
        ("control", hits_control, n_control),
    ):
        if n < 1 or not 0 <= hits <= n:
            raise ValueError(f"Arm {name}: {hits} of {n} is no share.")
    p, q = hits_treated / n_treated, hits_control / n_control
    (p_low, p_high), (q_low, q_high) = share_interval(p, n_treated), share_interval(q, n_control)
    low = p - q - sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    high = p - q + sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    pooled = (hits_treated + hits_control) / (n_treated + n_control)
    error = sqrt(pooled * (1 - pooled) * (1 / n_treated + 1 / n_control))
    chance = 1.0 if error == 0 else float(2 * special.ndtr(-abs(p - q) / error))
    return Estimate(p - q, low, high, chance)


def sample_ratio_test(n_treated: int, n_control: int, *, treated_share: float = 0.5) -> float:
    """p of the chi-squared test that the arms were filled as planned (1 degree of freedom).

    >>> round(sample_ratio_test(5_000, 5_300), 5)
    0.00312
    """
    if not 0 < treated_share < 1:
        raise ValueError(f"treated_share must lie between 0 and 1, got {treated_share}")
    n = n_treated + n_control
    if n == 0:
        raise ValueError("Nobody is assigned.")
    expected = [n * treated_share, n * (1 - treated_share)]
    chi2 = sum(
        (found - e) ** 2 / e for found, e in zip((n_treated, n_control), expected, strict=True)
    )
    return float(special.chdtrc(1, chi2))


def detectable_effect(
    n_treated: int, n_control: int, *, spread: float, power: float = POWER
) -> float | None:
    """The smallest true difference of means that is found with this power at 95 %.

    `spread` is the standard deviation of the outcome. None: an arm is empty.

    >>> round(detectable_effect(500, 500, spread=1.0), 3)
    0.177
    """
    if min(n_treated, n_control) < 1:
        return None
    return float(_both(power) * spread * sqrt(1 / n_treated + 1 / n_control))


def detectable_share(
    n_treated: int, n_control: int, *, base: float, power: float = POWER
) -> float | None:
    """The smallest rise of a share from `base` that is found with this power at 95 %.

    None: an arm is empty, or not even everyone buying would be found.

    >>> round(detectable_share(5_666, 1_416, base=0.12), 3)
    0.029
    """
    if not 0 <= base <= 1:
        raise ValueError(f"base must lie between 0 and 1, got {base}")
    if min(n_treated, n_control) < 1 or base == 1:
        return None
    short = _shortfall(n_treated, n_control, base, power)
    if short(1 - base) < 0:
        return None
    return _root(short, 0.0, 1 - base)


def _root(short: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses zero, by halving: scipy.optimize takes long to load."""
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if short(middle) < 0 else (low, middle)
    return high


def combined(estimates: Sequence[Estimate]) -> Estimate | None:
    """Several trials of one kind as one: the mean effect, each weighted by how sure it is.

    Random effects after DerSimonian and Laird ("Meta-analysis in clinical trials", Controlled
    Clinical Trials 7 (1986)). None: fewer than two have an interval.
    """
    known = [e for e in estimates if e.ci_low is not None and e.ci_high is not None]
    if len(known) < 2:
        return None
    effect = np.array([e.effect for e in known])
    width = np.array([(e.ci_high or 0.0) - (e.ci_low or 0.0) for e in known])
    variance = (width / (2 * _normal())) ** 2
    if np.any(variance <= 0):
        return None
    fixed = 1 / variance
    mean = fixed @ effect / fixed.sum()
    excess = fixed @ (effect - mean) ** 2 - (len(known) - 1)
    between = max(0.0, excess / (fixed.sum() - (fixed**2).sum() / fixed.sum()))
    weight = 1 / (variance + between)
    return _by_normal(float(weight @ effect / weight.sum()), float(sqrt(1 / weight.sum())))


def _arms(treated: Numbers, outcome: Numbers) -> tuple[np.ndarray, Array]:
    arm, y = column("treatment", treated), column("outcome", outcome, at_least=None)
    same_length(treatment=arm, outcome=y)
    refuse("treatment", (arm != 0) & (arm != 1), "must be 1 (treated) or 0 (control)")
    return arm == 1, y


def _adjusted(arm: np.ndarray, y: Array, known: Sequence[Array]) -> Estimate | None:
    """CUPED with a slope for each arm: what the past explains is taken out of the outcome.

    A. Deng et al., "Improving the sensitivity of online controlled experiments by utilizing
    pre-experiment data" (WSDM 2013); W. Lin, "Agnostic notes on regression adjustments", Annals of
    Applied Statistics 7 (2013): with its own slope in each arm it never loses precision for many
    customers, and needs no true model. Errors are robust to unequal spread (HC2).
    """
    x = _varying(known)
    least = min(int(arm.sum()), int((~arm).sum()))
    if x is None or least < x.shape[1] + 3:
        return None
    means, variances, slopes = zip(
        *(_at_mean(x[side], y[side]) for side in (arm, ~arm)), strict=True
    )
    bend = slopes[0] - slopes[1]
    drawn = bend @ np.atleast_2d(np.cov(x, rowvar=False)) @ bend / len(y)  # the mean is an estimate
    error = sqrt(variances[0] + variances[1] + float(drawn))
    if error == 0:
        return Estimate(float(means[0] - means[1]), None, None, None)
    freedom = len(y) - 2 * (x.shape[1] + 1)
    return _by_t(float(means[0] - means[1]), error, freedom)


def _varying(known: Sequence[Array]) -> Array | None:
    """Columns about their mean in units of their spread, without those that others make up."""
    kept: list[Array] = []
    for values in known:
        about = values - values.mean()
        for other in kept:
            about = about - other * (other @ about) / (other @ other)
        spread = float(values.std())
        if spread > 0 and float(about.std()) > 1e-8 * spread:
            kept.append(about / about.std())
    return np.column_stack(kept) if kept else None


def _at_mean(x: Array, y: Array) -> tuple[float, float, Array]:
    """Outcome of one arm at the mean of everyone's covariates, its variance, the slopes."""
    design = np.column_stack([np.ones(len(y)), x])
    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ design.T @ y
    rest = y - design @ slopes
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    weight = rest**2 / np.clip(1 - leverage, 1e-12, None)
    variance = inverse @ (design.T * weight) @ design @ inverse
    return float(slopes[0]), float(variance[0, 0]), slopes[1:]


def _by_t(effect: float, error: float, freedom: float) -> Estimate:
    reach = float(special.stdtrit(freedom, (1 + LEVEL) / 2)) * error
    chance = float(2 * special.stdtr(freedom, -abs(effect) / error))
    return Estimate(effect, effect - reach, effect + reach, chance)


def _by_normal(effect: float, error: float) -> Estimate:
    reach = _normal() * error
    return Estimate(
        effect, effect - reach, effect + reach, float(2 * special.ndtr(-abs(effect) / error))
    )


def share_estimate(share: float, n: int) -> Estimate:
    """One share with Wilson's interval.

    >>> found = share_estimate(0.45, 120)
    >>> [round(x, 3) for x in (found.effect, found.ci_low, found.ci_high)]
    [0.45, 0.364, 0.539]
    """
    if n < 1 or not 0 <= share <= 1:
        raise ValueError(f"share of n must lie between 0 and 1 with n at least 1: {share}, {n}")
    return Estimate(share, *share_interval(share, n), None)


def _normal() -> float:
    return float(special.ndtri((1 + LEVEL) / 2))


def _both(power: float) -> float:
    if not 0 < power < 1:
        raise ValueError(f"power must lie between 0 and 1, got {power}")
    return _normal() + float(special.ndtri(power))


def _shortfall(
    n_treated: int, n_control: int, base: float, power: float
) -> Callable[[float], float]:
    """How far a rise lies above what can just be found (below zero: is not found)."""
    z_level, z_power = _normal(), _both(power) - _normal()

    def above(rise: float) -> float:
        share = base + rise
        pooled = (n_treated * share + n_control * base) / (n_treated + n_control)
        under_none = sqrt(pooled * (1 - pooled) * (1 / n_treated + 1 / n_control))
        under_rise = sqrt(share * (1 - share) / n_treated + base * (1 - base) / n_control)
        return rise - z_level * under_none - z_power * under_rise

    return above
