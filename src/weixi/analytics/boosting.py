"""Gradient-boosted trees for something that happens or does not, with what each column added.

The trees are LightGBM's, an optional package (`pip install "weixi[ml]"`): nothing here imports it
before it is needed, and `is_available` says whether it is there. The same rows in the same order
give the same trees: seeds are fixed, one thread sums in one order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Array, Numbers, column, refuse

Matrix = npt.NDArray[np.float32] | npt.NDArray[np.float64]
NOT_INSTALLED = 'LightGBM is not installed: add it with  pip install "weixi[ml]"  and try again.'
ROUNDS = 60
FEWEST_ROWS = 100
THREADS = 1  # two gain little on rows of this size, and wait for each other on a busy machine
SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "max_depth": 5,  # what the contributions of a row cost grows with its square
    "min_data_in_leaf": 40,
    "feature_fraction": 0.7,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "max_bin": 127,
    "seed": 20_260_101,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": THREADS,
    "verbosity": -1,
}


class NotInstalled(RuntimeError):
    """LightGBM is wanted and is not there."""


def is_available() -> bool:
    return find_spec("lightgbm") is not None


@dataclass(frozen=True)
class Boosted:
    """Fitted trees. `text` is LightGBM's own form of them: it can be stored and read again."""

    names: tuple[str, ...]
    text: str
    n: int
    seconds: float

    @cached_property
    def _trees(self) -> Any:
        return _lightgbm().Booster(model_str=self.text)

    def probability(self, features: Matrix) -> Array:
        """P(it happens), one a row; NaN in a column = unknown."""
        if not len(features):
            return np.zeros(0)
        told = self._trees.predict(self._checked(features), num_threads=THREADS)
        return np.asarray(told, dtype=np.float64)

    def contributions(self, features: Matrix) -> Array:
        """What each column adds to the log-odds of each row (Shapley values); the last column is
        where everybody starts. A row sums to its log-odds."""
        if not len(features):
            return np.zeros((0, len(self.names) + 1))
        told = self._trees.predict(self._checked(features), pred_contrib=True, num_threads=THREADS)
        return np.asarray(told, dtype=np.float64)

    def _checked(self, features: Matrix) -> Matrix:
        if features.ndim != 2 or features.shape[1] != len(self.names):
            raise ValueError(f"{len(self.names)} columns are needed: {', '.join(self.names)}.")
        return features


def fit_boosted(
    features: Matrix, outcome: Numbers, names: Sequence[str], *, rounds: int = ROUNDS
) -> Boosted:
    """Fit P(outcome = 1) to rows of numbers; NaN = unknown, which the trees tell apart.

    Raises NotInstalled without LightGBM, ValueError for rows that cannot teach anything.
    """
    began, y = perf_counter(), column("outcome", outcome)
    refuse("outcome", (y != 0) & (y != 1), "must be 0 or 1")
    if features.ndim != 2 or features.shape != (len(y), len(names)):
        raise ValueError("features must have one row an outcome and one column a name.")
    if len(y) < FEWEST_ROWS or y.min() == y.max():
        raise ValueError(f"At least {FEWEST_ROWS} rows with both outcomes are needed.")
    lightgbm = _lightgbm()
    rows = lightgbm.Dataset(features, label=y, feature_name=list(names), params=SETTINGS)
    trees = lightgbm.train(SETTINGS, rows, num_boost_round=rounds)
    return Boosted(tuple(names), trees.model_to_string(), len(y), perf_counter() - began)


def _lightgbm() -> Any:
    if not is_available():
        raise NotInstalled(NOT_INSTALLED)
    return import_module("lightgbm")
