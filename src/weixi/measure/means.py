"""Weighted means of columns of which some may be unknown."""

from collections.abc import Mapping, Sequence
from functools import reduce

import ibis
import ibis.expr.types as ir


def weighted_mean(
    table: ir.Table, names: Sequence[str], weights: Mapping[str, float]
) -> ir.NumericColumn:
    """Of the known columns alone; unknown when none with a weight is known."""
    parts = [(table[name] * weights[name]).fill_null(0.0) for name in names]
    weight = known_weight(table, names, weights)
    return ibis.cases((weight > 0, reduce(lambda a, b: a + b, parts) / weight))


def known_weight(
    table: ir.Table, names: Sequence[str], weights: Mapping[str, float]
) -> ir.NumericColumn:
    """Of the known columns. Spark takes the weights alone for decimals of six digits."""
    parts = [table[name].notnull().cast("float64") * weights[name] for name in names]
    return reduce(lambda a, b: a + b, parts)
