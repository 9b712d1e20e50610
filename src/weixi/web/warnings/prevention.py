"""What is done against losses: written down, changed, ended."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from weixi.act.warnings import prevention_actions as actions
from weixi.act.warnings.prevention_queries import prevention
from weixi.core.clock import now, today
from weixi.web.access import FORM, PageRequest, page

from .asking import ask, back
from .forms import ChangePreventForm, EndForm, PreventForm


@page(permission="tasks.assign", methods=FORM)
def add(request: PageRequest) -> HttpResponse:
    form = PreventForm(
        request.POST if request.method == "POST" else None, initial={"started_on": today()}
    )
    if not form.is_valid():
        return ask(request, form, _("What is done against losses"), reverse("web:prevention-new"))
    actions.add_prevention(**form.cleaned_data, by=request.actor, at=now())
    return back(request, _("Recorded. Its effect is told after 60 days"))


@page(permission="tasks.assign", methods=FORM)
def change(request: PageRequest, prevention_id: int) -> HttpResponse:
    kept = prevention(prevention_id)
    names = ("cause", "title", "started_on", "ended_on", "note")
    given = {name: getattr(kept, name) for name in names}
    form = ChangePreventForm(request.POST if request.method == "POST" else None, initial=given)
    if not form.is_valid():
        url = reverse("web:prevention-change", args=[prevention_id])
        return ask(request, form, _("What is done against losses"), url)
    actions.change_prevention(prevention_id, **form.cleaned_data, by=request.actor, at=now())
    return back(request, _("{name}: saved").format(name=form.cleaned_data["title"]))


@page(permission="tasks.assign", methods=FORM)
def end(request: PageRequest, prevention_id: int) -> HttpResponse:
    kept = prevention(prevention_id)
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={"ended_on": today()}, started_on=kept.started_on,
    )  # fmt: skip
    if not form.is_valid():
        url = reverse("web:prevention-end", args=[prevention_id])
        return ask(request, form, _("End: {name}").format(name=kept.title), url)
    actions.end_prevention(prevention_id, **form.cleaned_data, by=request.actor, at=now())
    return back(request, _("{name}: ended").format(name=kept.title))
