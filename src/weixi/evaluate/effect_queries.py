"""Read effects: of one campaign or playbook, of all, and what similar ones have taught."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from weixi.act.campaigns import queries as campaigns
from weixi.act.campaigns.models import Campaign
from weixi.act.interventions.rules import SourceKind
from weixi.analytics.uplift import Estimate, combined
from weixi.core.actor import Actor

from .effects import estimate_of
from .models import Effect, Finding
from .rules import EffectOutcome, Verdict

__all__ = ["EffectRow", "estimate_of"]
EffectRow = Effect
MOST = 200


@dataclass(frozen=True)
class Cost:
    """What the effect cost. `each`: per additional buyer, with its range; None: cannot be told,
    or not clear that there was any. `gain`: margin of all treated beyond those held out."""

    cost: int
    each: float | None
    each_low: float | None
    each_high: float | None
    gain: float | None
    gain_low: float | None
    gain_high: float | None


@dataclass(frozen=True)
class Taught:
    """What similar campaigns have shown: their effects on buying, together, and the words."""

    effects: Sequence[Effect]
    together: Estimate | None
    findings: Sequence[tuple[Finding, str]]  # with the name of the campaign


def effects_of_source(source_kind: str, source_id: int) -> dict[str, Effect]:
    rows = Effect.objects.filter(source_kind=source_kind, source_id=source_id)
    found = {row.outcome: row for row in rows}
    return {outcome.value: found[outcome] for outcome in EffectOutcome if outcome in found}


def bought_of(campaign_ids: Sequence[int]) -> dict[int, Effect]:
    """Campaign → its effect on buying again."""
    rows = Effect.objects.filter(
        source_kind=SourceKind.CAMPAIGN, source_id__in=list(campaign_ids),
        outcome=EffectOutcome.BOUGHT,
    )  # fmt: skip
    return {row.source_id: row for row in rows}


def newest(actor: Actor, *, outcome: str = EffectOutcome.BOUGHT, kind: str = "") -> list[Effect]:
    """Every effect on one outcome, the newest assignment first."""
    actor.need("reports.view")
    rows = Effect.objects.filter(outcome=outcome)
    if kind:
        rows = rows.filter(source_kind=kind)
    return list(rows.order_by("-assigned_from", "-pk")[:MOST])


def cost_of(bought: Effect | None, margin: Effect | None) -> Cost | None:
    if bought is None:
        return None
    estimate, gained = estimate_of(bought), margin and estimate_of(margin)
    n, cost = bought.treated, bought.cost

    def each(share: float | None) -> float | None:
        return cost / (share * n) if share is not None and share > 0 and n else None

    def gain(amount: float | None) -> float | None:
        return None if amount is None else amount * n

    return Cost(
        cost=cost,
        each=each(estimate.effect) if estimate else None,
        each_low=each(estimate.ci_high) if estimate else None,
        each_high=each(estimate.ci_low) if estimate else None,
        gain=gain(gained.effect) if gained else None,
        gain_low=gain(gained.ci_low) if gained else None,
        gain_high=gain(gained.ci_high) if gained else None,
    )


def return_of(source_kind: str, source_id: int) -> Cost | None:
    effects = effects_of_source(source_kind, source_id)
    return cost_of(effects.get(EffectOutcome.BOUGHT), effects.get(EffectOutcome.MARGIN))


def findings_of(source_kind: str, source_id: int) -> QuerySet[Finding]:
    rows = Finding.objects.filter(source_kind=source_kind, source_id=source_id)
    return rows.order_by("-pk")


def taught(actor: Actor, campaign: Campaign) -> Taught:
    """Of earlier campaigns for the same purpose and to the same audience or by the same channel."""
    alike = campaigns.alike(actor, campaign)
    names = {row.pk: row.name for row in alike}
    effects = list(
        Effect.objects.filter(
            source_kind=SourceKind.CAMPAIGN, source_id__in=names, outcome=EffectOutcome.BOUGHT
        ).order_by("assigned_from")
    )
    findings = Finding.objects.filter(source_kind=SourceKind.CAMPAIGN, source_id__in=names)
    return Taught(
        effects=effects,
        together=together(effects),
        findings=[(row, names[row.source_id]) for row in findings.order_by("-pk")[:20]],
    )


def taught_by(source_kind: str, source_ids: Iterable[int]) -> list[Finding]:
    """What was written down for these, the newest first."""
    rows = Finding.objects.filter(source_kind=source_kind, source_id__in=list(source_ids))
    return list(rows.order_by("-pk")[:20])


def together(effects: Iterable[Effect]) -> Estimate | None:
    """Sound ones with a control group, as one."""
    sound = [e for e in effects if e.verdict not in (Verdict.UNSOUND, Verdict.NO_CONTROL)]
    return combined([found for found in map(estimate_of, sound) if found is not None])


def search_findings(actor: Actor, text: str) -> QuerySet[Finding]:
    """By a word in them."""
    actor.need("reports.view")
    return Finding.objects.filter(Q(text__icontains=text.strip())).order_by("-pk")[:MOST]
