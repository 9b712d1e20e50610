"""Where a contact comes from. With the customer it is unique: nothing reaches anybody twice."""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from .models import Touch


class Source(NamedTuple):
    """`kind` as in interventions: campaign, playbook, task, manual. `occurrence`: which time, as
    the birthday of 2026; `step`: which step of a playbook or wave of a campaign."""

    kind: str
    id: str | int
    step: str = ""
    occurrence: str = ""

    def key(self) -> dict[str, Any]:
        return {
            "source_kind": self.kind,
            "source_id": str(self.id),
            "step": self.step,
            "occurrence": self.occurrence,
        }

    def touches(self) -> QuerySet[Touch]:
        return Touch.objects.filter(**self.key())
