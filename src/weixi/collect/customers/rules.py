"""Words and pure decisions about customers."""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

import phonenumbers

from weixi.core.errors import Sentence

HOME_REGION = "CN"


class CustomerType(StrEnum):
    CONSUMER = "consumer"
    BUSINESS = "business"
    INTERNAL = "internal"


class IdentityKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    WECHAT = "wechat"
    CARD = "card"
    ADDRESS = "address"
    ID_NUMBER = "id_number"


SEARCHED_BY_TAIL = frozenset({IdentityKind.PHONE, IdentityKind.CARD, IdentityKind.ID_NUMBER})


def plain(text: str) -> str:
    """Full-width to half-width, no outer or doubled blanks, no control characters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf"} or c == "\n")
    return re.sub(r"[ \t]+", " ", text).strip()


def normal_phone(text: str) -> str:
    """+86 and blanks gone: 13800002046; foreign numbers as +44…. Sentence when it is none."""
    digits = re.sub(r"[\s\-().]", "", plain(text))
    if re.fullmatch(r"(\+86|0086|86)?1\d{10}", digits):
        return digits[-11:]
    if re.fullmatch(r"(\+86|0086|86)?1\d{5,}", digits):
        found = len(re.sub(r"^(\+86|0086|86)(?=1)", "", digits))
        raise Sentence("A mobile number has 11 digits, this one has %(found)s.", found=found)
    try:
        number = phonenumbers.parse(digits, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise Sentence("A phone number has 7 to 15 digits.") from None
    if not phonenumbers.is_possible_number(number):
        raise Sentence("A phone number has 7 to 15 digits.")
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "0" + text[3:] if text.startswith("+86") else text


def normal_email(text: str) -> str:
    """Lower case; Sentence when it is none."""
    address = plain(text).lower()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", address) or len(address) > 254:
        raise Sentence("An e-mail address looks like name@company.com.")
    return address


def normal_card(text: str) -> str:
    card = re.sub(r"[\s\-]", "", plain(text)).upper()
    if not 4 <= len(card) <= 40:
        raise Sentence("A card number has 4 to 40 characters.")
    return card


def normal_text(text: str) -> str:
    value = plain(text)
    if len(value) > 300:
        raise Sentence("At most 300 characters, this has %(found)s.", found=len(value))
    return value


NORMALISERS = {
    IdentityKind.PHONE: normal_phone,
    IdentityKind.EMAIL: normal_email,
    IdentityKind.CARD: normal_card,
    IdentityKind.WECHAT: normal_text,
    IdentityKind.ADDRESS: normal_text,
    IdentityKind.ID_NUMBER: normal_card,
}


def normal(kind: str, text: str) -> str:
    """The one written form of an identity, by which it is compared and found."""
    return NORMALISERS[IdentityKind(kind)](text)


class BondKind(StrEnum):
    """What keeps a customer besides satisfaction (C8): barriers, then bonds of feeling."""

    ECONOMIC = "economic"
    TECHNICAL = "technical"
    CONTRACTUAL = "contractual"
    EMOTIONAL = "emotional"
    BENEFIT = "benefit"


BOND_YEARS = range(1950, 2200)
LIMIT_MOST = 10**13  # minor units of a credit limit
BARRIERS = frozenset({BondKind.ECONOMIC, BondKind.TECHNICAL, BondKind.CONTRACTUAL})


def rests_on_barriers(kinds: Iterable[str]) -> bool:
    """Fragile loyalty: the bonds in force (their kinds) are barriers only. None at all is not."""
    held = {BondKind(kind) for kind in kinds}
    return bool(held) and held <= BARRIERS
