"""The demo company: what it is, and its removal, whole, in one step."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from weixi.collect.customers import demo
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, page
from weixi.web.wording import number


@page(permission="settings.manage", methods=FORM)
def demo_company(request: Any) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        try:
            count = demo.remove_demo(
                typed=request.POST.get("typed", ""), by=request.actor, at=now()
            )
        except RuleBroken as no:
            problem = str(no)
        else:
            return _empty_now(request, count)
    count = demo.size()
    context = {"is_here": bool(demo.state()), "count": number(count), "typed": count}
    status = 422 if problem else 200
    return render(request, "settings/demo.html", context | {"problem": problem}, status=status)


def _empty_now(request: Any, count: int) -> HttpResponse:
    text = ngettext(
        "The demo company with its {n} customer is gone. Begin with your own file",
        "The demo company with its {n} customers is gone. Begin with your own file",
        count,
    )
    toasts.say(request, text.format(n=number(count)))
    return redirect("web:imports")
