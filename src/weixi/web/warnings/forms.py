"""What is asked when a warning is closed, put off or given to somebody, and about a loss."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from weixi.act.warnings.rules import Cause, LossKind
from weixi.act.warnings.words import cause_word, loss_word
from weixi.web.forms import Form, offer
from weixi.web.today.forms import presets_of


class HandleForm(Form):
    reason = forms.CharField(
        label=_("How it was handled"),
        required=False,
        max_length=200,
        help_text=_("In a few words; it stays with the warning"),
    )


class SnoozeForm(Form):
    when = forms.ChoiceField(label=_("Until"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), max_length=200)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month = today + timedelta(days=30)
        choices = [*presets_of(today), (month.isoformat(), _("In 30 days"))]
        offer(self, "when", choices)
        self.fields["when"].initial = choices[0][0]

    @property
    def until(self) -> date:
        return date.fromisoformat(self.cleaned_data["when"])


class GiveForm(Form):
    owner = forms.ChoiceField(label=_("Who takes care of it"))

    def __init__(self, *args: Any, owners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [("", _("Choose a person")), *owners, ("none", _("Nobody"))]
        offer(self, "owner", people)


class JudgeForm(Form):
    kind = forms.ChoiceField(label=_("How did the customer go"), widget=forms.RadioSelect)
    cause = forms.ChoiceField(label=_("Whose side is the cause on"), widget=forms.RadioSelect)
    interview = forms.CharField(
        label=_("Exit interview"), required=False, max_length=2_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What the customer said on leaving; kept among its answers"),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, may_answer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_answer:
            del self.fields["interview"]
        kinds = [(str(kind), loss_word(kind)) for kind in LossKind]
        offer(self, "kind", kinds)
        offer(self, "cause", _causes())


class PreventForm(Form):
    cause = forms.ChoiceField(label=_("Against which cause"))
    title = forms.CharField(label=_("What is done"), max_length=120)
    started_on = forms.DateField(
        label=_("Started on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "cause", _causes())


class ChangePreventForm(PreventForm):
    ended_on = forms.DateField(
        label=_("Ended on"), required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: it goes on"),
    )  # fmt: skip
    field_order = ("cause", "title", "started_on", "ended_on", "note")

    def clean_ended_on(self) -> date | None:
        ended: date | None = self.cleaned_data["ended_on"]
        return _after(ended, self.cleaned_data.get("started_on"))


class EndForm(Form):
    ended_on = forms.DateField(
        label=_("Ended on"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, started_on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.started_on = started_on

    def clean_ended_on(self) -> date | None:
        return _after(self.cleaned_data["ended_on"], self.started_on)


def _after(ended: date | None, started: date | None) -> date | None:
    if ended and started and ended < started:
        text = gettext("Ended on: not before {day}, the day it began").format(day=started)
        raise forms.ValidationError(text)
    return ended


def _causes() -> list[tuple[str, str]]:
    return [(str(cause), cause_word(cause)) for cause in Cause]
