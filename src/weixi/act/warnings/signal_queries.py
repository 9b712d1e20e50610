"""Reads of the signals themselves: what each asks for, how many it warns of, what a change does."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.classify.conditions import Known, Refused, check
from weixi.classify.history import reach_ids
from weixi.classify.sentences import sentence
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.runs import lake_file, newest_run
from weixi.core.text import told
from weixi.core.values import value_of
from weixi.staff.permissions import listed

from .models import Alert, Reading
from .own_signals import drafted
from .publishing import DUE_DAYS
from .readings import holders, warned_of
from .rules import ANSWERS, AlertState, Cause, Signal, signal_from
from .signals import (
    CHANGES,
    POPULATION,
    SHIPPED,
    check_changes,
    check_condition,
    check_population,
    differing,
    own_vocabulary,
    population,
    population_vocabulary,
    stored_signals,
    vocabulary,
)

READ = ("measures", "scores", "cells")  # what a signal is asked of


@dataclass(frozen=True)
class LevelRow:
    condition: str
    points: int


@dataclass(frozen=True)
class SignalRow:
    """`open`: customers with an open warning of the kind, within reach."""

    signal: Signal
    levels: tuple[LevelRow, ...]
    answer: str
    answer_days: int
    is_changed: bool
    is_shipped: bool
    open: int


@dataclass(frozen=True)
class LevelChange:
    points: int
    customers: int


@dataclass(frozen=True)
class Preview:
    """Customers within reach that hold the signal: as it is kept, and as the draft says."""

    as_of: date
    now: int
    after: int
    new: tuple[int, ...]  # customers that the draft adds
    gone: tuple[int, ...]
    levels: tuple[LevelChange, ...]  # of the draft, each customer in one


def signal_rows(actor: Actor) -> list[SignalRow]:
    names, changes, days = vocabulary(), value_of(CHANGES), value_of(DUE_DAYS)
    waiting = _open(actor)
    shipped = {one["code"] for one in stored_signals({})}
    return [
        SignalRow(
            one,
            tuple(LevelRow(_sentence(v.when, names), v.points) for v in one.levels),
            ANSWERS[Cause(one.cause)],
            days.get(one.cause, 3),
            bool(changes.get(one.code)),
            one.code in shipped,
            waiting.get(one.code, 0),
        )
        for one in map(signal_from, stored_signals())
    ]


def signal_row(actor: Actor, code: str) -> SignalRow:
    found = next((row for row in signal_rows(actor) if row.signal.code == code), None)
    if found is None:
        raise Missing("signal")
    return found


def population_sentence() -> str:
    """Of whom signals are asked at all."""
    names = population_vocabulary()
    return _sentence(population(names), names)


def population_in_force() -> tuple[Mapping[str, Any], bool]:
    """The condition of whom warnings are about, and whether it is the shipped one."""
    when = population(population_vocabulary())
    return when, when == SHIPPED["population"]


def population_gone() -> str:
    """What the changed condition names and is there no more; "" when all of it is."""
    try:
        check(value_of(POPULATION), population_vocabulary())
    except Refused as problem:
        return told(problem)
    return ""


def warned(actor: Actor, when: Mapping[str, Any]) -> tuple[date, list[int]]:
    """The newest day, and whom a condition means on it: customers within reach, by id."""
    check_population(when)
    day, ids = _newest(), reach_ids(actor)
    found = warned_of(day, when)
    if ids is None:
        return day, found
    within = set(ids)
    return day, [one for one in found if one in within]


def holding(actor: Actor, when: Mapping[str, Any]) -> tuple[date, list[int]]:
    """The newest day, and who would hold a signal of that condition: customers within reach."""
    names = own_vocabulary()
    check_condition(when, names)
    day = _newest()
    return day, sorted(_within(actor, holders(day, [drafted(when, names)])[0]))


def preview(actor: Actor, code: str, fields: Mapping[str, Any]) -> Preview:
    """Who would hold the signal on the newest day if it were changed so. Writes nothing."""
    before = signal_row(actor, code).signal
    changes = dict(value_of(CHANGES))
    changes[code] = differing(code, {**changes.get(code, {}), **fields})
    check_changes(changes)
    drafted = {one["code"]: one for one in stored_signals(changes)}[code]
    day = _newest()
    now, after = (_within(actor, one) for one in holders(day, (before, signal_from(drafted))))
    weights = Counter(after.values())
    return Preview(
        day,
        len(now),
        len(after),
        tuple(sorted(after.keys() - now.keys())),
        tuple(sorted(now.keys() - after.keys())),
        tuple(LevelChange(points, weights[points]) for points in sorted(weights, reverse=True)),
    )


def _sentence(when: Mapping[str, Any], names: Known) -> str:
    """What has gone meanwhile, such as a scheme, is said in the place of the condition."""
    try:
        return sentence(when, names, get_language() or "zh-hans")
    except Refused as problem:
        return told(problem)


def _open(actor: Actor) -> dict[str, int]:
    """As the board of warnings lists them: customers with a reading."""
    read = Reading.objects.filter(customer=OuterRef("customer"))
    rows = Alert.objects.filter(listed(actor, "customer__"), Exists(read), state=AlertState.OPEN)
    counted = rows.values_list("kind").annotate(n=Count("customer", distinct=True)).order_by()
    return dict(counted)


def _newest() -> date:
    newest = newest_run()
    if newest is None or not all(lake_file(table, newest.as_of).exists() for table in READ):
        raise RuleBroken(_("Nothing is measured yet: counts appear after the first refresh."))
    return newest.as_of


def _within(actor: Actor, found: dict[int, int]) -> dict[int, int]:
    ids = reach_ids(actor)
    return found if ids is None else {pk: found[pk] for pk in found.keys() & set(ids)}
