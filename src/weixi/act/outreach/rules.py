"""May we contact this customer now, by this channel, for this purpose? (T4) Pure decisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from .policy_rules import Cap, Policy
from .quiet_rules import end_of_quiet, is_quiet

FAR = timedelta(days=366)  # nothing is put off further than this
STEPS_MOST = 1_000


class Decision(StrEnum):
    ALLOW = "allow"
    DEFER = "defer"
    DENY = "deny"


class Reason(StrEnum):
    """Why not now, or not at all."""

    FREE = "free"
    MERGED = "merged"
    NO_ADDRESS = "no_address"
    ADDRESS_BOUNCES = "address_bounces"
    DO_NOT_CONTACT = "do_not_contact"
    OPTED_OUT = "opted_out"
    NO_CONSENT = "no_consent"
    OPEN_COMPLAINT = "open_complaint"
    CARE_FIRST = "care_first"
    PAUSED = "paused"
    QUIET_HOURS = "quiet_hours"
    CAP_REACHED = "cap_reached"
    CHANNEL_OFF = "channel_off"


class TouchState(StrEnum):
    """Reserved and done ones count; released and lapsed ones do not."""

    RESERVED = "reserved"
    DONE = "done"
    RELEASED = "released"
    LAPSED = "lapsed"


class MessageState(StrEnum):
    """`unknown`: handed over, but nobody saw the answer; a person decides, never a machine."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    DEAD = "dead"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class TemplateState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


MACHINES = ("email", "sms")  # channels that need no person; the others are sent by hand
UNSENT = (MessageState.WAITING, MessageState.CLAIMED)
WENT_OUT = (MessageState.SENT, MessageState.UNKNOWN, MessageState.BOUNCED)
NEVER_LEAVES = (MessageState.REFUSED, MessageState.CANCELLED)


@dataclass(frozen=True)
class Verdict:
    """`until`: from when on it will be allowed, as far as is known now; None unless deferred."""

    decision: Decision
    until: datetime | None = None
    reason: str = Reason.FREE
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_allowed(self) -> bool:
        return self.decision == Decision.ALLOW


@dataclass(frozen=True)
class Past:
    """A touch that counts: one that took place, or a slot that is booked."""

    at: datetime
    channel: str
    purpose: str


@dataclass(frozen=True)
class Person:
    """What the policy must know of a customer. `consents`: (purpose, channel) → (granted, when),
    the newest word of each; channel empty: of every channel. `zone`: the customer's clock."""

    zone: ZoneInfo
    touches: Sequence[Past] = ()
    consents: Mapping[tuple[str, str], tuple[bool, datetime]] = field(default_factory=dict)
    has_open_complaint: bool = False
    address: str = ""  # empty: fine; or the reason why it cannot be reached by this channel
    quiet: tuple[time, time] | None = None  # the customer's own hours, instead of the company's
    paused_until: datetime | None = None


def decide(policy: Policy, who: Person, *, channel: str, purpose: str, at: datetime) -> Verdict:
    """Denials first: waiting mends none of them. Then the earliest moment that nothing forbids."""
    denied = _denied(policy, who, channel, purpose, at)
    if denied:
        return denied
    found = at
    first: Verdict | None = None
    for _ in range(STEPS_MOST):
        later = _put_off(policy, who, channel, purpose, found)
        if later is None:
            break
        first = first or later
        found = later.until or found + FAR
        if found - at > FAR:
            return Verdict(Decision.DENY, None, later.reason, later.facts)
    if first is None:
        return Verdict(Decision.ALLOW)
    return _denied(policy, who, channel, purpose, found) or Verdict(
        Decision.DEFER, found, first.reason, first.facts
    )


def consent_of(
    consents: Mapping[tuple[str, str], tuple[bool, datetime]], purpose: str, channel: str
) -> bool | None:
    """What the customer said; None: nothing. A "no" to one channel outlives a later general
    "yes"; a general "no" ends an earlier "yes" to one channel."""
    general, special = consents.get((purpose, "")), consents.get((purpose, channel))
    if general is None or special is None:
        said = special or general
        return None if said is None else said[0]
    if special[1] >= general[1]:
        return special[0]
    return special[0] and general[0]


def _denied(
    policy: Policy, who: Person, channel: str, purpose: str, at: datetime
) -> Verdict | None:
    rule = policy.purposes[purpose]
    reason = who.address or _refused_by_word(rule.consent_for, rule.consent, who, channel)
    if reason:
        return Verdict(Decision.DENY, None, reason)
    if rule.waits_for_complaint and who.has_open_complaint:
        return Verdict(Decision.DENY, None, Reason.OPEN_COMPLAINT)
    if rule.sells and policy.sale_every > 1:
        return _unbalanced(policy, who, at)
    return None


def _refused_by_word(consent_for: str, consent: str, who: Person, channel: str) -> str:
    if consent_of(who.consents, "contact", channel) is False:
        return Reason.DO_NOT_CONTACT
    said = consent_of(who.consents, consent_for, channel) if consent != "none" else None
    if said is False:
        return Reason.OPTED_OUT
    return Reason.NO_CONSENT if said is None and consent == "opt_in" else ""


def _unbalanced(policy: Policy, who: Person, at: datetime) -> Verdict | None:
    """Of every `sale_every` contacts at most one sells; the first may."""
    since = at - timedelta(days=policy.balance_days)
    recent = [past for past in who.touches if since < past.at]
    sales = sum(policy.purposes[past.purpose].sells for past in recent)
    if sales * policy.sale_every <= len(recent):
        return None
    facts = {"sales": sales, "contacts": len(recent), "every": policy.sale_every,
             "days": policy.balance_days}  # fmt: skip
    return Verdict(Decision.DENY, None, Reason.CARE_FIRST, facts)


def _put_off(
    policy: Policy, who: Person, channel: str, purpose: str, at: datetime
) -> Verdict | None:
    rule = policy.purposes[purpose]
    if who.paused_until and at < who.paused_until and rule.is_capped:
        return Verdict(Decision.DEFER, who.paused_until, Reason.PAUSED)
    start, end = who.quiet or (policy.quiet_from, policy.quiet_until)
    if rule.keeps_quiet and channel in policy.quiet_channels and is_quiet(at, start, end, who.zone):
        until = end_of_quiet(at, start, end, who.zone)
        facts = {"from": f"{start:%H:%M}", "until": f"{end:%H:%M}", "zone": str(who.zone)}
        return Verdict(Decision.DEFER, until, Reason.QUIET_HOURS, facts)
    return max(
        _capped(policy, who, channel, purpose, at), key=lambda v: v.until or at, default=None
    )


def _capped(
    policy: Policy, who: Person, channel: str, purpose: str, at: datetime
) -> Iterator[Verdict]:
    """A cap of a channel holds for it; one of all channels leaves out what no cap counts."""
    for cap in policy.caps_of(channel, purpose):
        times = sorted(past.at for past in who.touches if _counts(policy, cap, past))
        free = free_from(times, at, cap.window, cap.most)
        if free > at:
            facts = {"channel": cap.channel, "most": cap.most, "days": cap.days,
                     "is_hard": cap.is_hard}  # fmt: skip
            yield Verdict(Decision.DEFER, free, Reason.CAP_REACHED, facts)


def _counts(policy: Policy, cap: Cap, past: Past) -> bool:
    is_of_channel = not cap.channel or cap.channel == past.channel
    return is_of_channel and (cap.is_hard or policy.purposes[past.purpose].is_capped)


def free_from(times: Sequence[datetime], at: datetime, window: timedelta, most: int) -> datetime:
    """The first moment from `at` on at which one more leaves no span of `window` with more than
    `most`; `times` sorted. Spans are open at one end: exactly one window later is free again."""
    if most <= 0:
        return at + FAR * 2
    for moment in sorted({at, *(t + window for t in times if t + window > at)}):
        if _fits(times, moment, window, most):
            return moment
    return at


def _fits(times: Sequence[datetime], at: datetime, window: timedelta, most: int) -> bool:
    near = sorted([at, *(t for t in times if at - window < t < at + window)])
    return all(near[i + most] - near[i] >= window for i in range(len(near) - most))
