"""MBG/NBD: Batislam, Denizel & Filiztekin (2007), Int. J. of Research in Marketing 24(3):201.

The default model for churn: as BG/NBD, but a customer may also leave right after the first
purchase, so one-time buyers are not all counted as alive.
"""

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from .arrays import Numbers
from .betageometric import NAMES, STARTS, BetaGeometric, Likelihood
from .buying_fit import BuyingModelFitter
from .grouping import histories
from .maximum_likelihood import Fit


@dataclass(frozen=True)
class MBGNBD(BetaGeometric):
    """Customers may leave after every purchase, the first included."""

    chances: ClassVar[int] = 1


def fit_mbgnbd(
    frequency: Numbers, recency: Numbers, age: Numbers, weights: Numbers | None = None
) -> Fit[MBGNBD]:
    """x, t_x, T per customer (and customers per row), times in any one unit."""
    given = histories(frequency, recency, age, weights)
    fitter = BuyingModelFitter(
        "mbgnbd", MBGNBD, NAMES, partial(Likelihood, chances=MBGNBD.chances), STARTS
    )
    return fitter.fit(given)
