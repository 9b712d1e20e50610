"""What was learned of a playbook: written down, taken out again."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.care.playbooks import queries
from weixi.core.clock import now
from weixi.evaluate import effect_actions
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.campaigns.forms import FindingForm

SOURCE = "playbook"


@page(permission="playbooks.edit", methods=FORM)
def finding(request: PageRequest, code: str) -> HttpResponse:
    book = queries.one(request.actor, code).playbook
    form = FindingForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {
            "form": form, "title": _("What was learned"), "seen": 0,
            "url": reverse("web:playbook-finding", args=[code]),
            "back": reverse("web:playbook", args=[code]),
        }  # fmt: skip
        template = "campaigns/_ask.html" if request.htmx else "campaigns/ask.html"
        return render(request, template, context, status=422 if form.is_bound else 200)
    effect_actions.write_finding(SOURCE, book.pk, **form.cleaned_data, by=request.actor, at=now())
    return _back(request, code, _("Kept. Similar playbooks show it"))


@page(permission="playbooks.edit", methods=WRITE)
def finding_gone(request: PageRequest, code: str, finding_id: int) -> HttpResponse:
    effect_actions.remove_finding(finding_id, by=request.actor, at=now())
    return _back(request, code, _("Taken out"))


def _back(request: PageRequest, code: str, text: str) -> HttpResponse:
    toasts.say(request, text)
    url = reverse("web:playbook", args=[code])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
