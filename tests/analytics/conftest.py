"""The CDNOW data of the papers, rebuilt from raw orders: unit = customer-day, time in weeks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

DATA = Path("../shared/data/cdnow")
CALIBRATION_END = np.datetime64("1997-09-30")  # 39 weeks from the first day
HOLDOUT_END = np.datetime64("1998-06-30")


@dataclass(frozen=True)
class Observed:
    frequency: np.ndarray
    recency: np.ndarray
    age: np.ndarray
    later: np.ndarray  # purchases (days) after the cut

    @property
    def history(self):
        return self.frequency, self.recency, self.age


def public(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip("public data set not present")
    return DATA / name


def orders(path: Path, *, header: int, date_column: int):
    raw = np.loadtxt(path, skiprows=header, dtype=str, usecols=(0, date_column))
    text = raw[:, 1]
    days = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in text], dtype="datetime64[D]")
    return raw[:, 0].astype(np.int64), days


def observed(customer, days, *, end, unit: float) -> Observed:
    """x, t_x, T up to `end`, and the purchase days that followed."""
    pairs = np.unique(np.stack([customer, days.astype(np.int64)], axis=1), axis=0)
    before = pairs[pairs[:, 1] <= end.astype(np.int64)]
    who, start, count = np.unique(before[:, 0], return_index=True, return_counts=True)
    first, last = before[start, 1], before[start + count - 1, 1]
    after = pairs[pairs[:, 1] > end.astype(np.int64)]
    later = np.bincount(np.searchsorted(who, after[:, 0]), minlength=len(who))
    return Observed(
        count - 1.0, (last - first) / unit, (end.astype(np.int64) - first) / unit, later * 1.0
    )


@pytest.fixture(scope="session")
def sample() -> Observed:
    """2,357 customers, calibrated on weeks 1-39, with weeks 40-78 held out."""
    customer, days = orders(public("CDNOW_sample.txt"), header=0, date_column=2)
    return observed(customer, days, end=CALIBRATION_END, unit=7.0)


@pytest.fixture(scope="session")
def everyone() -> Observed:
    """23,570 customers up to the last day, in days."""
    customer, days = orders(public("CDNOW_master.txt"), header=1, date_column=1)
    return observed(customer, days, end=HOLDOUT_END, unit=1.0)


@pytest.fixture(scope="session")
def published():
    """The published summary: x, t_x, T, mean spend."""
    path = public("cdnow_customers_summary_with_transactions.csv")
    return np.genfromtxt(path, delimiter=",", skip_header=1)[:, 1:].T
