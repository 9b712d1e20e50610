"""Special treatment (A5): what a tier or a person gets, and surprises within a budget."""

from datetime import date
from enum import StrEnum


class PrivilegeKind(StrEnum):
    PRIVILEGE = "privilege"
    CONTACT_PERSON = "contact_person"


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def left_of(budget: int, spent: int) -> int:
    """What may still be spent; never below zero, also when the budget was lowered later."""
    return max(0, budget - spent)
