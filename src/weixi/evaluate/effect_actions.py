"""Write effects and what was learned."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.act.campaigns import actions as campaigns
from weixi.act.campaigns import queries as campaign_queries
from weixi.act.campaigns.foreseen import Response
from weixi.act.campaigns.models import Campaign
from weixi.act.care.playbooks import queries as playbooks
from weixi.act.interventions import actions as interventions
from weixi.act.interventions import queries as ledger
from weixi.act.interventions.rules import SourceKind
from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .effect_queries import taught
from .effects import effects_of, estimate_of
from .expected import expected_response
from .models import Effect, Finding
from .rules import EffectOutcome, FindingKind, Verdict

NAMES: dict[str, Callable[[int], str]] = {
    SourceKind.CAMPAIGN: campaign_queries.name_of,
    SourceKind.PLAYBOOK: playbooks.code_of,
}
NEEDS: dict[str, str] = {
    SourceKind.CAMPAIGN: "campaigns.edit",
    SourceKind.PLAYBOOK: "playbooks.edit",
}
LATE_ORDERS = timedelta(days=30)  # returns and late imports still change what is final


@transaction.atomic
def approve_campaign(campaign_id: int, *, by: Actor, at: datetime) -> Campaign:
    """With what similar campaigns let expect, kept so that the result can be held against it."""
    by.need("campaigns.approve")
    row = campaign_queries.get(by, campaign_id)
    receives = row.estimate.get("receives", 0)
    found = expected_response(taught(by, row).effects, receives, row.window_days)
    response = Response(found.buyers, found.low, found.high, found.campaigns) if found else None
    return campaigns.approve(campaign_id, by=by, at=at, response=response)


@transaction.atomic
def evaluate_source(source_kind: str, source_id: int, *, at: datetime) -> list[Effect]:
    """Counted anew; replaces what was written. A campaign whose window has passed is evaluated."""
    name_of = NAMES.get(source_kind)
    name = name_of(source_id) if name_of else ""
    made = effects_of(source_kind, source_id, name=name, at=at)
    Effect.objects.filter(source_kind=source_kind, source_id=source_id).delete()
    Effect.objects.bulk_create(made)
    _tell_ledger(source_kind, source_id, made, at)
    if source_kind == SourceKind.CAMPAIGN and made and made[0].is_final:
        campaigns.mark_evaluated(source_id, at=at)
    return made


def _tell_ledger(source_kind: str, source_id: int, made: list[Effect], at: datetime) -> None:
    """Today's list ranks by it: only once a window has passed, of arms filled as planned."""
    bought = next((one for one in made if one.outcome == EffectOutcome.BOUGHT), None)
    share = None
    if bought is not None and _can_be_relied_on(bought, at):
        best = estimate_of(bought)
        if best is not None and best.ci_low is not None and best.ci_high is not None:
            share = (best.effect, best.ci_low, best.ci_high)
    interventions.write_measured(
        source_kind=source_kind, source_id=source_id, share=share, at=at,
        treated=bought.treated if bought else 0, held_out=bought.held_out if bought else 0,
    )  # fmt: skip


def _can_be_relied_on(effect: Effect, at: datetime) -> bool:
    is_over = effect.assigned_from + timedelta(days=effect.window_days) <= at
    return is_over and effect.verdict not in (Verdict.UNSOUND, Verdict.NO_CONTROL)


def evaluate_due(*, at: datetime) -> int:
    """Every trial whose figures may still change. Returns how many."""
    done = 0
    for source_kind, source_id, last_end in ledger.trials():
        if last_end + LATE_ORDERS >= at or not _is_written(source_kind, source_id):
            evaluate_source(source_kind, source_id, at=at)
            done += 1
    return done


@transaction.atomic
def write_finding(
    source_kind: str, source_id: int, *, kind: str, text: str, by: Actor, at: datetime
) -> Finding:
    by.need(NEEDS.get(source_kind, "campaigns.edit"))
    if kind not in set(FindingKind):
        raise RuleBroken(_("Choose whether it is a problem or a finding."))
    made = Finding.objects.create(
        source_kind=source_kind, source_id=source_id, kind=kind, by_name=by.name[:80], at=at,
        text=checked(text, what=_("What was learned"), at_most=300, need=True),
    )  # fmt: skip
    record("finding.written", by=by, at=at, source_kind=source_kind, source_id=source_id,
           finding=made.pk)  # fmt: skip
    return made


@transaction.atomic
def remove_finding(finding_id: int, *, by: Actor, at: datetime) -> None:
    """Only who wrote it."""
    found = Finding.objects.filter(pk=finding_id).first()
    if found is None:
        raise Missing("finding")
    by.need(NEEDS.get(found.source_kind, "campaigns.edit"))
    if found.by_name != by.name[:80]:
        raise RuleBroken(_("Only {name}, who wrote this, can take it away.").format(
            name=found.by_name))  # fmt: skip
    record("finding.removed", by=by, at=at, finding=found.pk, text=found.text)
    found.delete()


def _is_written(source_kind: str, source_id: int) -> bool:
    rows = Effect.objects.filter(source_kind=source_kind, source_id=source_id)
    return rows.filter(is_final=True).exists()
