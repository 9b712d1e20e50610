"""The kinds of rows that can be imported. A new kind is a file beside this one and a line here."""

from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken

from .answers import ANSWERS
from .complaints import COMPLAINTS
from .contacts import CONTACTS
from .costs import COSTS
from .customers import CUSTOMERS
from .loading import Kind
from .orders import ORDERS
from .points import POINTS
from .referrals import REFERRALS

KINDS = {
    kind.name: kind
    for kind in (
        CUSTOMERS, ORDERS, CONTACTS, COMPLAINTS, ANSWERS, POINTS, COSTS, REFERRALS,
    )
}  # fmt: skip


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        raise RuleBroken(
            _("%(name)s cannot be imported. These can: %(all)s.")
            % {"name": name, "all": ", ".join(KINDS)}
        )
    return KINDS[name]
