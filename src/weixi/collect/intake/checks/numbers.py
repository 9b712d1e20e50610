"""Amounts and quantities as whole numbers of small units; nothing is rounded without a word."""

import re
import unicodedata
from collections.abc import Callable

from weixi.collect.intake.reasons import reason as _

PLAIN = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]*))?")
GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
MONEY_SIGNS = re.compile(r"^([+-]?)\s*(?:¥|£|€|\$|CNY|RMB|GBP|EUR|USD)\s*|\s*(?:元|CNY|RMB)$")
MOST_DIGITS = 12  # before the point: a trillion


def scaled(places: int) -> Callable[[str], int]:
    """A check that gives the number in units of 10^-places: scaled(4)("2.55") → 25500."""

    def check(text: str) -> int:
        found = PLAIN.fullmatch(text) or _tidied(text)
        sign, whole, fraction = found[1], found[2], (found[3] or "")
        if len(fraction) > places:
            fraction = _shortened(fraction, places)
        if len(whole.lstrip("0")) > MOST_DIGITS:
            raise ValueError(_("The number is too large."))
        value = int(whole + fraction.ljust(places, "0"))
        return -value if sign == "-" else value

    return check


def _tidied(text: str) -> re.Match[str]:
    """Full-width digits, money signs and thousands separators."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("￥", "¥")
    text = MONEY_SIGNS.sub(r"\1", text).strip()
    if GROUPED.fullmatch(text):
        text = text.replace(",", "")
    found = PLAIN.fullmatch(text)
    if found is None:
        raise ValueError(_no_number(text))
    return found


def _no_number(text: str) -> str:
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        return _("The decimals follow a point, like 12.50, not a comma.")
    if "%" in text:
        return _("A number is needed here, not a share in percent.")
    return _("This is no number.")


def _shortened(fraction: str, places: int) -> str:
    if fraction[places:].strip("0"):
        raise ValueError(_("At most %(places)d decimals can be kept.") % {"places": places})
    return fraction[:places]


def not_negative(check: Callable[[str], int]) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = check(text)
        if value < 0:
            raise ValueError(_("This cannot be negative."))
        return value

    return parse


def quantity_e3(text: str) -> int:
    """Thousandths; negative for a return, never zero."""
    value = scaled(3)(text)
    if value == 0:
        raise ValueError(_("A quantity of zero is neither a sale nor a return."))
    return value


price_e4 = scaled(4)
cost_e4 = not_negative(scaled(4))
minor_units = scaled(2)
