"""What a way out of the house must do, and what may come of it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Parcel(NamedTuple):
    """One message ready to go. `id` is the same at every attempt: receivers can tell doubles."""

    id: str
    address: str
    subject: str
    text: str
    unsubscribe: str = ""  # address of the page; empty for messages of service


@dataclass(frozen=True)
class Accepted:
    """The next server took it over."""


@dataclass(frozen=True)
class Refused:
    """For good. `is_address`: there is nobody at this address."""

    problem: str
    is_address: bool = False


@dataclass(frozen=True)
class Later:
    """Surely not taken over: another attempt can double nothing."""

    problem: str


@dataclass(frozen=True)
class Unsure:
    """It went out and no answer came back. Another attempt might be the second message."""

    problem: str


Handed = Accepted | Refused | Later | Unsure


class Way(Protocol):
    """Opened before the customer's row is locked, so that nobody waits for a handshake."""

    def opened(self) -> AbstractContextManager[None]: ...

    def hand_over(self, parcel: Parcel) -> Handed: ...
