"""Numbers as telephone systems send them, and the states of a call. Pure."""

import re
from enum import StrEnum

from weixi.collect.customers.rules import normal_phone, plain
from weixi.core.errors import Sentence

INNER = re.compile(r"(?:转|ext\.?|x|#|,|;)\s*\d{1,6}$", re.IGNORECASE)
HIDDEN = frozenset({"", "anonymous", "unknown", "private", "restricted", "unavailable"})


class CallState(StrEnum):
    RINGING = "ringing"
    SAVED = "saved"
    DISMISSED = "dismissed"


def caller_number(text: str) -> str:
    """The one written form, as a customer's phone is kept; "" when the caller hides it.

    >>> caller_number("0086 138-0000-2046"), caller_number("tel:013800002046;ext=12")
    ('13800002046', '13800002046')
    >>> caller_number("021-5555 1234 转 8001"), caller_number("Anonymous")
    ('02155551234', '')
    """
    number = plain(text).lower()
    number = re.sub(r"^(tel|sips?):", "", number).split("@")[0]
    number = re.sub(r";ext=\d+$", "", number)
    if number in HIDDEN:
        return ""
    number = INNER.sub("", number).strip()
    digits = re.sub(r"[\s\-().]", "", number)
    if re.fullmatch(r"0(1[3-9]\d{9})", digits):  # the trunk's own zero before a mobile number
        digits = digits[1:]
    if not re.search(r"\d", digits):
        raise Sentence("“%(found)s” is not a telephone number.", found=text[:20])
    return normal_phone(digits)
