"""A dialog for htmx, the same part as a page of its own without script; and the way back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import PageRequest


def dialog(
    request: PageRequest, part: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    if request.htmx:
        return render(request, part, dict(context), status=status)
    whole = {**context, "part": part}
    return render(request, "customers/part_page.html", whole, status=status)


def done(request: PageRequest, url: str, text: str, *, undo: str = "") -> HttpResponse:
    """Back to a page with a word of what was done; htmx is told to load the page anew."""
    toasts.say(request, text, undo=undo)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def customer_url(customer_id: int, back: str = "") -> str:
    url = reverse("web:customer", args=[customer_id])
    return f"{url}?{back}" if back else url


def own_address(text: str, otherwise: str) -> str:
    """`text` if it is an address of ours."""
    is_ours = text.startswith("/") and url_has_allowed_host_and_scheme(text, allowed_hosts=None)
    return text if is_ours else otherwise


def asked(
    request: PageRequest,
    customer_id: int,
    form: Any,
    title: str,
    write: Callable[[], None],
    text: str,
    **more: Any,
) -> HttpResponse:
    """The dialog until the form is right and the rule agrees, then back to the customer."""
    context = {"form": form, "title": title, "url": request.get_full_path(), **more}
    context["customer_id"] = customer_id
    if request.method != "POST":
        return dialog(request, "customers/_ask.html", context)
    if form.is_valid():
        try:
            write()
            return done(request, customer_url(customer_id), text)
        except RuleBroken as no:
            form.add_error(None, str(no))
    return dialog(request, "customers/_ask.html", context, status=422)
