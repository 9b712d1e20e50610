"""The contact policy as data: read, checked and written. Thresholds are changed on a page."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import time, timedelta
from typing import Any

from weixi.collect.touchpoints.rules import Purpose
from weixi.core.errors import Sentence

CONSENT_MODES = ("none", "opt_out", "opt_in")
CONSENTS = ("marketing", "care", "service", "survey")
CAPS_MOST = 20
SALE_EVERY_MOST = 20
DAYS_MOST = 366
TOUCHES_MOST = 1_000


@dataclass(frozen=True)
class PurposeRule:
    """`consent`: none asked for, a "no" is kept (opt_out), a "yes" is needed (opt_in)."""

    consent: str = "opt_out"
    consent_for: str = "care"
    waits_for_complaint: bool = False
    is_capped: bool = True
    keeps_quiet: bool = True
    sells: bool = False


@dataclass(frozen=True)
class Cap:
    """At most `most` contacts in any `days` days, whoever makes them; channel empty: of all.

    A hard cap is the platform's own: it counts every purpose and nobody can override it.
    """

    channel: str
    most: int
    days: int
    is_hard: bool = False

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.days)


@dataclass(frozen=True)
class Policy:
    purposes: Mapping[str, PurposeRule]
    caps: tuple[Cap, ...]
    quiet_from: time
    quiet_until: time
    quiet_channels: frozenset[str]
    sale_every: int  # of so many contacts at most one sells; 1: no balance asked for
    balance_days: int

    def caps_of(self, channel: str, purpose: str) -> Iterable[Cap]:
        for cap in self.caps:
            applies = cap.is_hard or self.purposes[purpose].is_capped
            if applies and cap.channel in ("", channel):
                yield cap

    @property
    def longest(self) -> timedelta:
        """How far back a decision must look."""
        days = [cap.days for cap in self.caps] + [self.balance_days]
        return timedelta(days=max(days))

    def as_data(self) -> dict[str, Any]:
        return {
            "purposes": {code: asdict(rule) for code, rule in self.purposes.items()},
            "caps": [asdict(cap) for cap in self.caps],
            "quiet_from": f"{self.quiet_from:%H:%M}",
            "quiet_until": f"{self.quiet_until:%H:%M}",
            "quiet_channels": sorted(self.quiet_channels),
            "sale_every": self.sale_every,
            "balance_days": self.balance_days,
        }


SHIPPED = Policy(
    purposes={
        Purpose.CARE: PurposeRule(),
        Purpose.SERVICE: PurposeRule(consent="none", consent_for="service", is_capped=False),
        Purpose.SALE: PurposeRule(
            consent="opt_in", consent_for="marketing", waits_for_complaint=True, sells=True
        ),
        Purpose.THANKS: PurposeRule(waits_for_complaint=True),
        Purpose.APOLOGY: PurposeRule(consent="none", consent_for="service", is_capped=False),
    },
    caps=(
        Cap("", 3, 7),
        Cap("phone", 2, 7),
        Cap("sms", 1, 7),
        Cap("email", 2, 7),
        Cap("wecom", 2, 7),
        Cap("wecom", 1, 1, is_hard=True),
        Cap("letter", 1, 30),
    ),
    quiet_from=time(22),
    quiet_until=time(8),
    quiet_channels=frozenset({"phone", "sms", "wecom", "wechat", "email"}),
    sale_every=3,
    balance_days=90,
)


def policy_of(data: Mapping[str, Any] | None) -> Policy:
    """What is not in `data` is as shipped. Sentence when a value cannot be."""
    if not data:
        return SHIPPED
    shipped = SHIPPED.as_data() | dict(data)
    policy = Policy(
        purposes={p.value: _purpose(shipped["purposes"].get(p.value), p) for p in Purpose},
        caps=tuple(_cap(one) for one in shipped["caps"]),
        quiet_from=_time(shipped["quiet_from"]),
        quiet_until=_time(shipped["quiet_until"]),
        quiet_channels=frozenset(shipped["quiet_channels"]),
        sale_every=_whole(
            shipped["sale_every"],
            1,
            SALE_EVERY_MOST,
            Sentence("One sale in how many contacts: a whole number from 1 to 20."),
        ),
        balance_days=_whole(
            shipped["balance_days"],
            1,
            DAYS_MOST,
            Sentence("Days of the balance: a whole number from 1 to 366."),
        ),
    )
    if len(policy.caps) > CAPS_MOST:
        raise Sentence("There are at most %(most)s caps.", most=CAPS_MOST)
    return policy


def _purpose(data: Mapping[str, Any] | None, purpose: Purpose) -> PurposeRule:
    rule = replace(SHIPPED.purposes[purpose], **(data or {}))
    if rule.consent not in CONSENT_MODES or rule.consent_for not in CONSENTS:
        raise Sentence("Choose how consent is asked for.")
    return rule


def _cap(data: Mapping[str, Any]) -> Cap:
    return Cap(
        channel=str(data["channel"])[:20],
        most=_whole(
            data["most"],
            0,
            TOUCHES_MOST,
            Sentence("Contacts of a cap: a whole number from 0 to 1000."),
        ),
        days=_whole(
            data["days"], 1, DAYS_MOST, Sentence("Days of a cap: a whole number from 1 to 366.")
        ),
        is_hard=bool(data.get("is_hard")),
    )


def _time(text: Any) -> time:
    try:
        hour, minute = str(text).split(":")[:2]
        return time(int(hour), int(minute))
    except ValueError:
        raise Sentence("A time looks like 22:00.") from None


def _whole(value: Any, least: int, most: int, problem: Sentence) -> int:
    text = str(value).strip()
    if not text.lstrip("-").isdigit() or not least <= int(text) <= most:
        raise problem
    return int(text)
