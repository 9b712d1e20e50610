"""What a returned mail says (RFC 3464): which message, and whether anybody lives there."""

import email
import re
from email.message import Message as Mail
from email.policy import compat32
from typing import Any, NamedTuple

NOBODY_THERE = re.compile(r"5\.1\.\d+|5\.2\.1")
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
MOST_BYTES = 1_000_000


class Returned(NamedTuple):
    """`identity`: the first part of our Message-ID. `is_final` False: it is still being tried."""

    identity: str
    status: str
    is_final: bool

    @property
    def is_address(self) -> bool:
        return self.is_final and bool(NOBODY_THERE.fullmatch(self.status))


def returned(raw: bytes) -> Returned | None:
    """None when it is no report of a delivery, or names no message."""
    mail = email.message_from_bytes(raw[:MOST_BYTES], policy=compat32)
    status, action, identity = "", "", ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status, action = _state(part)
        elif kind in ("message/rfc822", "text/rfc822-headers"):
            identity = identity or _identity(part)
    if not status or not identity:
        return None
    return Returned(identity, status, action == "failed")


def _state(part: Mail) -> tuple[str, str]:
    """Of the first recipient: we send to one at a time."""
    blocks: Any = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        found = STATUS.search(str(block.get("Status", "")))
        if found:
            return found.group(), str(block.get("Action", "")).strip().lower()
    return "", ""


def _identity(part: Mail) -> str:
    inner: Any = part.get_payload()
    text = inner[0].as_string() if isinstance(inner, list) and inner else str(inner)
    found = re.search(r"^Message-ID:\s*<([0-9a-f]{8,40})@", text, re.IGNORECASE | re.MULTILINE)
    return found.group(1).lower() if found else ""
