"""Phones, e-mails, cards and accounts: normalised by the one rule, several in a cell allowed."""

import re
from collections.abc import Callable

from weixi.collect.customers.rules import IdentityKind, normal
from weixi.collect.intake.reasons import reason_of
from weixi.core.errors import Sentence

from .texts import identifier

SEPARATORS = {
    IdentityKind.PHONE: re.compile(r"[;；、，,/|\n]"),
    IdentityKind.EMAIL: re.compile(r"[;；、，,|\s]"),
    IdentityKind.CARD: re.compile(r"[;；、，,|\n]"),
}


def identities(kind: IdentityKind) -> Callable[[str], tuple[str, ...]]:
    """A check that gives the normalised values, the first one being the main one."""
    separators = SEPARATORS.get(kind)

    def check(text: str) -> tuple[str, ...]:
        parts = separators.split(text) if separators else [text]
        found = [_normal(kind, part.strip()) for part in parts if part.strip()]
        return tuple(dict.fromkeys(found))

    return check


def _normal(kind: IdentityKind, text: str) -> str:
    if kind in {IdentityKind.PHONE, IdentityKind.CARD}:
        text = identifier(text.removesuffix(".0"))
    try:
        return normal(kind, text)
    except Sentence as fault:
        raise ValueError(reason_of(fault)) from None
