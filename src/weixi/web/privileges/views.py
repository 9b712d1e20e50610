"""Special treatment: privileges and budgets on their page, a customer's own, the ledger."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.membership import actions, queries
from weixi.collect.customers.queries import get as customer_of
from weixi.core.clock import now, today
from weixi.core.errors import RuleBroken
from weixi.core.money import MINOR_PER_UNIT
from weixi.staff.queries import all_teams
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.campaigns.audiences import cells, name_of

from . import forms


@page(permission="privileges.edit")
def privileges(request: PageRequest) -> HttpResponse:
    rows = [
        {
            "row": one,
            "whom": one.privilege.customer.name
            if one.privilege.customer
            else name_of(f"cell={one.privilege.cell}"),
            "url": f"{reverse('web:customers')}?privilege={one.privilege.pk}",
        }
        for one in queries.privileges(request.actor, day=today())
    ]
    budgets = queries.budgets(request.actor, month=today())
    context = {"rows": rows, "budgets": budgets, "month": today()}
    return render(request, "privileges/page.html", context)


@page(permission="privileges.edit", methods=FORM)
def new(request: PageRequest) -> HttpResponse:
    form = forms.PrivilegeForm(_posted(request), cells=cells())
    url = reverse("web:privilege-new")
    if form.is_valid():
        values = form.cleaned_data
        values["cell"] = values["cell"].removeprefix("cell=")
        if _done(form, lambda: actions.add_privilege(**values, by=request.actor, at=now())):
            return _back(request, reverse("web:privileges"), _("Added. It shows with each of them"))
    return _ask(request, form, _("New privilege"), url, reverse("web:privileges"))


@page(permission="privileges.edit", methods=FORM)
def new_for_customer(request: PageRequest, customer_id: int) -> HttpResponse:
    customer_of(request.actor, customer_id)
    form = forms.PrivilegeForm(_posted(request))
    back = reverse("web:customer", args=[customer_id])
    if form.is_valid():
        values = form.cleaned_data | {"customer_id": customer_id}
        if _done(form, lambda: actions.add_privilege(**values, by=request.actor, at=now())):
            return _back(request, back, _("Added"))
    url = reverse("web:customer-privilege-new", args=[customer_id])
    return _ask(request, form, _("Privilege for this customer"), url, back)


@page(permission="privileges.edit", methods=WRITE)
def switch(request: PageRequest, privilege_id: int) -> HttpResponse:
    is_on = request.POST.get("on") == "1"
    actions.switch_privilege(privilege_id, is_on=is_on, by=request.actor, at=now())
    toasts.say(request, _("Given again") if is_on else _("No longer given"))
    return HttpResponseRedirect(reverse("web:privileges"))


@page(permission="privileges.edit", methods=FORM)
def budget(request: PageRequest) -> HttpResponse:
    form = forms.BudgetForm(_posted(request), teams=_teams(request))
    if form.is_valid():
        team = form.cleaned_data["team"]
        amount = round(form.cleaned_data["amount"] * MINOR_PER_UNIT)

        def write() -> None:
            actions.set_budget(
                month=today(), amount=amount, team_id=int(team) if team else None,
                by=request.actor, at=now(),
            )  # fmt: skip

        if _done(form, write):
            return _back(request, reverse("web:privileges"), _("Budget set"))
    url = reverse("web:surprise-budget")
    return _ask(request, form, _("Budget of this month"), url, reverse("web:privileges"))


@page(permission="customers.view")
def of_customer(request: PageRequest, customer_id: int) -> HttpResponse:
    """The card on a customer's page; by itself where there is no script."""
    may_give = request.actor.may("surprises.give")
    context = {
        "customer": customer_of(request.actor, customer_id),
        "found": queries.treatment_of(request.actor, customer_id, day=today()),
        "may_give": may_give,
        "may_set": request.actor.may("privileges.edit"),
    }
    template = "privileges/_card.html" if request.htmx else "privileges/customer.html"
    return render(request, template, context)


@page(permission="surprises.give", methods=FORM)
def surprise(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = customer_of(request.actor, customer_id)
    form = forms.SurpriseForm(_posted(request))
    back = reverse("web:customer", args=[customer_id])
    if form.is_valid():
        values = form.cleaned_data
        values["amount"] = round(values["amount"] * MINOR_PER_UNIT)
        if _done(
            form,
            lambda: actions.give_surprise(customer_id, **values, by=request.actor, at=now()),
        ):
            return _back(request, back, _("Written into the ledger of surprises"))
    url = reverse("web:surprise", args=[customer_id])
    return _ask(request, form, _("Surprise {name}").format(name=customer.name), url, back)


@page(permission="surprises.give")
def ledger(request: PageRequest) -> HttpResponse:
    text = request.GET.get("budget", "")
    chosen = int(text) if text.isdigit() and len(text) < 10 else None
    context: dict[str, Any] = {
        "rows": queries.surprises(request.actor, budget_id=chosen),
        "budgets": queries.budgets(request.actor, month=today()),
        "is_filtered": chosen is not None,
        "may_set": request.actor.may("privileges.edit"),
    }
    return render(request, "privileges/ledger.html", context)


@page(permission="surprises.give", methods=FORM)
def take_back(request: PageRequest, surprise_id: int) -> HttpResponse:
    queries.surprise(request.actor, surprise_id)
    form = forms.ReasonForm(_posted(request))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.take_back_surprise(surprise_id, reason=reason, by=request.actor, at=now())
        return _back(request, reverse("web:surprises"), _("Taken back. The money is free again"))
    url = reverse("web:surprise-back", args=[surprise_id])
    back = reverse("web:surprises")
    return _ask(request, form, _("It was not given after all"), url, back, _("Take back"))


def _teams(request: PageRequest) -> list[tuple[str, Any]]:
    """A chief with the reach of a team sets its own budget."""
    if request.actor.reach != "all":
        return [(str(request.actor.team_id or ""), _("My team"))]
    return [("", _("Everybody")), *((str(one.pk), one.name) for one in all_teams())]


def _posted(request: PageRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(form: Any, write: Any) -> bool:
    """Whether it was written; else the form says why not."""
    try:
        write()
    except RuleBroken as no:
        form.add_error(None, str(no))
        return False
    return True


def _ask(
    request: PageRequest, form: Any, title: str, url: str, back: str, verb: str = ""
) -> HttpResponse:
    context = {"form": form, "title": title, "url": url, "seen": 0, "back": back, "verb": verb}
    template = "campaigns/_ask.html" if request.htmx else "privileges/ask.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _back(request: PageRequest, url: str, text: str) -> HttpResponse:
    toasts.say(request, text)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
