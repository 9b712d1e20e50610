"""What the company's files call a channel: a word of theirs stands for one of the table.

A complaint keeps a word that is no channel, because a row of history is worth more than its
channel; here it gets its meaning, for the complaints that are there and for files to come.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from weixi.collect.complaints.models import Complaint
from weixi.collect.touchpoints.models import Channel
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked
from weixi.core.values import declare, set_value, value_of
from weixi.staff.permissions import reachable

WORDS = declare("channels.words", {})  # word in small letters → code of the channel
LONGEST, MOST = 20, 200


@dataclass(frozen=True)
class WordRow:
    """`code` "": nobody has said yet which channel it is. `customers`: so many within reach
    complained by that word."""

    word: str
    code: str
    customers: int


def forms_of_channels() -> dict[str, tuple[str, ...]]:
    """Code → all that a file may write for it: code, names, words of the company's own."""
    own: dict[str, list[str]] = {}
    for word, code in value_of(WORDS).items():
        own.setdefault(code, []).append(word)
    return {
        row.code: (row.code, row.name_zh.lower(), row.name_en.lower(), *own.get(row.code, ()))
        for row in Channel.objects.all()
    }


def words_of_files(actor: Actor) -> list[WordRow]:
    """First the words without a channel, the most frequent on top; then those that have one."""
    actor.need("settings.manage")
    told: Mapping[str, str] = value_of(WORDS)
    behind = _customers(actor)
    rows = [WordRow(word, "", behind.get(word, 0)) for word in _strange()]
    return [
        *sorted(rows, key=lambda row: (-row.customers, row.word)),
        *(WordRow(word, code, 0) for word, code in sorted(told.items())),
    ]


@transaction.atomic
def name_word(word: str, code: str, *, by: Actor, at: datetime) -> int:
    """The word stands for this channel from now on; "": for none, complaints stay as they are.
    Returns how many complaints have their channel by it."""
    by.need("settings.manage")
    word = checked(word, what=_("The word"), at_most=LONGEST, need=True)
    if code and not Channel.objects.filter(code=code).exists():
        raise RuleBroken(_("Unknown channel: %(channel)s.") % {"channel": code[:20]})
    told = dict(value_of(WORDS))
    before = told.pop(_plain(word), "")
    if code:
        told[_plain(word)] = code
    if len(told) > MOST:
        raise RuleBroken(_("At most {most} words.").format(most=MOST))
    set_value(WORDS, told, by=by, at=at)
    moved = _move(word, code) if code else 0
    record("channel.word_named", by=by, at=at, word=word, before=before, after=code, moved=moved)
    return moved


def _move(word: str, code: str) -> int:
    same = [one for one in _strange() if _plain(one) == _plain(word)]
    return Complaint.objects.filter(channel__in=same).update(channel=code)


def _strange() -> list[str]:
    """Words of complaints that are no channel."""
    rows = _of_no_channel().values_list("channel", flat=True)
    return list(rows.order_by("channel").distinct())


def _customers(actor: Actor) -> dict[str, int]:
    """Word → how many customers its list shows."""
    rows = _of_no_channel().filter(reachable(actor, "customer__"), customer__merged_into=None)
    counted = rows.values_list("channel").annotate(n=Count("customer", distinct=True))
    return dict(counted.order_by())


def _of_no_channel() -> QuerySet[Complaint]:
    codes = Channel.objects.values("code")
    return Complaint.objects.exclude(channel="").exclude(channel__in=codes)


def _plain(word: str) -> str:
    """As checks.words compares: any case, any width."""
    return unicodedata.normalize("NFKC", word).strip().lower()
