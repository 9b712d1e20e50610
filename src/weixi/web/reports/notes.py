"""What a fit says of its own doubts, in the language of the page."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHAT: dict[str, str | Promise] = {
    "buying rate": _("buying rate"),
    "dropout": _("dropout"),
    "order values within a customer": _("order values within a customer"),
    "spend between customers": _("spend between customers"),
}
# pattern of a note of weixi.analytics → its text; {0}, {1}: what the pattern found
NOTES: tuple[tuple[str, str | Promise], ...] = (
    (r"(.+) not identified \((.+)\)", _("The data do not tell the {0} ({1})")),
    (r"the search did not settle", _("The search for the best values did not settle")),
    (
        r"too little data: (.+) customers, at least 2 are needed",
        _("Too little data: {0} customers, at least 2 are needed"),
    ),
    (
        r"too little data: (.+) customers with repeat spend, at least 2 are needed",
        _("Too little data: {0} customers bought again, at least 2 are needed"),
    ),
    (
        r"too little data: no customer has bought a second time",
        _("Too little data: nobody has bought a second time"),
    ),
    (
        r"too little data: every T is 0, nobody has been observed yet",
        _("Too little data: nobody has been observed yet"),
    ),
    (
        r"not identified: all customers have the same history",
        _("The data tell nothing: all customers have the same history"),
    ),
    (
        r"not identified: all customers spend the same",
        _("The data tell nothing: all customers spend the same"),
    ),
    (
        r"left out (.+) repeat buyers whose mean order value is not above 0",
        _("Left out: {0} customers whose mean order value is not above 0"),
    ),
    (
        r"frequency and spend are related \(correlation (.+)\): values may be off",
        _("Frequency and spend go together (correlation {0}): values may be off"),
    ),
)


def note_text(note: str) -> str:
    """A note that is not known here stays as it is."""
    for pattern, text in NOTES:
        found = re.fullmatch(pattern, note)
        if found:
            return str(text).format(*(str(WHAT.get(part, part)) for part in found.groups()))
    return note
