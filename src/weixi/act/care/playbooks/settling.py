"""The ledger of treatments learns of the messages that playbooks sent, and what they cost."""

from collections import defaultdict
from datetime import datetime

from weixi.act.interventions.actions import add_costs, mark_contacted
from weixi.act.interventions.rules import SourceKind
from weixi.act.outreach.models import Message
from weixi.act.outreach.rules import NEVER_LEAVES, WENT_OUT
from weixi.collect.touchpoints.queries import channels

from .models import Effect

MOST_SETTLED = 5_000  # in one go


def settle_messages(*, at: datetime) -> int:
    """Each once, when it went out; what never will is not looked at again. A dead one may still be
    sent by hand and waits. Call inside a transaction."""
    open_ = Effect.objects.filter(is_settled=False, message_id__isnull=False).order_by("pk")
    effects = {
        effect.message_id: effect
        for effect in open_.select_for_update(of=("self",)).select_related("run")[:MOST_SETTLED]
    }
    rows = Message.objects.filter(pk__in=list(effects), state__in=(*WENT_OUT, *NEVER_LEAVES))
    found = list(rows.order_by("handed_at", "pk"))
    unit = {row.code: row.unit_cost for row in channels(all_of_them=True)}
    spent: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for message in found:
        if message.state in WENT_OUT:
            playbook = effects[message.pk].run.playbook_id
            mark_contacted(
                source_kind=SourceKind.PLAYBOOK, source_id=playbook,
                customer_ids=[message.customer_id], at=message.handed_at or at,
            )  # fmt: skip
            spent[playbook][message.customer_id] += unit.get(message.channel, 0)
    for playbook, amounts in spent.items():
        add_costs(source_kind=SourceKind.PLAYBOOK, source_id=playbook, amounts=amounts, at=at)
    settled = [effects[message.pk].pk for message in found]
    return Effect.objects.filter(pk__in=settled).update(is_settled=True)
