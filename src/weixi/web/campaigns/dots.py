"""The plot of effects: a dot with its interval per campaign, all together below. Places only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from weixi.analytics.uplift import Estimate
from weixi.evaluate.effect_queries import EffectRow, estimate_of

from .judged import Names, name_of
from .words import VERDICTS, of

LEFT, RIGHT, TOP, STEP, NAME = 122.0, 352.0, 36.0, 30.0, 12
TICKS_MOST = 8


@dataclass(frozen=True)
class Dot:
    """Effects in percentage points."""

    name: str
    verdict: str
    points: float
    y: float
    x: float
    low: float | None
    high: float | None
    url_id: int

    @property
    def is_clear(self) -> bool:
        return self.verdict in ("helps", "harms")

    @property
    def word(self) -> str:
        return of(VERDICTS, self.verdict)

    @property
    def text_y(self) -> float:
        return self.y + 4

    @property
    def box_x(self) -> float:
        return self.x - 4

    @property
    def box_y(self) -> float:
        return self.y - 4


@dataclass(frozen=True)
class Plot:
    dots: list[Dot]
    together: Dot | None
    ticks: list[tuple[float, int]]
    zero: float
    found: float | None  # from where on this campaign can see an effect
    bottom: float
    height: float

    @property
    def label_y(self) -> float:
        return self.bottom + 16


def plot(
    effects: Sequence[EffectRow],
    together: Estimate | None,
    found: float | None = None,
    *,
    names: Names | None = None,
) -> Plot | None:
    """None: no effect with an interval to draw. `names`: of the playbooks among them."""
    known = [(e, estimate_of(e)) for e in effects]
    drawn = [(e, s) for e, s in known if s is not None and s.ci_low is not None]
    if not drawn:
        return None
    ends = [100 * v for _e, s in drawn for v in (s.ci_low or 0.0, s.ci_high or 0.0)]
    low, high = min(0.0, *ends), max(1.0, *ends, 100 * (found or 0.0) + 1)
    step = max(1, ceil((high - low) / TICKS_MOST))
    first, last = floor(low / step) * step, ceil(high / step) * step

    def place(points: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (points - first) / (last - first), 1)

    dots = [
        _dot(name_of(e, names or {}), e.verdict, s, TOP + STEP * n, place, e.source_id)
        for n, (e, s) in enumerate(drawn)
    ]
    y = TOP + STEP * len(dots)
    whole = _dot("", "", together, y, place, 0) if together else None
    bottom = y + (16 if together else -14)
    return Plot(
        dots, whole, [(place(t), t) for t in range(first, last + 1, step)], place(0),
        None if found is None else place(100 * found), bottom, bottom + 36,
    )  # fmt: skip


def _dot(
    name: str, verdict: str, s: Estimate, y: float, at: Callable[[float], float], pk: int
) -> Dot:
    return Dot(
        name if len(name) <= NAME else name[: NAME - 1] + "…", verdict, 100 * s.effect, y,
        at(100 * s.effect), None if s.ci_low is None else at(100 * s.ci_low),
        None if s.ci_high is None else at(100 * s.ci_high), pk,
    )  # fmt: skip
