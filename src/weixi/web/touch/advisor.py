"""Which channel for what: the advisor and its weights."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.collect.customers import queries as customers
from weixi.collect.touchpoints import advising
from weixi.collect.touchpoints.advice_rules import MOST_SHOWN, TRAITS, Aim, Urgency
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, PageRequest, page

from .span import number_of


@page(permission="customers.view")
def advise(request: PageRequest) -> HttpResponse:
    """Ranked channels for a purpose; for a customer when one is named."""
    asked = request.GET
    customer_id = number_of(asked.get("customer", ""))
    customer = customers.get(request.actor, customer_id) if customer_id else None
    aim = asked.get("aim", Aim.INQUIRY)
    urgency = asked.get("urgency", Urgency.NORMAL)
    rows = advising.advice(
        request.actor,
        aim=aim,
        urgency=urgency,
        budget=_minor(asked.get("budget", "")),
        customer_id=customer_id,
    )
    context = {
        "customer": customer,
        "rows": rows,
        "aim": aim,
        "urgency": urgency,
        "budget": asked.get("budget", ""),
        "aims": [(str(one), advising.aim_name(one)) for one in Aim],
        "urgencies": [(str(one), advising.urgency_name(one)) for one in Urgency],
        "minutes": advising.typical_minutes(),
        "first": rows[:MOST_SHOWN],
    }
    template = "touch/_advice.html" if request.htmx else "touch/advisor.html"
    return render(request, template, context)


@page(permission="settings.manage", methods=FORM)
def weights(request: PageRequest) -> HttpResponse:
    wrong = ""
    held = advising.weights()
    if request.method == "POST":
        try:
            advising.set_weights(_read(request.POST), by=request.actor, at=now())
        except RuleBroken as no:
            wrong = str(no)
        else:
            toasts.say(request, _("Weights saved. The advisor ranks by them."))
            return redirect("web:advisor-weights")
    rows = [
        {
            "aim": str(aim),
            "name": advising.aim_name(aim),
            "cells": [(trait, request.POST.get(f"{aim}.{trait}", f"{held[aim][trait]:g}"))
                      for trait in TRAITS],
        }
        for aim in Aim
    ]  # fmt: skip
    context = {"rows": rows, "wrong": wrong, "traits": TRAITS}
    return render(request, "touch/weights.html", context, status=422 if wrong else 200)


def _read(told: Any) -> dict[str, dict[str, float]]:
    return {
        str(aim): {trait: _weight(told.get(f"{aim}.{trait}", "")) for trait in TRAITS}
        for aim in Aim
    }


def _weight(text: str) -> float:
    try:
        return float(Decimal(text.strip() or "0"))
    except InvalidOperation:
        raise RuleBroken(_("A weight is a number from 0 to 10.")) from None


def _minor(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return round(Decimal(text.strip()) * 100)
    except (InvalidOperation, ValueError, OverflowError):
        raise RuleBroken(_("A budget is a number such as 20.")) from None
