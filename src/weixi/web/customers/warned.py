"""What a customer's risk is made of, and what made it go up or down. Reads nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.warnings.queries import Risk
from weixi.act.warnings.words import Part

TOLD = 3  # changes named in the sentence
TIMELINE = {"orders": "orders", "payments": "orders", "contacts": "contacts"}


@dataclass(frozen=True)
class PartWithRows:
    part: Part
    url: str


@dataclass(frozen=True)
class Warned:
    """`story`: what changed since the run before, the heaviest first; empty when nothing did."""

    risk: Risk
    parts: tuple[PartWithRows, ...]
    largest: int
    story: str


def warned_of(risk: Risk | None, customer_id: int) -> Warned | None:
    if risk is None:
        return None
    parts = tuple(
        PartWithRows(part, evidence_url(customer_id, part.evidence)) for part in risk.parts
    )
    largest = max((abs(part.points) for part in risk.parts), default=1) or 1
    return Warned(risk, parts, largest, story_of(risk))


def evidence_url(customer_id: int, evidence: str) -> str:
    """The rows behind a reason: of the timeline where it has them, else a list of their own."""
    kind = TIMELINE.get(evidence)
    if kind:
        return reverse("web:customer-timeline", args=[customer_id]) + f"?kind={kind}"
    return reverse("web:customer-evidence", args=[customer_id, evidence])


def story_of(risk: Risk) -> str:
    """“12 points more than before: new “…” +10; grew “…” +2”; what moved the other way follows."""
    if risk.change is None:
        return ""
    moved = sorted(
        (part for part in risk.parts if part.change), key=lambda part: -abs(part.change or 0)
    )
    if not moved:
        return ""
    head = _headline(risk.change)
    return head + _list([_told(part) for part in moved[:TOLD]])


def _headline(change: int) -> str:
    if change > 0:
        return _("{n} points more than in the refresh before: ").format(n=change)
    if change < 0:
        return _("{n} points less than in the refresh before: ").format(n=-change)
    return _("As many points as in the refresh before: ")


def _told(part: Part) -> str:
    delta = f"{part.change:+d}".replace("-", "−")
    if part.has_ended:
        return _("“{what}” ended ({delta})").format(what=part.name, delta=delta)
    if part.is_new:
        return _("new “{what}” ({delta})").format(what=part.name, delta=delta)
    if (part.change or 0) > 0:
        return _("“{what}” grew ({delta})").format(what=part.name, delta=delta)
    return _("“{what}” shrank ({delta})").format(what=part.name, delta=delta)


def _list(parts: Sequence[str]) -> str:
    return _(", ").join(parts) + _(".")
