"""Bonds and judgements of a customer: written down, changed, taken away."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.collect.customers import actions, queries
from weixi.collect.customers.bonds import bond as bond_of
from weixi.collect.customers.bonds import credit_limit_on, newest_ratings
from weixi.core.clock import now, today
from weixi.core.money import MINOR_PER_UNIT
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.vocabulary import word

from .bond_forms import BondForm, CreditLimitForm, RatingForm
from .pages import asked, customer_url, done


@page(permission="customers.edit", methods=FORM)
def add_bond(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = queries.get(request.actor, customer_id)
    form = BondForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})
    title = _("What keeps {name} with us").format(name=customer.name)

    def write() -> None:
        actions.add_bond(customer_id, form.bond, by=request.actor, at=now())

    return asked(request, customer_id, form, title, write, _("The bond is recorded"))


@page(permission="customers.edit", methods=FORM)
def change_bond(request: PageRequest, bond_id: int) -> HttpResponse:
    row = bond_of(request.actor, bond_id, as_of=today())
    given = {name: getattr(row, name) for name in ("kind", "description", "starts_on", "ends_on")}
    given["value"] = None if row.value is None else row.value / MINOR_PER_UNIT
    form = BondForm(request.POST or None, initial=given)

    def write() -> None:
        actions.change_bond(bond_id, form.bond, by=request.actor, at=now())

    more = {"removes": reverse("web:bond-remove", args=[bond_id])}
    text = _("The bond is changed")
    return asked(request, row.customer_id, form, word("bond", row.kind), write, text, **more)


@page(permission="customers.edit", methods=WRITE)
def remove_bond(request: PageRequest, bond_id: int) -> HttpResponse:
    row = bond_of(request.actor, bond_id, as_of=today())
    actions.remove_bond(bond_id, by=request.actor, at=now())
    return done(request, customer_url(row.customer_id), _("The bond is removed"))


@page(permission="customers.edit", methods=FORM)
def rate(request: PageRequest, customer_id: int, rated: str) -> HttpResponse:
    """A new judgement of one kind; earlier ones stay."""
    titles = {
        "credit": _("Judge the credit of {name}"),
        "size": _("Judge the size of {name}"),
        "market_share": _("Judge the market share of {name}"),
        "condition": _("Judge how the business of {name} goes"),
    }
    if rated not in titles:
        raise Http404
    customer = queries.get(request.actor, customer_id)
    standing = newest_ratings(request.actor, customer_id).get(rated)
    given = {"score": standing.score, "evidence": standing.evidence} if standing else {}
    form = RatingForm(request.POST or None, initial=given)

    def write() -> None:
        actions.set_rating(customer_id, kind=rated, **form.cleaned_data, by=request.actor, at=now())

    title = titles[rated].format(name=customer.name)
    text = _("Recorded; it counts from the next refresh on")
    return asked(request, customer_id, form, title, write, text)


@page(permission="customers.edit", methods=FORM)
def limit(request: PageRequest, customer_id: int) -> HttpResponse:
    """A new credit limit; earlier ones stay."""
    customer = queries.get(request.actor, customer_id)
    standing = credit_limit_on(request.actor, customer_id, as_of=today())
    given: dict[str, object] = {"since": today()}
    if standing:
        given |= {"amount": f"{standing.amount / MINOR_PER_UNIT:.2f}", "note": standing.note}
    form = CreditLimitForm(request.POST or None, initial=given)

    def write() -> None:
        actions.set_credit_limit(customer_id, **form.limit, by=request.actor, at=now())

    title = _("Credit limit of {name}").format(name=customer.name)
    text = _("Recorded; it counts from the next refresh on")
    return asked(request, customer_id, form, title, write, text)
