"""The robot of a WeCom group: tells colleagues that messages wait for their hands. No customer is
named in it: a group chat is not ours."""

import json
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.utils.translation import ngettext, override

from weixi.core import outgoing
from weixi.core.values import declare, value_of

from .models import Message
from .rules import MACHINES, MessageState

ADDRESS = declare("outreach.robot_url", "")  # typed on a page: never into our own network


def tell_group(*, at: datetime, post: Callable[..., outgoing.Answer] = outgoing.post) -> int:
    """How many wait; 0: nothing was said. Raises when the group cannot be told: the job retries."""
    address = str(value_of(ADDRESS))
    waiting = _waiting(at)
    if not address or not waiting:
        return 0
    body = {"msgtype": "text", "text": {"content": _said(waiting)}}
    answer = post(
        address, json.dumps(body, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json"},
    )  # fmt: skip
    if answer.status != 200 or json.loads(answer.body or b"{}").get("errcode", 0):
        raise outgoing.NoAnswer(f"HTTP {answer.status}")
    return sum(waiting.values())


def _waiting(at: datetime) -> dict[str, int]:
    due = Message.objects.filter(state=MessageState.WAITING, not_before__lte=at)
    rows = due.exclude(channel__in=MACHINES)
    return dict(rows.order_by().values_list("channel").annotate(n=Count("pk")))


def _said(waiting: dict[str, int]) -> str:
    n = sum(waiting.values())
    with override(settings.LANGUAGE_CODE):
        told = ngettext(
            "{n} message waits to be sent by hand today: {url}",
            "{n} messages wait to be sent by hand today: {url}",
            n,
        )
        return told.format(n=n, url=f"{settings.PUBLIC_URL}/outreach/by-hand")
