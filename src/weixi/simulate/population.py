"""Who the customers are: kind, pace, loyalty, and when and why life would take them away."""

from dataclasses import dataclass

import numpy as np

from weixi.simulate.arrays import Bools, Floats, Ints
from weixi.simulate.catalog import CATEGORIES, NAMES, TRADES, Catalog
from weixi.simulate.parameters import COMPETITION, CUSTOMER, LOYALTY, REASONS, Parameters
from weixi.simulate.people import CITIES
from weixi.simulate.season import Clock, Window

TRADE_NAMES = list(TRADES)
CITY_NAMES = [item.split(":")[0] for item in CITIES.split()]
CITY_SHARE = np.array([float(item.split(":")[1]) for item in CITIES.split()])
CITY_SHARE /= CITY_SHARE.sum()


@dataclass
class Crowd:
    """One chunk of customers as columns; times in days since the window's first day."""

    number: Ints  # running number over the whole company, from 1
    segment: Ints  # index into Parameters.segments
    business: Bools
    internal: Bools
    trade: Ints  # index into TRADE_NAMES, -1 for people
    city: Ints
    favourite: Ints  # main category
    loyalty: Ints
    rate: Floats  # λ per day
    dropout: Floats  # p after each purchase
    regularity: Floats
    lines: Floats
    first: Floats  # first purchase (or registration of a prospect)
    prospect: Bools
    mean_satisfaction: Floats
    tolerance: Floats
    complains: Floats
    leaves: Floats  # when life or a competitor takes the customer away; inf = not
    leaves_cause: Ints
    leaves_reason: Ints
    term: Ints  # days of credit of a firm
    payer: Ints  # index into PAYERS
    fades: Floats  # days before `leaves` in which it buys ever less; 0 = does not fade

    @property
    def size(self) -> int:
        return len(self.number)


def reason(name: str) -> int:
    return REASONS.index(name)


def choose(rng: np.random.Generator, shares: tuple[float, ...] | Floats, size: int) -> Ints:
    """Draw indices with the given shares."""
    edges = np.cumsum(np.asarray(shares, dtype=np.float64))
    return np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)


def draw_crowd(
    rng: np.random.Generator, numbers: Ints, dials: Parameters, goods: Catalog, clock: Clock,
    window: Window,
) -> Crowd:  # fmt: skip
    """Draw one chunk of customers."""
    n = len(numbers)
    segment = choose(rng, tuple(kind.share for kind in dials.segments.values()), n)
    business, internal = (_are(code, segment, dials) for code in ("business", "internal"))
    trade = np.where(business, rng.integers(0, len(TRADE_NAMES), n), -1)
    favourite = _favourite(rng, trade, goods)
    loyalty = _loyalty(rng, business | internal, dials)
    rate, dropout, regularity, lines = _pace(rng, segment, favourite, dials, goods)
    leaves, cause = _background(rng, loyalty, internal, dials)
    first = _births(rng, n, dials, clock, window)
    return Crowd(
        number=numbers,
        segment=segment,
        business=business,
        internal=internal,
        trade=trade,
        city=choose(rng, CITY_SHARE, n),
        favourite=favourite,
        loyalty=loyalty,
        rate=rate,
        dropout=dropout,
        regularity=regularity,
        lines=lines,
        first=first,
        prospect=rng.random(n) < dials.prospects,
        mean_satisfaction=rng.normal(*dials.satisfaction, n),
        tolerance=np.array(dials.tolerance)[loyalty],
        complains=np.where(business, dials.business_complains, np.array(dials.complains)[loyalty]),
        leaves=first + leaves,
        leaves_cause=cause,
        leaves_reason=leaving_reasons(rng, cause, business),
        term=rng.choice(np.array(dials.credit_days), n),
        payer=choose(rng, dials.payers, n),
        fades=np.where(rng.random(n) < dials.fade_share, rng.uniform(*dials.fade_days, n), 0.0),
    )


def _are(code: str, segment: Ints, dials: Parameters) -> Bools:
    return np.array([name == code for name in dials.segments])[segment]


def _loyalty(rng: np.random.Generator, firm: Bools, dials: Parameters) -> Ints:
    of_firms = choose(rng, dials.loyalty_business, len(firm))
    return np.where(firm, of_firms, choose(rng, dials.loyalty_consumer, len(firm)))


def _favourite(rng: np.random.Generator, trade: Ints, goods: Catalog) -> Ints:
    """The category mainly bought: by popularity, for a firm by its trade."""
    by_trade = np.array([[NAMES.index(c) for c in TRADES[name]] for name in TRADE_NAMES])
    chosen = by_trade[trade, rng.integers(0, by_trade.shape[1], len(trade))]
    return np.where(trade >= 0, chosen, choose(rng, goods.category_weight, len(trade)))


def _pace(
    rng: np.random.Generator, segment: Ints, favourite: Ints, dials: Parameters, goods: Catalog
) -> tuple[Floats, Floats, Floats, Floats]:
    """λ per day (a paced customer follows the rhythm of its goods), p, regularity, extra lines."""
    kinds = list(dials.segments.values())

    def per_customer(name: str) -> Floats:
        return np.array([float(getattr(kind, name)) for kind in kinds])[segment]

    drawn = rng.gamma(per_customer("r")) / per_customer("alpha")
    rate = np.where(per_customer("paced") > 0, drawn / goods.rhythm[favourite], drawn)
    dropout = rng.beta(per_customer("a"), per_customer("b"))
    return rate, dropout, per_customer("regularity"), per_customer("lines")


def _births(
    rng: np.random.Generator, n: int, dials: Parameters, clock: Clock, window: Window
) -> Floats:
    """First purchases: many while the shop opens, then with the seasons."""
    passed = clock.passed[0]
    drawn = np.interp(rng.random(n) * passed[-1] * dials.last_birth, passed, clock.days)
    opening = rng.random(n) < dials.opening_share
    early = rng.uniform(0, max(dials.opening_days, 1), n)
    return np.minimum(np.where(opening, early, drawn), window.length - 1e-3)


def _background(
    rng: np.random.Generator, loyalty: Ints, internal: Bools, dials: Parameters
) -> tuple[Floats, Ints]:
    """Days from the first purchase until life or a competitor ends it, and which of the two."""
    n = len(loyalty)
    with np.errstate(divide="ignore"):
        own = rng.exponential(size=n) * 365.25 / np.full(n, dials.customer_per_year)
        rival = rng.exponential(size=n) * 365.25 / np.array(dials.competition_per_year)[loyalty]
    own, rival = np.where(internal, np.inf, own), np.where(internal, np.inf, rival)
    return np.minimum(own, rival), np.where(own < rival, CUSTOMER, COMPETITION)


def leaving_reasons(rng: np.random.Generator, cause: Ints, business: Bools) -> Ints:
    """A reason that fits the cause: moved, crisis, need gone; cheaper, closer, better range."""
    own = choose(rng, (0.45, 0.20, 0.35), len(cause)) + reason("moved")
    own = np.where(business & (own == reason("moved")), reason("crisis"), own)
    rival = choose(rng, (0.50, 0.25, 0.25), len(cause)) + reason("cheaper")
    return np.where(cause == CUSTOMER, own, rival)


assert len(LOYALTY) == 6  # the per-loyalty dials are tuples in this order
assert set(NAMES) == set(CATEGORIES)
