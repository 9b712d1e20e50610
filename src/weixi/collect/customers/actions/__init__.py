"""Writes about customers. Each is one transaction with its journal entry."""

from .assigning import Assigned, assign, undo_assign
from .bonds import NewBond, add_bond, change_bond, remove_bond
from .duplicates import DuplicateWarning, duplicate_warnings
from .exclusions import exclude, remove_exclusion, reveal_exclusion
from .exporting import export_person
from .fields import change_custom_field, define_custom_field, remove_custom_field
from .identities import (
    REASON_NEEDED,
    add_identity,
    remove_identity,
    reveal_identity,
    set_primary,
)
from .limits import set_credit_limit
from .merging import forget_computed, merge, unmerge
from .people import add_person, change_person, give_consent, remove_person, withdraw_consent
from .ratings import set_rating
from .records import NewCustomer, change_customer, create_customer

__all__ = [
    "REASON_NEEDED",
    "Assigned",
    "DuplicateWarning",
    "NewBond",
    "NewCustomer",
    "add_bond",
    "add_identity",
    "add_person",
    "assign",
    "change_bond",
    "change_custom_field",
    "change_customer",
    "change_person",
    "create_customer",
    "define_custom_field",
    "duplicate_warnings",
    "exclude",
    "export_person",
    "forget_computed",
    "give_consent",
    "merge",
    "remove_bond",
    "remove_custom_field",
    "remove_exclusion",
    "remove_identity",
    "remove_person",
    "reveal_exclusion",
    "reveal_identity",
    "set_credit_limit",
    "set_primary",
    "set_rating",
    "undo_assign",
    "unmerge",
    "withdraw_consent",
]
