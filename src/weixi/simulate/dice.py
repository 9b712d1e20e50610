"""Named random streams: a new part never changes what the others draw."""

from zlib import crc32

import numpy as np


class Dice:
    """One independent generator per part of the company and chunk of customers."""

    def __init__(self, seed: int) -> None:
        if seed < 0:
            raise ValueError("The seed must be zero or a positive whole number.")
        self.seed = seed

    def part(self, name: str, chunk: int) -> np.random.Generator:
        """The generator of one part; the name, not the order of calls, decides its stream."""
        return np.random.default_rng(
            np.random.SeedSequence([self.seed, crc32(name.encode()), chunk])
        )
