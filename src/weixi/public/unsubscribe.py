"""/u/TOKEN: a mail scanner that opens the link changes nothing; only the button does, or the mail
program's own one-click request (RFC 8058)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from weixi.act.outreach import unsubscribing
from weixi.act.outreach.queries import company_name
from weixi.core.clock import now
from weixi.core.errors import Missing

WHAT = ("channel", "all")


@csrf_exempt  # the token in the address is the right; the mail program has no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    try:
        message = unsubscribing.message_of(token)
    except Missing:
        raise Http404 from None
    is_done = request.method == "POST"
    if is_done:
        told = request.POST.get("what", "channel")
        what = told if told in WHAT else "channel"
        unsubscribing.unsubscribe(token, what=what, at=now())
    context = {"company": company_name(), "channel": message.channel, "is_done": is_done}
    response = render(request, "public/unsubscribe.html", context)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
