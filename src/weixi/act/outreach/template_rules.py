"""Wording with places to fill: {name}, {owner|our team}, [[a whole sentence||another one]]."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

# What a template may say of a customer. Nothing else can be asked for.
VARIABLES: dict[str, str] = {
    "name": "Name of the customer",
    "owner": "Their own contact at the company",
    "company": "Name of the company",
    "product": "What they bought last",
    "order_day": "Day of the last order",
    "points": "Points they have",
    "points_expiring": "Points that expire next",
    "expires_on": "Day on which they expire",
    "tier": "Their tier",
    "renews_on": "Day of the renewal",
    "contract": "What is renewed",
    "years": "Years as a customer",
    "festival": "Name of the festival",
    "complaint": "Number of the complaint",
    "offer": "What we offer",
    "gift": "What we give",
    "topic": "Main message of a campaign",
    "link": "Address of a page",
    "day": "Day of an appointment",
}
PLACE = re.compile(r"\{([a-z_]+)(?:\|([^{}]*))?\}")
BLOCK = re.compile(r"\[\[(.*?)(?:\|\|(.*?))?\]\]", re.DOTALL)
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = "^{}\\[~]|€"


class Filled(NamedTuple):
    """`missing`: places that nothing filled and that have no words to stand in."""

    text: str
    missing: tuple[str, ...]


class Length(NamedTuple):
    """How a short message is counted: characters, and the parts that are paid for."""

    characters: int
    segments: int
    is_unicode: bool


def places(*texts: str) -> list[str]:
    """The variables a wording asks for, each once, in their order."""
    return list(dict.fromkeys(m.group(1) for text in texts for m in PLACE.finditer(text)))


def needed(*texts: str) -> list[str]:
    """Those without which it cannot be sent: outside of blocks and without other words."""
    bare = [BLOCK.sub("", text) for text in texts]
    found = (m.group(1) for text in bare for m in PLACE.finditer(text) if m.group(2) is None)
    return list(dict.fromkeys(found))


def unknown(*texts: str) -> list[str]:
    return [name for name in places(*texts) if name not in VARIABLES]


def filled(text: str, values: Mapping[str, Any]) -> Filled:
    """Blocks first: whole when all of their places are filled, else the other sentence."""
    missing: list[str] = []

    def place(match: re.Match[str]) -> str:
        value, words = values.get(match.group(1)), match.group(2)
        if value not in (None, ""):
            return str(value)
        if words is None:
            missing.append(match.group(1))
        return words or ""

    def block(match: re.Match[str]) -> str:
        sentence, other = match.group(1), match.group(2) or ""
        return sentence if _is_full(sentence, values) else other

    whole = PLACE.sub(place, BLOCK.sub(block, text))
    return Filled(re.sub(r"[ \t]+\n", "\n", whole).strip(), tuple(dict.fromkeys(missing)))


def sms_length(text: str) -> Length:
    """70 characters in one part (67 in several) outside of the GSM alphabet, else 160 and 153."""
    if all(c in GSM or c in GSM_TWICE for c in text):
        characters = sum(2 if c in GSM_TWICE else 1 for c in text)
        return Length(characters, _parts(characters, 160, 153), False)
    characters = len(text.encode("utf-16-le")) // 2
    return Length(characters, _parts(characters, 70, 67), True)


def _parts(characters: int, alone: int, together: int) -> int:
    if characters <= alone:
        return 1 if characters else 0
    return -(-characters // together)


def _is_full(sentence: str, values: Mapping[str, Any]) -> bool:
    names: Iterable[str] = (m.group(1) for m in PLACE.finditer(sentence) if m.group(2) is None)
    return all(values.get(name) not in (None, "") for name in names)
