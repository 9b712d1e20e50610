"""Where a customer stands with us: satisfaction, loyalty, bonds, credit, what not to offer.

One part that the customer page loads after its first screen; a page of its own without script.
"""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from weixi.collect.complaints import queries as complaints
from weixi.collect.customers import queries
from weixi.collect.customers.bonds import bonds_of, credit_limit_on, newest_ratings
from weixi.collect.customers.exclusions import exclusions_of
from weixi.collect.referrals.queries import referrals_of
from weixi.collect.surveys.queries import pairs_of
from weixi.core.clock import now, today
from weixi.core.values import value_of
from weixi.measure.actions import LOYALTY_HIGH, TOLERANCE, TOLERANCE_DAYS
from weixi.measure.queries import snapshot_of
from weixi.predict.queries import score_of, suggestions_of
from weixi.web.access import PageRequest, page

from .credit_card import credit_card
from .loyalty_card import bonds_card, loyalty_card
from .satisfaction_card import satisfaction_card

YEAR = timedelta(days=365)


@page(permission="customers.view")
def standing(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    template = "customers/_standing.html" if request.htmx else "customers/standing.html"
    context = {"customer": customer, "card": customer, **cards(request, customer_id)}
    return render(request, template, context)


def cards(request: PageRequest, customer_id: int) -> dict[str, Any]:
    actor, snapshot = request.actor, snapshot_of(customer_id)
    may_read = actor.may("answers.view")
    pairs = pairs_of(actor, customer_id, since=now() - YEAR) if may_read else []
    bonds = bonds_of(actor, customer_id, as_of=today())
    return {
        "customer_id": customer_id,
        "snapshot": snapshot,
        "satisfaction": satisfaction_card(snapshot, pairs, value_of(TOLERANCE)),
        "loyalty": loyalty_card(
            snapshot, high=value_of(LOYALTY_HIGH), forgave=_forgave(request, customer_id)
        ),
        "bonds": bonds_card(bonds),
        "referrals": referrals_of(actor, customer_id),
        "credit": credit_card(
            snapshot,
            newest_ratings(actor, customer_id),
            credit_limit_on(actor, customer_id, as_of=today()),
        ),
        "score": score_of(customer_id),
        "suggestions": suggestions_of(customer_id),
        "exclusions": exclusions_of(actor, customer_id),
        "may_edit": actor.may("customers.edit"),
        "may_reveal": actor.may("contact_data.reveal"),
        "may_read": may_read,
    }


def _forgave(request: PageRequest, customer_id: int) -> bool:
    """Whether tolerance of problems was seen: a complaint is old enough to tell."""
    if not request.actor.may("complaints.view"):
        return False
    before = now() - timedelta(days=value_of(TOLERANCE_DAYS) - 1)
    return complaints.has_complained_before(request.actor, customer_id, before=before)
