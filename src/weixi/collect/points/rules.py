"""Words and pure decisions about loyalty points."""

from enum import StrEnum

POINTS_MOST = 10**9  # in one entry


class EntryKind(StrEnum):
    EARN = "earn"
    REDEEM = "redeem"
    EXPIRE = "expire"
    ADJUST = "adjust"


USED = frozenset({EntryKind.REDEEM, EntryKind.EXPIRE})


def signed(kind: str, points: int) -> int:
    """Points as they are stored: what is used up is negative, however it was written.

    ValueError with a sentence. An adjustment keeps its sign.
    """
    if points == 0:
        raise ValueError("An entry of zero points says nothing.")
    if abs(points) > POINTS_MOST:
        raise ValueError("An entry has at most a billion points.")
    if EntryKind(kind) in USED:
        return -abs(points)
    if kind == EntryKind.EARN and points < 0:
        raise ValueError("Earned points are positive; to take points back, adjust.")
    return points
