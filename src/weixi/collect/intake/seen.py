"""What a file has shown so far: 64-bit keys with a number each, 16 bytes a key, sorted columns.

A dictionary of a million keys takes six times as much; the import must stay within its memory.
"""

from collections.abc import Iterable
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]
LONGEST = 1 << 18


def key_of(text: str) -> int:
    """64 bits that are the same on every machine and in every run."""
    return int.from_bytes(_digest(text))


def keys_of(texts: Iterable[str]) -> Keys:
    """The keys of many texts."""
    return np.frombuffer(b"".join(map(_digest, texts)), ">u8").astype(np.uint64)


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


class Seen:
    """Key → number. Sorted runs, each at least twice as long as the next newer one, until they
    are so long that merging two would take too much memory."""

    def __init__(self) -> None:
        self.runs: list[tuple[Keys, Numbers]] = []

    def numbers_of(self, keys: Keys) -> tuple[NDArray[np.bool_], Numbers]:
        """Which keys are known, and their numbers (0 where not)."""
        known, numbers = np.zeros(len(keys), bool), np.zeros(len(keys), np.int64)
        for run_keys, run_numbers in self.runs:  # older first: the newest run has the last word
            places = np.minimum(np.searchsorted(run_keys, keys), len(run_keys) - 1)
            here = run_keys[places] == keys
            known |= here
            numbers[here] = run_numbers[places[here]]
        return known, numbers

    def put(self, keys: Keys, numbers: Numbers) -> None:
        """Keys must be distinct; a key that is known gets the new number."""
        if not len(keys):
            return
        order = np.argsort(keys)
        run = (keys[order], numbers[order])
        while self.runs and len(self.runs[-1][0]) < min(2 * len(run[0]), LONGEST):
            run = _merged(self.runs.pop(), run)
        self.runs.append(run)


def _merged(older: tuple[Keys, Numbers], newer: tuple[Keys, Numbers]) -> tuple[Keys, Numbers]:
    keys = np.concatenate((newer[0], older[0]))
    numbers = np.concatenate((newer[1], older[1]))
    distinct, first = np.unique(keys, return_index=True)
    return distinct, numbers[first]


def occurrences(seen: Seen, keys: Keys) -> Numbers:
    """How often each key stood in the file before this place: 0 for the first. Counts them."""
    distinct, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    _known, before = seen.numbers_of(distinct)
    seen.put(distinct, before + counts)
    return before[inverse] + _place_among_equals(inverse)


def _place_among_equals(groups: NDArray[np.intp]) -> Numbers:
    """[7, 8, 7, 7] → [0, 0, 1, 2]"""
    order = np.argsort(groups, kind="stable")
    is_first = np.diff(groups[order], prepend=-1) != 0
    rank = np.arange(len(groups))
    place = np.empty(len(groups), np.int64)
    place[order] = rank - np.maximum.accumulate(np.where(is_first, rank, 0))
    return place
