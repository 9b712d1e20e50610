"""What must not be offered to a customer, and why: for whoever prepares a contact."""

from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Consent, ProductExclusion

from .words import day_text

NO_SELLING = ("marketing", "contact")


def not_to_offer(customer_id: int) -> tuple[str, ...]:
    """Promotions that were refused, then what the customer never wants; its reason stays sealed."""
    return (*_no_promotion(customer_id), *_never(customer_id))


def _no_promotion(customer_id: int) -> tuple[str, ...]:
    rows = Consent.objects.filter(customer_id=customer_id, purpose__in=NO_SELLING, channel="")
    newest = {row.purpose: row for row in rows.order_by("at", "pk")}
    refused = [row for row in newest.values() if not row.granted]
    if not refused:
        return ()
    day = day_text(timezone.localdate(max(row.at for row in refused)))
    return (_("Any promotion: consent was withdrawn on %(day)s") % {"day": day},)


def _never(customer_id: int) -> tuple[str, ...]:
    rows = ProductExclusion.objects.filter(customer_id=customer_id).order_by("kind", "value")
    text = {
        ProductExclusion.Kind.PRODUCT: _("Product %(value)s: not wanted, stated on %(day)s"),
        ProductExclusion.Kind.CATEGORY: _("Anything of %(value)s: not wanted, stated on %(day)s"),
    }
    word = _("Anything with “%(value)s”: not wanted, stated on %(day)s")
    return tuple(
        text.get(ProductExclusion.Kind(one.kind), word)
        % {"value": one.value, "day": day_text(timezone.localdate(one.recorded_at))}
        for one in rows
    )
