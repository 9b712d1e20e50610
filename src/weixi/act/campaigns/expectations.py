"""What customers of a lifecycle stage expect (L3): shown while an interaction is designed."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Expectation(NamedTuple):
    """`basic`: without it they are displeased; `latent`: with it they are delighted."""

    basic: str | Promise
    latent: str | Promise


EXPECTATIONS: dict[str, Expectation] = {
    "exploration": Expectation(
        _("A good product with everything that belongs to it"),
        _("More for their money, and being cared for"),
    ),
    "build_up": Expectation(
        _("A good product, more for their money, being cared for"),
        _("Uncommon attention"),
    ),
    "maturity": Expectation(
        _("All of that, and value in balance with what they give"),
        _("Being part of the company, their importance recognised"),
    ),
    "decline": Expectation(
        _("The error put right, and made good"),
        _("Uncommon attention, and that their word changes something"),
    ),
    "ended": Expectation(
        _("To be left in peace, or asked once with a good reason"),
        _("A reason to come back that was made for them"),
    ),
}
