"""A small form over the page of losses: asked, refused with its sentence, or done."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from weixi.web import toasts
from weixi.web.access import PageRequest


def ask(request: PageRequest, form: Any, title: str, url: str) -> HttpResponse:
    context = {"form": form, "title": title, "url": url, "part": "warnings/_ask.html"}
    template = "warnings/_ask.html" if request.htmx else "warnings/ask.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def back(request: PageRequest, text: str) -> HttpResponse:
    toasts.say(request, text)
    url = reverse("web:losses")
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
