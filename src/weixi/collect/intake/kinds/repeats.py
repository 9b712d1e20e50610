"""Rows that stand twice in a file: an equal one is harmless, a different one is a fault."""

from collections.abc import Mapping

import numpy as np

from weixi.collect.intake.seen import Seen, keys_of


def once(
    seen: Seen, numbers: Mapping[int, str], contents: Mapping[int, int]
) -> tuple[list[int], int, list[int]]:
    """By row its key and the hash of its content (63 bits) → rows to take, how many merely say
    again what stood further up, and the rows that contradict it."""
    keys = keys_of(numbers.values())
    known, before = seen.numbers_of(keys)
    in_batch: dict[int, int] = {}
    kept, twice, repeated = [], [], 0
    for place, row in enumerate(numbers):
        key = int(keys[place])
        first = int(before[place]) if known[place] else in_batch.get(key)
        if first is None:
            in_batch[key] = contents[row]
            kept.append(row)
        elif first == contents[row]:
            repeated += 1
        else:
            twice.append(row)
    seen.put(np.array(list(in_batch), np.uint64), np.array(list(in_batch.values()), np.int64))
    return kept, repeated, twice
