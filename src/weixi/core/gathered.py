"""Whole numbers of a million rows out of the database, without an object for each row.

The database writes the numbers of a group into one text, which becomes an array: a quarter of the
time that the same rows take one by one. Texts of one group, gathered by one query, are in the same
order.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

Numbers = npt.NDArray[np.int64]


def gathered(column: str) -> str:
    """SQL that gathers a column of whole numbers; of no row it is null."""
    if connection.vendor == "postgresql":
        return f"string_agg(CAST(\"{column}\" AS TEXT), ',')"
    return f'group_concat("{column}")'


def numbers(text: Any) -> Numbers:
    return np.fromstring(text or "", dtype=np.int64, sep=",")


def places_of(wanted: Numbers, among: Numbers) -> Numbers:
    """Where each stands in `among`, whose numbers are in any order; -1: nowhere."""
    if not len(among):
        return np.full(len(wanted), -1)
    order = np.argsort(among, kind="stable")
    found = np.searchsorted(among, wanted, sorter=order)
    places = order[np.minimum(found, len(among) - 1)]
    return np.where(among[places] == wanted, places, -1)
