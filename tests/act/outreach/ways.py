"""Ways out of the house for tests: they keep what they were given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from weixi.act.outreach.handing import Accepted, Handed, Parcel


@dataclass
class Kept:
    """Accepts everything, or what `answer` says; `on_hand_over` runs in between."""

    answer: Callable[[Parcel], Handed] = lambda parcel: Accepted()
    parcels: list[Parcel] = field(default_factory=list)

    @contextmanager
    def opened(self) -> Iterator[None]:
        yield

    def hand_over(self, parcel: Parcel) -> Handed:
        self.parcels.append(parcel)
        return self.answer(parcel)

    @property
    def ids(self) -> list[str]:
        return [parcel.id for parcel in self.parcels]
