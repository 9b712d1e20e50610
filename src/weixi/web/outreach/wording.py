"""Templates: the list, the editor with its preview on real people, approval."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from weixi.act.outreach import template_actions as actions
from weixi.act.outreach import template_queries as queries
from weixi.act.outreach.template_rules import sms_length, unknown
from weixi.collect.touchpoints.queries import channel_names
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, PageRequest, page
from weixi.web.forms import Form, offer
from weixi.web.vocabulary import PURPOSES

from .words import channel_icons, language_name, template_state, variable_words

LANGUAGES = [("zh", gettext_lazy("Chinese")), ("en", gettext_lazy("English"))]
WITH_SUBJECT = ("email", "letter")


class WordingForm(Form):
    name = forms.CharField(label=gettext_lazy("Name of the template"), max_length=60)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=PURPOSES)
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("E-mail and letters only"),
    )
    body = forms.CharField(
        label=gettext_lazy("Wording"),
        max_length=actions.BODY_MOST,
        widget=forms.Textarea({"rows": 12}),
        help_text=gettext_lazy(
            "{name} is filled in. {owner|…}: what stands after the bar when nothing fills it. "
            "[[You have {points} points.||Your points wait for you.]]: another sentence."
        ),
    )


class NewWordingForm(WordingForm):
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Small letters, digits and _; playbooks and campaigns name it"),
    )
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    field_order = ("name", "code", "channel", "language", "purpose", "subject", "body")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "channel", list(channel_names().items()))


@page(permission="messages.view")
def templates(request: PageRequest) -> HttpResponse:
    channel = request.GET.get("channel", "")
    own = "zh" if (get_language() or "zh").startswith("zh") else "en"
    language = request.GET.get("language", own)
    names, icons = channel_names(), channel_icons()
    rows = [
        {
            "one": one,
            "channel": names.get(one.channel, one.channel),
            "icon": icons.get(one.channel, "message"),
            "chip": template_state(one.newest.state),
            "text": (one.approved or one.newest).body,
        }
        for one in queries.wordings(request.actor, channel=channel, language=language)
    ]
    context = {
        "rows": rows,
        "channel": channel,
        "language": language,
        "channels": list(names.items()),
        "languages": LANGUAGES,
        "may_edit": request.actor.may("messages.edit"),
    }
    return render(request, "outreach/templates.html", context)


@page(permission="messages.edit", methods=FORM)
def new(request: PageRequest) -> HttpResponse:
    form = NewWordingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = _written(request, form, **_place(form.cleaned_data))
        if made is not None:
            return redirect("web:template", made.code, made.channel, made.language)
    context = {"form": form, "variables": variable_words()}
    return render(request, "outreach/template.html", context, status=422 if form.errors else 200)


@page(permission="messages.view", methods=FORM)
def template(request: PageRequest, code: str, channel: str, language: str) -> HttpResponse:
    found = queries.wording(request.actor, code, channel, language)
    shown = found.newest
    initial = {name: getattr(shown, name) for name in ("name", "purpose", "subject", "body")}
    form = WordingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        place = {"code": code, "channel": channel, "language": language}
        if _written(request, form, **place) is not None:
            return redirect("web:template", code, channel, language)
    context = {
        "form": form,
        "found": found,
        "channel": channel_names()[channel],
        "language": language_name(language),
        "versions": [{"row": v, "chip": template_state(v.state)} for v in found.versions],
        "variables": variable_words(),
        "may_edit": request.actor.may("messages.edit"),
        "may_approve": request.actor.may("messages.approve") and shown.state == "draft",
        **_preview(request, channel, shown.subject, shown.body),
    }
    return render(request, "outreach/template.html", context, status=422 if form.errors else 200)


def _place(told: dict[str, Any]) -> dict[str, str]:
    return {name: told[name] for name in ("code", "channel", "language")}


def _written(request: PageRequest, form: WordingForm, **place: str) -> Any:
    told = {name: form.cleaned_data[name] for name in ("name", "purpose", "subject", "body")}
    try:
        made = actions.write(**place, **told, by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error("body", str(no))
        return None
    toasts.say(request, _("Saved as a draft. It is used once somebody approves it."))
    return made


@page(permission="messages.view", methods=FORM)
def preview(request: PageRequest) -> HttpResponse:
    """How it looks for five real customers, while it is being written."""
    told = request.POST or request.GET
    channel, subject = told.get("channel", ""), told.get("subject", "")[:120]
    body = told.get("body", "")[: actions.BODY_MOST]
    context = _preview(request, channel, subject, body)
    return render(request, "outreach/_preview.html", context)


def _preview(request: PageRequest, channel: str, subject: str, body: str) -> dict[str, Any]:
    return {
        "previews": queries.previews(request.actor, subject, body),
        "strange": unknown(subject, body),
        "is_sms": channel == "sms",
        "has_subject": channel in WITH_SUBJECT,
        "length": sms_length(body),
        "preview_channel": channel,
    }


@page(permission="messages.approve", methods=WRITE)
def approve(request: PageRequest, template_id: int) -> HttpResponse:
    row = actions.approve(template_id=template_id, by=request.actor, at=now())
    toasts.say(request, _("Approved. New messages use it from now on."))
    return redirect("web:template", row.code, row.channel, row.language)
