"""Every number that shapes the company, in one place; all of it goes into truth.json."""

from dataclasses import asdict, dataclass, field

CAUSES = ("alive", "ours", "customer", "competition")
LOYALTY = ("monopoly", "inertia", "convenience", "price", "incentive", "premium")
EVENTS = ("none", "late", "defect", "wrong_item", "rude", "excellent")
GROUPS = ("resolved_quickly", "resolved", "unresolved", "silent")
REASONS = (
    "",
    "late",
    "defect",
    "wrong_item",
    "rude",
    "disappointed",
    "moved",
    "crisis",
    "need_gone",
    "cheaper",
    "closer",
    "better_range",
)
PAYERS = ("prompt", "slow", "bad")
OURS, CUSTOMER, COMPETITION = 1, 2, 3
FOLLOW_UP = 180  # days within which a customer who comes back after a bad event does so


@dataclass(frozen=True)
class Segment:
    """How one kind of customer buys: λ ~ Gamma(r, alpha) per day, dropout ~ Beta(a, b)."""

    share: float
    r: float
    alpha: float  # days; for paced segments the rate is per own rhythm, not per day
    a: float
    b: float
    regularity: float  # shape of the gamma gap: 1 = Poisson, larger = steadier
    paced: bool = False  # the rate follows the rhythm of what is mainly bought
    lines: float = 0.85  # extra lines per order, Poisson


SEGMENTS: dict[str, Segment] = {
    "consumer_occasional": Segment(0.66, 0.8, 85.0, 0.7, 4.5, 1.0),
    "consumer_regular": Segment(0.27, 6.0, 9.0, 0.6, 9.0, 6.0, paced=True),
    "business": Segment(0.06, 5.0, 3.5, 0.5, 16.0, 8.0, paced=True, lines=2.0),
    "internal": Segment(0.01, 4.0, 6.0, 0.5, 60.0, 4.0, paced=True, lines=1.0),
}
PLAIN: dict[str, Segment] = {"plain": Segment(1.0, 0.9, 60.0, 0.8, 4.5, 1.0, lines=0.0)}


@dataclass(frozen=True)
class Parameters:
    """The company's dials. Rates per order or per year as named; satisfaction 1 = as expected."""

    segments: dict[str, Segment] = field(default_factory=lambda: SEGMENTS)
    prospects: float = 0.035  # never bought
    opening_share: float = 0.22  # of the customers, came within the first `opening_days`
    opening_days: int = 75
    last_birth: float = 1.0  # share of the window in which customers may come
    anonymous: float = 0.055  # anonymous orders per named order
    duplicates: float = 0.004  # registered twice by mistake
    seasonal: bool = True
    services: bool = True  # contacts, complaints, answers, points
    # probability of each event per order, in the order of EVENTS
    events: tuple[float, ...] = (0.865, 0.042, 0.024, 0.012, 0.009, 0.048)
    impact: tuple[float, ...] = (0.0, -0.20, -0.28, -0.22, -0.34, 0.14)
    tolerance: tuple[float, ...] = (0.80, 0.82, 0.86, 0.84, 0.87, 0.90)  # by LOYALTY
    complains: tuple[float, ...] = (0.48, 0.20, 0.30, 0.42, 0.40, 0.55)  # by LOYALTY
    business_complains: float = 0.70
    outcomes: tuple[float, ...] = (0.40, 0.36, 0.24)  # of complaints: quickly, resolved, not
    returns: tuple[float, ...] = (0.82, 0.54, 0.19, 0.09)  # S1: still buying, by GROUPS
    recovery: tuple[float, ...] = (0.24, 0.10, -0.05, 0.0)  # what the outcome gives back
    loyalty_consumer: tuple[float, ...] = (0.04, 0.22, 0.24, 0.22, 0.13, 0.15)
    loyalty_business: tuple[float, ...] = (0.08, 0.18, 0.22, 0.30, 0.05, 0.17)
    competition_per_year: tuple[float, ...] = (0.006, 0.03, 0.045, 0.13, 0.08, 0.025)
    customer_per_year: float = 0.055
    competition_share: tuple[float, ...] = (0.10, 0.30, 0.40, 0.70, 0.55, 0.25)
    fade_share: float = 0.5  # of those who leave in between purchases, buy ever less before
    fade_days: tuple[float, float] = (90.0, 210.0)
    fade_factor: float = 2.6
    satisfaction: tuple[float, float] = (1.04, 0.07)
    flood_ago: int = 490  # days before the end; the goods to Yunnan are stuck for `flood_days`
    flood_days: int = 14
    flood_late: float = 0.85
    credit_days: tuple[int, ...] = (30, 45, 60)
    payers: tuple[float, ...] = (0.56, 0.30, 0.14)  # by PAYERS

    def as_dict(self) -> dict[str, object]:
        """For truth.json, with the plain names of the papers."""
        return asdict(self)


def company_parameters() -> Parameters:
    """The company as demonstrated."""
    return Parameters()


def plain_parameters() -> Parameters:
    """Pure BG/NBD: no seasons, no events, no causes; r, alpha, a, b can be recovered."""
    return Parameters(
        segments=PLAIN,
        prospects=0.0,
        opening_share=0.0,
        opening_days=0,
        last_birth=0.7,
        anonymous=0.0,
        duplicates=0.0,
        seasonal=False,
        services=False,
        events=(1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        competition_per_year=(0.0,) * 6,
        customer_per_year=0.0,
        satisfaction=(1.0, 0.0),
        flood_late=0.0,
    )
