"""The measured chance that acting changes something, where playbooks held some customers out.

A playbook is judged by itself; a reason by the playbooks whose task stands for it. With too few
customers in either arm the chance stays the one that people assumed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from weixi.act.interventions.queries import MeasuredRow, measured_by
from weixi.act.interventions.rules import SourceKind
from weixi.analytics.uplift import Estimate, combined
from weixi.core.values import declare, value_of

from .playbooks.models import Playbook

MEASURED_LEAST = declare("care.measured_least", 100)  # customers in each arm
LEAST_CHANCE = 0.01  # also where it did nothing: who has most at stake is still asked first


@dataclass(frozen=True)
class Measured:
    """Share of those treated who bought because of it, with the range that holds in 95 of 100
    cases. `customers`: treated and held out."""

    effect: float
    low: float
    high: float
    customers: int

    @property
    def chance(self) -> float:
        return min(max(self.effect, LEAST_CHANCE), 1.0)


@dataclass(frozen=True)
class Chances:
    by_playbook: Mapping[int, Measured] = field(default_factory=dict)
    by_kind: Mapping[str, Measured] = field(default_factory=dict)

    def of(self, kind: str, playbook_id: int | None) -> Measured | None:
        """Of a reason on the list; a playbook's step by its own playbook."""
        if playbook_id is not None:
            return self.by_playbook.get(playbook_id)
        return self.by_kind.get(kind)


def measured_chances() -> Chances:
    least = value_of(MEASURED_LEAST)
    rows = {
        row.source_id: row
        for row in measured_by(SourceKind.PLAYBOOK)
        if min(row.treated, row.held_out) >= least
    }
    if not rows:
        return Chances()
    covering: dict[str, list[MeasuredRow]] = defaultdict(list)
    for playbook in Playbook.objects.filter(pk__in=rows).select_related("published"):
        stored = playbook.published.definition if playbook.published else {}
        for kind in stored.get("covers", ()):
            covering[kind].append(rows[playbook.pk])
    return Chances(
        by_playbook={pk: _one([row]) for pk, row in rows.items()},
        by_kind={kind: _one(some) for kind, some in covering.items()},
    )


def _one(rows: Iterable[MeasuredRow]) -> Measured:
    """Several playbooks for one reason as one, the surer ones weighing more."""
    known = list(rows)
    customers = sum(row.treated + row.held_out for row in known)
    together = combined([Estimate(row.effect, row.low, row.high, None) for row in known])
    if together is None or together.ci_low is None or together.ci_high is None:
        row = max(known, key=lambda one: one.treated + one.held_out)
        return Measured(row.effect, row.low, row.high, row.treated + row.held_out)
    return Measured(together.effect, together.ci_low, together.ci_high, customers)
