"""Which contracts will be ended: learned from a table of customers and what became of them.

For customers under contract, who tell that they leave; who leaves without a word is the business
of the buying models. Every figure is cross-validated: nobody is judged by a model that has seen it.
Three compete: the best single column, a logistic regression, and boosted trees where LightGBM is
installed (`boosting.py`); the lowest Brier score is used.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Array, Numbers, Whole, column, refuse
from .boosting import fit_boosted, is_available
from .evaluation import Evaluation, evaluate

FOLDS, SEED = 5, 2_026
GROUPS = 10  # that a column of numbers is cut into
MOST_KINDS = 50  # of one column: more are names or numbers of customers
LEAK_FROM = 0.9  # AUC of one column alone, from which it probably knows the outcome
RIDGE, STEPS = 1.0, 30
FEWEST = 200
Learner = Callable[[Array, Array, Array], Array]  # train rows, train outcome, rows → probability


@dataclass(frozen=True)
class Told:
    """One competitor over all folds. `risk`: out of fold, one a row."""

    name: str
    figures: Evaluation
    risk: Array


@dataclass(frozen=True)
class ContractChurn:
    """`notes`: columns left out and why, and columns that seem to know the outcome."""

    models: tuple[Told, ...]
    used: str
    columns: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def best(self) -> Told:
        return next(one for one in self.models if one.name == self.used)


def contract_churn(columns: Mapping[str, Sequence[object]], outcome: Numbers) -> ContractChurn:
    """`columns`: numbers or words, blank = unknown; `outcome`: 1 = ended, 0 = still there.

    Source of the figures to expect: Telco (7,043 contracts), AUC .845 by logistic regression and
    .850 by boosted trees in five folds; above .87 a column knows the outcome.
    """
    y = column("outcome", outcome)
    refuse("outcome", (y != 0) & (y != 1), "must be 0 or 1")
    if len(y) < FEWEST or y.min() == y.max():
        raise ValueError(f"At least {FEWEST} contracts, some ended and some not, are needed.")
    parts, notes = _encoded(columns, len(y))
    if not parts:
        raise ValueError("There is no column to learn from.")
    folds = _folds(y)
    ordered = np.column_stack([part.codes for part in parts])
    wide = np.column_stack([part.wide for part in parts])
    alone = {part.name: _out_of_fold(_share(part), part.codes[:, None], y, folds) for part in parts}
    single = {name: evaluate(risk, y, probability=risk) for name, risk in alone.items()}
    rule = min(single, key=lambda name: single[name].brier or 1)
    told = [
        Told(f"column:{rule}", single[rule], alone[rule]),
        _told("logistic", _logistic, wide, y, folds),
    ]
    if is_available():
        told.append(_told("boosted", _boosted([p.name for p in parts]), ordered, y, folds))
    used = min(told, key=lambda one: one.figures.brier or 1).name
    leaks = [
        f"{name} alone tells the outcome with AUC {auc:.2f}: was it known before?"
        for name, one in single.items()
        if (auc := one.auc or 0) > LEAK_FROM
    ]
    return ContractChurn(tuple(told), used, tuple(p.name for p in parts), (*notes, *leaks))


@dataclass(frozen=True)
class _Part:
    """A column as one number a row (NaN = unknown), and as columns for a regression."""

    name: str
    codes: Array
    wide: Array
    is_number: bool


def _encoded(
    columns: Mapping[str, Sequence[object]], rows: int
) -> tuple[list[_Part], tuple[str, ...]]:
    parts, notes = [], []
    for name, values in columns.items():
        if len(values) != rows:
            raise ValueError(f"Column {name} has {len(values)} rows, the outcome {rows}.")
        texts = ["" if value is None else str(value).strip() for value in values]
        part = _numbers(name, texts) or _kinds(name, texts)
        if part is None:
            notes.append(f"{name} is left out: more than {MOST_KINDS} different words")
        elif np.nanmin(part.codes) == np.nanmax(part.codes):
            notes.append(f"{name} is left out: the same for everybody")
        else:
            parts.append(part)
    return parts, tuple(notes)


def _numbers(name: str, texts: Sequence[str]) -> _Part | None:
    try:
        codes = np.array([float(text) if text else np.nan for text in texts])
    except ValueError:
        return None
    if not np.isfinite(codes).any():
        return None
    known = np.isfinite(codes)
    middle, spread = codes[known].mean(), codes[known].std() or 1.0
    scaled = np.where(known, (codes - middle) / spread, 0.0)
    return _Part(name, np.where(known, codes, np.nan), np.column_stack([scaled, ~known]), True)


def _kinds(name: str, texts: Sequence[str]) -> _Part | None:
    kinds, codes = np.unique(texts, return_inverse=True)
    if len(kinds) > MOST_KINDS:
        return None
    return _Part(name, codes.astype(np.float64), np.eye(len(kinds))[codes][:, 1:], False)


def _folds(y: Array) -> Whole:
    """Which fold each row is judged in: both outcomes spread evenly, the same every time."""
    chance, fold = np.random.default_rng(SEED), np.empty(len(y), dtype=np.int64)
    for value in (0, 1):
        rows = chance.permutation(np.flatnonzero(y == value))
        fold[rows] = np.arange(len(rows)) % FOLDS
    return fold


def _told(name: str, learn: Learner, matrix: Array, y: Array, folds: Whole) -> Told:
    risk = _out_of_fold(learn, matrix, y, folds)
    return Told(name, evaluate(risk, y, probability=risk), risk)


def _out_of_fold(learn: Learner, matrix: Array, y: Array, folds: Whole) -> Array:
    risk = np.empty(len(y))
    for fold in range(FOLDS):
        held = folds == fold
        risk[held] = learn(matrix[~held], y[~held], matrix[held])
    return np.clip(risk, 0, 1)


def _share(part: _Part) -> Learner:
    """The share that ended among the learned rows of the same kind, or tenth."""

    def learn(rows: Array, y: Array, asked: Array) -> Array:
        edges = np.arange(0.5, MOST_KINDS)
        if part.is_number:
            edges = np.unique(np.nanquantile(rows, np.arange(1, GROUPS) / GROUPS))
        place, wanted = (np.searchsorted(edges, values[:, 0]) for values in (rows, asked))
        place, wanted = (
            np.where(np.isnan(values[:, 0]), len(edges) + 1, found)
            for values, found in ((rows, place), (asked, wanted))
        )
        known = np.bincount(place, minlength=len(edges) + 2)
        ended = np.bincount(place, weights=y, minlength=len(edges) + 2)
        share = np.where(known > 0, ended / np.maximum(known, 1), y.mean())
        return np.asarray(share[wanted])

    return learn


def _logistic(rows: Array, y: Array, asked: Array) -> Array:
    """Ridge logistic regression by Newton's method."""
    known = np.column_stack([np.ones(len(rows)), rows])
    penalty = np.full(known.shape[1], RIDGE)
    penalty[0] = 1e-9
    weights = np.zeros(known.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-known @ weights))
        slope = known.T @ (y - chance) - penalty * weights
        curve = (known * (chance * (1 - chance))[:, None]).T @ known + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(1 / (1 + np.exp(-(weights[0] + asked @ weights[1:]))))


def _boosted(names: Sequence[str]) -> Learner:
    return lambda rows, y, asked: fit_boosted(rows, y, names).probability(asked)
