"""The plain mode: pure BG/NBD purchases, whose parameters a fit must find again."""

import math
from collections.abc import Callable

import numpy as np
import pyarrow.csv as pa_csv
import pytest
from scipy.special import hyp2f1

from tests.simulate.simulated import Company
from weixi.analytics.bgnbd import fit_bgnbd
from weixi.simulate.parameters import PLAIN

KIND = PLAIN["plain"]


def expected_purchases(age: np.ndarray) -> np.ndarray:
    """E[X(t)] of the BG/NBD (Fader, Hardie & Lee 2005, equation 9)."""
    r, alpha, a, b = KIND.r, KIND.alpha, KIND.a, KIND.b
    z = age / (alpha + age)
    tail = (alpha / (alpha + age)) ** r * hyp2f1(r, b, a + b - 1, z)
    return (a + b - 1) / (a - 1) * (1 - tail)


def chance_of_no_repeat(age: np.ndarray) -> np.ndarray:
    """P(X(t) = 0) = (α / (α + t))^r."""
    return (KIND.alpha / (KIND.alpha + age)) ** KIND.r


def test_plain_mode_writes_purchases_only(make: Callable[..., Company]) -> None:
    company = make(100, plain=True)
    rows = company.report.rows
    assert [rows[k] for k in ("contacts", "complaints", "answers", "points")] == [0, 0, 0, 0]
    assert rows["customers"] == 100
    assert rows["orders"] == company.report.orders >= 100


def test_the_rfm_file_agrees_with_the_truth(make: Callable[..., Company]) -> None:
    company = make(100, plain=True)
    rfm = pa_csv.read_csv(company.report.out / "rfm.csv").to_pylist()
    for row, true in zip(rfm, company.truth["customers"], strict=True):
        assert row["customer_id"] == true["customer_id"]
        assert row["frequency"] == true["frequency"] == true["orders"] - 1
        assert 0 <= row["recency"] <= row["T"]


@pytest.mark.slow
def test_plain_moments_are_those_of_the_bgnbd(make: Callable[..., Company]) -> None:
    rfm = pa_csv.read_csv(make(40_000, plain=True).report.out / "rfm.csv")
    count, age = rfm["frequency"].to_numpy(), rfm["T"].to_numpy()
    surplus = count - expected_purchases(age)
    assert abs(surplus.mean()) < 4 * surplus.std() / math.sqrt(len(count))
    none = chance_of_no_repeat(age)
    error = math.sqrt((none * (1 - none)).sum()) / len(count)
    assert abs((count == 0).mean() - none.mean()) < 4 * error


def errors_of_fit(company: Company) -> list[float]:
    """Fitted minus true parameter, in standard errors."""
    rfm = pa_csv.read_csv(company.report.out / "rfm.csv")
    fit = fit_bgnbd(*(rfm[name].to_numpy() for name in ("frequency", "recency", "T")))
    true = {"r": KIND.r, "alpha": KIND.alpha, "a": KIND.a, "b": KIND.b}
    return [(fit.params[name] - value) / fit.standard_errors[name] for name, value in true.items()]


@pytest.mark.slow
def test_fits_find_the_parameters_again_without_bias(make: Callable[..., Company]) -> None:
    errors = np.array([errors_of_fit(make(15_000, plain=True, seed=seed)) for seed in range(1, 7)])
    assert (np.abs(errors.mean(axis=0)) * math.sqrt(len(errors)) < 3).all(), errors
    assert (np.abs(errors) < 4).all(), errors


@pytest.mark.nightly
def test_a_million_customers_give_the_parameters_within_three_errors(
    make: Callable[..., Company],
) -> None:
    errors = errors_of_fit(make(1_000_000, plain=True, format="parquet"))
    assert max(map(abs, errors)) < 3, errors
