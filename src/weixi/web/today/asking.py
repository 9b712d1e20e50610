"""A task that a person adds for a customer."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.care import manual
from weixi.act.care.rows import channel_refs
from weixi.collect.customers.queries import get
from weixi.core.clock import now, today
from weixi.web import toasts
from weixi.web.access import FORM, PageRequest, page

from .forms import NewTaskForm


@page(permission="tasks.work", methods=FORM)
def new(request: PageRequest, customer_id: int) -> HttpResponse:
    customer = get(request.actor, customer_id)
    channels = [(one.code, one.name) for one in channel_refs().values()]
    form = NewTaskForm(request.POST or None, channels=channels, initial={"due_on": today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        manual.add_task(
            customer_id=customer_id, text=given["text"], due_on=given["due_on"],
            channel=given["channel"], purpose=given["purpose"], by=request.actor, at=now(),
        )  # fmt: skip
        toasts.say(request, _("Task for {name} is on the list").format(name=customer.name))
        return redirect("web:today")
    context = {"form": form, "name": customer.name, "customer_id": customer_id}
    status = 422 if request.method == "POST" else 200
    return render(request, "today/new.html", context, status=status)
