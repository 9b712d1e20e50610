"""What is really so: each customer's state on the last day, and the shares that came out."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa

from weixi.simulate.arrays import Floats, Ints
from weixi.simulate.columns import blank, dates, numbered, texts
from weixi.simulate.journey import Journey
from weixi.simulate.parameters import (
    CAUSES,
    FOLLOW_UP,
    GROUPS,
    LOYALTY,
    PAYERS,
    REASONS,
    Parameters,
)
from weixi.simulate.people import FLOODED
from weixi.simulate.population import Crowd
from weixi.simulate.season import Window

STAGES = ("exploration", "build_up", "maturity", "decline", "ended")
EXPLORATION, BUILD_UP, MATURITY, DECLINE, ENDED = range(5)
INLINE = 50_000  # up to here the customers stand in truth.json itself


def stages(crowd: Crowd, journey: Journey, window: Window) -> Ints:
    """The real stage: ended when gone; decline when fading out or unhappy; else by orders."""
    state = journey.state
    tenure = state.at - crowd.first
    stage = np.where(state.count >= 2, BUILD_UP, EXPLORATION)
    stage = np.where((state.count >= 6) & (tenure >= 240), MATURITY, stage)
    fading = (crowd.fades > 0) & (window.length > state.leaves - crowd.fades)
    sour = (state.satisfaction < 0.8) & (state.count > 0)
    stage = np.where((fading | sour) & ~crowd.prospect, DECLINE, stage)
    return np.where(state.cause > 0, ENDED, stage)


def customer_truth(
    crowd: Crowd, journey: Journey, doubled: Ints, dials: Parameters, window: Window
) -> pa.Table:
    """One row per customer."""
    state = journey.state
    gone, bought = state.cause > 0, ~crowd.prospect
    firm = crowd.business
    left = np.where(gone, state.left, 0.0)
    return pa.table(
        {
            "customer_id": numbered("C", crowd.number, 7),
            "segment": texts(list(dials.segments), crowd.segment),
            "alive": pa.array(~gone),
            "left_at": dates(window.days(left), missing=~gone),
            "cause": texts(CAUSES, state.cause, missing=~gone),
            "reason": texts(REASONS, state.why, missing=~gone),
            "rate_per_day": pa.array(np.round(crowd.rate, 9)),
            "dropout": pa.array(np.round(crowd.dropout, 9)),
            "regularity": pa.array(crowd.regularity),
            "loyalty": texts(LOYALTY, crowd.loyalty),
            "stage": texts(STAGES, stages(crowd, journey, window)),
            "satisfaction": pa.array(np.round(state.satisfaction, 4)),
            "payer": texts(PAYERS, crowd.payer, missing=~firm),
            "fading": pa.array(bought & ~gone & (window.length > state.leaves - crowd.fades)),
            "orders": pa.array(state.count),
            "first_at": dates(window.days(crowd.first), missing=~bought),
            "last_at": dates(window.days(state.at), missing=~bought),
            "frequency": pa.array(np.maximum(state.count - 1, 0)),
            "recency": pa.array(np.round(state.at - crowd.first, 6)),
            "T": pa.array(np.round(window.length - crowd.first, 6)),
            "double_of": blank(numbered("C", doubled, 7), doubled == 0),
        }
    )


class Shares:
    """Counts over all chunks: repurchase by group, causes, stages."""

    def __init__(self) -> None:
        self.cases = np.zeros(len(GROUPS), dtype=np.int64)
        self.followed = np.zeros(len(GROUPS), dtype=np.int64)
        self.returned = np.zeros(len(GROUPS), dtype=np.int64)
        self.causes = np.zeros(len(CAUSES), dtype=np.int64)
        self.stages = np.zeros(len(STAGES), dtype=np.int64)

    def add(self, crowd: Crowd, journey: Journey, window: Window) -> None:
        orders, state = journey.orders, journey.state
        bad = orders.group >= 0
        seen = bad & (orders.at + FOLLOW_UP < window.length)
        again = seen & _bought_again(orders.customer, orders.at, state.at)
        for total, mask in ((self.cases, bad), (self.followed, seen), (self.returned, again)):
            total += np.bincount(orders.group[mask], minlength=len(GROUPS))
        self.causes += np.bincount(state.cause, minlength=len(CAUSES))
        self.stages += np.bincount(stages(crowd, journey, window), minlength=len(STAGES))

    def as_dict(self, dials: Parameters) -> dict[str, object]:
        groups = {
            name: {
                "target": dials.returns[i],
                "cases": int(self.cases[i]),
                "followed": int(self.followed[i]),
                "bought_again": int(self.returned[i]),
                "share": _share(int(self.returned[i]), int(self.followed[i])),
            }
            for i, name in enumerate(GROUPS)
        }
        return {
            "repurchase_after_dissatisfaction": groups,
            "causes": dict(zip(CAUSES, self.causes.tolist(), strict=True)),
            "stages": dict(zip(STAGES, self.stages.tolist(), strict=True)),
        }


def _bought_again(customer: Ints, at: Floats, last: Floats) -> np.ndarray:
    """Is there a later purchase of the same customer?"""
    return last[customer] > at


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def write_truth(
    out: Path, facts: dict[str, object], dials: Parameters, shares: Shares,
    customers: list[pa.Table] | None, window: Window,
) -> Path:  # fmt: skip
    """truth.json; with many customers their rows stand in truth.parquet beside it."""
    flood = window.length - dials.flood_ago
    incident = {
        "cities": list(FLOODED),
        "from": str(window.days(np.array([float(flood)])).astype("datetime64[D]")[0]),
        "days": dials.flood_days,
        "late_share": dials.flood_late,
    }
    record = {
        **facts,
        "parameters": dials.as_dict(),
        **shares.as_dict(dials),
        "incidents": [incident] if dials.flood_late and flood >= 0 else [],
        "customers_file": None if customers is not None else "truth.parquet",
        "customers": _records(customers) if customers is not None else None,
    }
    path = out / "truth.json"
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _records(tables: list[pa.Table]) -> list[dict[str, object]]:
    return [row for table in tables for row in table.to_pylist()]
