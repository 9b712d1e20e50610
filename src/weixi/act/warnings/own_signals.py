"""Signals of the company's own: one condition with its points, its cause and its words."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from weixi.classify.conditions import Known, names_in
from weixi.classify.sentences import sentence

from .rules import Signal, signal_from

PREFIX = "company_"
MOST_OWN = 30
# What stands behind it → the day it is told with, as the shipped signals have it.
DAYS: dict[str, dict[str, str]] = {
    "orders": {"measure": "last_purchase"},
    "complaints": {"measure": "last_complaint"},
    "answers": {"days_ago": "answered_days"},
    "contacts": {"measure": "last_contact"},
    "payments": {"days_ago": "overdue_days"},
    "bonds": {"measure": "contract_ends"},
    "points": {"days_ago": "points_idle_days"},
}


class NewSignal(NamedTuple):
    """`when`: a condition over measures and cells. An empty sentence is the condition in words, an
    empty short form the name."""

    name_zh: str
    name_en: str
    when: Mapping[str, Any]
    points: int
    cause: str
    evidence: str
    sentence_zh: str = ""
    sentence_en: str = ""
    short_zh: str = ""
    short_en: str = ""
    is_alone: bool = False


def free_code(taken: Iterable[str]) -> str:
    """The next number above all there are: the warnings of a signal that is gone keep its code.

    >>> free_code(["overdue", "company_2"])
    'company_3'
    """
    numbers = (code.removeprefix(PREFIX) for code in taken if code.startswith(PREFIX))
    return f"{PREFIX}{1 + max((int(one) for one in numbers if one.isdigit()), default=0)}"


def stored_of(new: NewSignal, names: Known) -> dict[str, Any]:
    """As a setting keeps it; KeyError for evidence that is none. A sentence may name the numbers
    that the condition asks for."""
    facts = dict.fromkeys(
        name for name in names_in(new.when)
        if name in names.measures and names.measures[name][2] != "word"
    )  # fmt: skip
    return {
        "name_zh": new.name_zh,
        "name_en": new.name_en,
        "cause": new.cause,
        "evidence": new.evidence,
        "date": DAYS[new.evidence],
        "facts": list(facts),
        "levels": [{"when": dict(new.when), "points": new.points}],
        "sentence_zh": new.sentence_zh or sentence(new.when, names, "zh"),
        "sentence_en": new.sentence_en or sentence(new.when, names, "en"),
        "short_zh": new.short_zh or new.name_zh,
        "short_en": new.short_en or new.name_en,
        "is_alone": new.is_alone,
        "is_purchase": new.evidence == "orders",  # which every model has seen
    }


def drafted(when: Mapping[str, Any], names: Known) -> Signal:
    """To ask who would hold it."""
    draft = NewSignal("…", "…", when, 1, "unknown", "orders", "…", "…", "…", "…")
    return signal_from({"code": f"{PREFIX}draft", **stored_of(draft, names)})
