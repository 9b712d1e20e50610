"""Satisfaction as numbers with their doubt: c = b / a, shares of a scale, small samples."""

from collections.abc import Sequence
from math import sqrt

from scipy.special import ndtri, stdtrit

MIDDLE = 0.95


def _t(n: int) -> float:
    """Student's t for the middle 95 % with n - 1 degrees of freedom."""
    return float(stdtrit(n - 1, 0.5 + MIDDLE / 2))


def _z() -> float:
    """The normal distribution's limit of the middle 95 %."""
    return float(ndtri(0.5 + MIDDLE / 2))


def mean_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of a mean (Student's t); None under two values: nothing tells the spread.

    >>> [round(limit, 2) for limit in mean_interval([3, 4, 5])]
    [1.52, 6.48]
    """
    n = len(values)
    if n < 2:
        return None
    mean = sum(values) / n
    half = _t(n) * sqrt(sum((v - mean) ** 2 for v in values) / (n - 1) / n)
    return mean - half, mean + half


def mean_interval_of_sums(n: int, total: float, squares: float) -> tuple[float, float] | None:
    """mean_interval of n values of which only their sum and the sum of their squares are known.

    >>> [round(limit, 2) for limit in mean_interval_of_sums(3, 12, 50)]
    [1.52, 6.48]
    """
    if n < 2:
        return None
    mean = total / n
    half = _t(n) * sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n)
    return mean - half, mean + half


def ratio_interval(
    expected: Sequence[float], perceived: Sequence[float]
) -> tuple[float, float] | None:
    """The 95 % interval of c = sum(perceived) / sum(expected), the pairs being a sample.

    Linearised ratio estimator (Cochran, Sampling Techniques, 1977, section 6.3): the standard
    error is sqrt(sum((b - c a)^2) / (n - 1) / n) / mean(a), with Student's t. None under two pairs
    or without expectation.

    >>> [round(limit, 3) for limit in ratio_interval([4, 5, 5], [4, 4, 4])]
    [0.594, 1.121]
    """
    pairs = list(zip(expected, perceived, strict=True))
    return ratio_interval_of_sums(
        len(pairs), sum(expected), sum(perceived), sum(a * a for a, _b in pairs),
        sum(a * b for a, b in pairs), sum(b * b for _a, b in pairs),
    )  # fmt: skip


def ratio_interval_of_sums(
    n: int, a: float, b: float, aa: float, ab: float, bb: float
) -> tuple[float, float] | None:
    """ratio_interval of n pairs of which only sums are known: of a expected and b perceived, of
    their squares and of their products.

    >>> [round(limit, 3) for limit in ratio_interval_of_sums(3, 14, 12, 66, 56, 48)]
    [0.594, 1.121]
    """
    if n < 2 or a <= 0:
        return None
    c = b / a
    rest = max(0.0, bb - 2 * c * ab + c * c * aa)  # sum((b - c a)^2)
    half = _t(n) * sqrt(rest / (n - 1) / n) / (a / n)
    return max(0.0, c - half), c + half


def net_promoters(scores: Sequence[float]) -> float | None:
    """Share of 9 and 10 less share of 0 to 6, in points from -100 to 100; None without answers.

    >>> net_promoters([10, 9, 8, 3])
    25.0
    """
    if not scores:
        return None
    marks = [promoter_mark(score) for score in scores]
    return 100 * sum(marks) / len(marks)


def net_promoter_interval(
    promoters: int, passives: int, detractors: int
) -> tuple[float, float] | None:
    """The 95 % interval of the net promoter score in points; None without answers.

    The variance of one answer is p + d - (p - d)^2 with p and d the shares of promoters and
    detractors. Adjusted Wald: 3/4 promoter, 3/2 passives and 3/4 detractor are added before, so
    that few answers, or all alike, keep an honest width (Rocks, "Interval estimation for the net
    promoter score", The American Statistician 70 (2016) 365-372).

    >>> [round(limit, 1) for limit in net_promoter_interval(40, 40, 20)]
    [5.0, 33.9]
    >>> [round(limit, 1) for limit in net_promoter_interval(10, 0, 0)]
    [47.5, 100.0]
    """
    n = promoters + passives + detractors + 3
    if n == 3:
        return None
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    half = _z() * sqrt((p + d - (p - d) ** 2) / n)
    return max(-100.0, 100 * (p - d - half)), min(100.0, 100 * (p - d + half))


def share_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of n (Wilson, Journal of the American Statistical Association
    22 (1927) 209-212).

    >>> [round(limit, 3) for limit in share_interval(0.45, 120)]
    [0.364, 0.539]
    """
    z2 = _z() ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _z() / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def promoter_mark(score: float) -> int:
    """1 for a promoter (9, 10), -1 for a detractor (0 to 6), 0 between (Reichheld 2003)."""
    return 1 if score >= 9 else -1 if score <= 6 else 0
