"""Who is treated and who is held out: a salted hash decides. Pure: values in, an arm out."""

from enum import StrEnum
from hashlib import sha256

PARTS = 10_000  # shares are kept in ten-thousandths
MOST_HELD_OUT = 0.9


class Arm(StrEnum):
    TREATED = "treated"
    HELD_OUT = "held_out"


class SourceKind(StrEnum):
    """What treats customers, and can therefore be judged."""

    CAMPAIGN = "campaign"
    PLAYBOOK = "playbook"
    TASK = "task"
    MANUAL = "manual"


def bucket_of(salt: str, customer_id: int) -> int:
    """0 … 9,999, the same for ever for a salt and a customer, whatever is renamed.

    >>> bucket_of("salt", 1) == bucket_of("salt", 1)
    True
    >>> 0 <= bucket_of("another", 1) < 10_000
    True
    """
    digest = sha256(f"{salt}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * PARTS >> 64


def arm_of(bucket: int, held_out_e4: int) -> Arm:
    """The lowest buckets are held out: a larger share keeps everyone who was held out before."""
    return Arm.HELD_OUT if bucket < held_out_e4 else Arm.TREATED


def share_e4(share: float) -> int:
    """A share 0 … 0.9 in ten-thousandths; ValueError outside."""
    if not 0 <= share <= MOST_HELD_OUT:
        raise ValueError(f"held_out_share must lie between 0 and {MOST_HELD_OUT}, got {share}")
    return round(share * PARTS)
