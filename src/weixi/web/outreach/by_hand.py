"""What a person sends: WeCom asks its user to confirm each message; letters are printed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from weixi.act.outreach import letters as printing
from weixi.act.outreach import outbox as queries
from weixi.act.outreach.by_hand import mark_done
from weixi.act.outreach.visits import ics_of
from weixi.collect.touchpoints.queries import channel_names
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import WRITE, PageRequest, page

from .words import channel_icons


@page(permission="messages.view")
def waiting(request: PageRequest) -> HttpResponse:
    names, icons = channel_names(), channel_icons()
    found = queries.by_hand(request.actor, at=now())
    rows = [
        {"row": row, "channel": names[row.channel], "icon": icons.get(row.channel, "message")}
        for row in found
    ]
    context: dict[str, Any] = {
        "rows": rows,
        "letters": sum(row.channel == "letter" for row in found),
        "may_send": request.actor.may("contacts.edit"),
    }
    return render(request, "outreach/by_hand.html", context)


@page(permission="contacts.edit", methods=WRITE)
def done(request: PageRequest, message_id: int) -> HttpResponse:
    """Sent or posted by the person who says so."""
    mark_done(message_id=message_id, by=request.actor, at=now())
    toasts.say(request, _("Recorded as sent."))
    return redirect("web:today" if request.POST.get("to") == "today" else "web:by-hand")


@page(permission="contact_data.reveal")
def letters(request: PageRequest) -> HttpResponse:
    """All letters that are due, one to a page, with their addresses: each is a look at personal
    data and stands in the access log."""
    if not (pdf := printing.due_letters(by=request.actor, at=now())):
        raise RuleBroken(_("No letter is due."))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="letters.pdf"'
    return response


@page(permission="messages.view")
def visit(request: PageRequest, message_id: int) -> HttpResponse:
    """The visit for a calendar."""
    response = HttpResponse(
        ics_of(request.actor, message_id, at=now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="visit-{message_id}.ics"'
    return response
