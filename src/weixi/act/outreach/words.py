"""Verdicts and states in words, with their numbers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from weixi.collect.touchpoints.queries import channels

from .rules import Decision, Reason, Verdict


def verdict_words(verdict: Verdict) -> str:
    """One sentence: the reason with its numbers, and until when."""
    if verdict.decision == Decision.ALLOW:
        return _("May be contacted")
    sentence = reason_words(verdict.reason, verdict.facts)
    if verdict.until is None:
        return sentence
    return _("{reason}; again from {moment}").format(reason=sentence, moment=_moment(verdict.until))


def reason_words(reason: str, facts: Mapping[str, Any]) -> str:
    if reason == Reason.QUIET_HOURS:
        return _("Not to be disturbed from {start} to {end}").format(
            start=facts["from"], end=facts["until"]
        )
    if reason == Reason.CAP_REACHED:
        return _cap(facts)
    if reason == Reason.CARE_FIRST:
        return _("{sales} of the last {contacts} contacts sold; care first").format(**facts)
    return {
        Reason.FREE: _("May be contacted"),
        Reason.MERGED: _("Merged into another customer"),
        Reason.NO_ADDRESS: _("No address for this channel"),
        Reason.ADDRESS_BOUNCES: _("The address is returned as undeliverable"),
        Reason.DO_NOT_CONTACT: _("Wishes no contact"),
        Reason.OPTED_OUT: _("Has opted out"),
        Reason.NO_CONSENT: _("Has not agreed to marketing"),
        Reason.OPEN_COMPLAINT: _("A complaint is open: no marketing"),
        Reason.PAUSED: _("Contact is paused"),
        Reason.CHANNEL_OFF: _("The channel is not in use"),
    }[Reason(reason)]


def _cap(facts: Mapping[str, Any]) -> str:
    days = ngettext("{n} day", "{n} days", facts["days"]).format(n=facts["days"])
    if not facts["channel"]:
        return _("At most {most} contacts in {days}").format(most=facts["most"], days=days)
    names = {row.code: row.name for row in channels(all_of_them=True)}
    return _("At most {most} contacts in {days} by {channel}").format(
        most=facts["most"], days=days, channel=names.get(facts["channel"], facts["channel"])
    )


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
