"""Channels by reason, opening sentences and talking points of the care list, as people change them
on a page."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from weixi.collect.customers.rules import CustomerType
from weixi.collect.touchpoints.queries import channels
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.text import checked
from weixi.core.values import change, value_of

from .rules import SignalKind
from .talking import LANGUAGES, TALKING_POINTS, checked_talking_points, talking_points_table
from .thresholds import CHANNELS
from .wording import LONGEST, WORDING, check_wording
from .words import kind_name

MOST_WISHED = 6
TYPES = {
    CustomerType.CONSUMER: gettext_noop("Consumer"),
    CustomerType.BUSINESS: gettext_noop("Business"),
    CustomerType.INTERNAL: gettext_noop("Internal"),
}


def key_of(kind: str, customer_type: str) -> str:
    """How both settings name a reason for all ("") or for one type of customer."""
    return f"{kind}.{customer_type}" if customer_type else kind


def change_channels(table: Mapping[str, Sequence[str]], *, by: Actor, at: datetime) -> bool:
    """For each reason the channels in the order they are tried. A type of customer without a line
    of its own is reached as all. False: nothing new."""
    by.need("settings.manage")
    known = {row.code: row.name for row in channels(all_of_them=True)}
    told = {key: _wished(key, codes, known) for key, codes in table.items() if codes}
    for kind in SignalKind:
        if str(kind) not in told:
            raise RuleBroken(
                _("{reason}: choose at least one channel.").format(reason=name_of(kind))
            )
    return bool(change({CHANNELS: told}, by=by, at=at))


def change_wording(
    texts: Mapping[str, Mapping[str, str]],
    *,
    talking_points: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """For each reason the opening sentences by language, an empty one is none; and what to keep in
    mind while talking, as many points in each language. False: nothing new."""
    by.need("settings.manage")
    told: dict[str, dict[str, str]] = {}
    for key, languages in texts.items():
        found = {one: _said(key, languages.get(one, "")) for one in LANGUAGES}
        found = {one: text for one, text in found.items() if text}
        if len(found) == 1:
            raise RuleBroken(
                _("{reason}: write the sentence in both languages, or in none.").format(
                    reason=name_of(key)
                )
            )
        if found:
            told[key] = found
    kept = {kind: _kept_in_mind(kind, given) for kind, given in (talking_points or {}).items()}
    return bool(
        change({WORDING: told, TALKING_POINTS: talking_points_table() | kept}, by=by, at=at)
    )


def channel_table() -> dict[str, list[str]]:
    return {key: list(codes) for key, codes in value_of(CHANNELS).items()}


def wording_table() -> dict[str, dict[str, str]]:
    return {key: dict(texts) for key, texts in value_of(WORDING).items()}


def _wished(key: str, codes: Iterable[str], known: Mapping[str, str]) -> list[str]:
    _check_key(key)
    found = list(codes)
    strange = [code for code in found if code not in known]
    if strange:
        raise RuleBroken(
            _("{reason}: there is no channel “{code}”.").format(
                reason=name_of(key), code=strange[0][:20]
            )
        )
    double = next((code for code in found if found.count(code) > 1), None)
    if double:
        raise RuleBroken(
            _("{reason}: {channel} stands there twice.").format(
                reason=name_of(key), channel=known[double]
            )
        )
    if len(found) > MOST_WISHED:
        raise RuleBroken(
            _("{reason}: at most {most} channels.").format(reason=name_of(key), most=MOST_WISHED)
        )
    return found


def _said(key: str, text: str) -> str:
    _check_key(key)
    text = checked(text, what=name_of(key), at_most=LONGEST)
    if text:
        try:
            check_wording(text)
        except RuleBroken as no:
            raise RuleBroken(
                _("{reason}: {problem}").format(reason=name_of(key), problem=no)
            ) from no
    return text


def _kept_in_mind(kind: str, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    _check_key(kind)
    return checked_talking_points(name_of(kind), given)


def _check_key(key: str) -> None:
    kind, _dot, customer_type = key.partition(".")
    if kind not in set(SignalKind) or customer_type not in {"", *TYPES}:
        raise RuleBroken(_("There is no such reason or type of customer."))


def name_of(key: str) -> str:
    """Overdue, or Overdue · Business."""
    kind, _dot, customer_type = key.partition(".")
    if not customer_type:
        return kind_name(kind)
    return f"{kind_name(kind)} · {_(TYPES[CustomerType(customer_type)])}"
