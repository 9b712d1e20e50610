"""Fitting a buying model to histories: what BG/NBD, MBG/NBD and Pareto/NBD have in common."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from time import perf_counter
from typing import Generic, TypeVar

from .grouping import Histories, grouped
from .maximum_likelihood import (
    SCALED_AGE,
    Fit,
    Objective,
    Top,
    best_of,
    climb,
    errors_by_name,
    no_fit,
    notes_of,
    one_thread,
    sample_rows,
)

GROUP_UP_TO = 200_000  # sorting more rows costs more than it saves
TIMES = ("alpha", "beta")  # parameters measured in time; the others have no unit
MEANING = {
    "r": "buying rate",
    "alpha": "buying rate",
    "a": "dropout",
    "b": "dropout",
    "s": "dropout",
    "beta": "dropout",
}

Model = TypeVar("Model")


@dataclass(frozen=True)
class BuyingModelFitter(Generic[Model]):
    name: str
    kind: Callable[..., Model]
    parameters: tuple[str, ...]
    likelihood: Callable[[Histories], Objective]
    starts: Sequence[Sequence[float]]

    def fit(self, given: Histories) -> Fit[Model]:
        """Maximum likelihood; rows may stand for more than one customer."""
        began = perf_counter()
        if reason := given.too_little():
            return no_fit(self.name, self.kind, self.parameters, given.customers, began, (reason,))
        unit = SCALED_AGE / float(given.age.max())
        with one_thread():
            top = self._top(given.in_unit(unit))
        params = {
            name: float(value) / (unit if name in TIMES else 1.0)
            for name, value in zip(self.parameters, top.params, strict=True)
        }
        return Fit(
            name=self.name,
            model=self.kind(**params),
            params=params,
            standard_errors=errors_by_name(top, self.parameters, params),
            log_likelihood=top.value + float(given.weights @ given.frequency) * log(unit),
            n=given.customers,
            converged=top.converged,
            seconds=perf_counter() - began,
            notes=notes_of(top, self.parameters, MEANING),
        )

    def _top(self, scaled: Histories) -> Top:
        """From a sample of many rows, then on all of them."""
        rows = scaled if len(scaled) > GROUP_UP_TO else grouped(scaled)
        chosen = sample_rows(len(rows))
        if chosen is None:
            return best_of(self.likelihood(rows), self.starts)
        near = best_of(self.likelihood(rows.rows(chosen)), self.starts)
        return climb(self.likelihood(rows), near.logs)
