"""BG/NBD: Fader, Hardie & Lee (2005), Marketing Science 24(2):275."""

from dataclasses import dataclass
from functools import partial

from .arrays import Numbers
from .betageometric import NAMES, STARTS, BetaGeometric, Likelihood
from .buying_fit import BuyingModelFitter
from .grouping import histories
from .maximum_likelihood import Fit


@dataclass(frozen=True)
class BGNBD(BetaGeometric):
    """Customers may leave after every purchase except the first."""


def fit_bgnbd(
    frequency: Numbers, recency: Numbers, age: Numbers, weights: Numbers | None = None
) -> Fit[BGNBD]:
    """x, t_x, T per customer (and customers per row), times in any one unit."""
    given = histories(frequency, recency, age, weights)
    fitter = BuyingModelFitter(
        "bgnbd", BGNBD, NAMES, partial(Likelihood, chances=BGNBD.chances), STARTS
    )
    return fitter.fit(given)
