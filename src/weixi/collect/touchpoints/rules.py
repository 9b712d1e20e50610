"""Words about contacts with customers."""

from enum import StrEnum


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Purpose(StrEnum):
    CARE = "care"
    SERVICE = "service"
    SALE = "sale"
    THANKS = "thanks"
    APOLOGY = "apology"


class Outcome(StrEnum):
    REACHED = "reached"
    ACCEPTED = "accepted"
    FOLLOW_UP = "follow_up"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"
