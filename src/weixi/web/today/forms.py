"""What is asked when a task is done or put off."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.collect.touchpoints.rules import Outcome
from weixi.web.forms import Form, offer
from weixi.web.vocabulary import OUTCOMES, PURPOSES

OTHER = "other"
OTHER_DAY = "day"


class CompleteForm(Form):
    """`version` is what the person saw: somebody faster is named instead of overwritten."""

    outcome = forms.ChoiceField(
        label=_("How did it end"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        initial=Outcome.ACCEPTED,
    )
    channel = forms.ChoiceField(label=_("Channel"))
    minutes = forms.DecimalField(
        label=_("Minutes"), required=False, min_value=0, max_value=1440, decimal_places=1
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "channel", channels)
        self.fields["minutes"].widget.attrs["inputmode"] = "decimal"


class PostponeForm(Form):
    """A day by preset or by date, a reason by preset or in words."""

    when = forms.ChoiceField(label=_("Until"), widget=forms.RadioSelect)
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (_("The customer asked for another time"), _("The customer asked for another time")),
            (_("The customer was busy"), _("The customer was busy")),
            (_("Waiting for goods or for an answer"), _("Waiting for goods or for an answer")),
            (OTHER, _("Another reason")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("The reason in words"), required=False, max_length=200)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    SENTENCES = {"reason": {"required": _("Say why it is put off")}}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presets = presets_of(today)
        offer(self, "when", [*presets, (OTHER_DAY, _("Another day"))])
        self.fields["when"].initial = presets[0][0]
        self.fields["day"].widget.attrs["min"] = (today + timedelta(days=1)).isoformat()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("when") == OTHER_DAY and not given.get("day"):
            self.add_error("day", _("Day: choose a day after today"))
        if given.get("reason") == OTHER and not given.get("words", "").strip():
            self.add_error("words", _("Say in a few words why it is put off"))
        return given

    @property
    def until(self) -> date:
        chosen = self.cleaned_data["when"]
        if chosen == OTHER_DAY:
            day: date = self.cleaned_data["day"]
            return day
        return date.fromisoformat(chosen)

    @property
    def why(self) -> str:
        chosen = self.cleaned_data["reason"]
        return str(self.cleaned_data["words"] if chosen == OTHER else chosen)


class NewTaskForm(Form):
    """What a person asks to be done for a customer."""

    text = forms.CharField(label=_("What is to be done"), max_length=200)
    due_on = forms.DateField(
        label=_("Due"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose of the contact"), choices=PURPOSES)

    def __init__(self, *args: Any, channels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = ("", _("as the customer can be reached"))
        offer(self, "channel", [empty, *channels])


class GiveForm(Form):
    """Whom tasks are given to."""

    to = forms.ChoiceField(label=_("Give to"))
    SENTENCES = {"to": {"required": _("Give to: choose a person or the team's queue")}}

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        offer(self, "to", [("", _("choose")), *people])


class AbsenceForm(Form):
    """Who is away from when to when, and who has the tasks meanwhile."""

    person = forms.ChoiceField(label=_("Who is away"))
    first_day = forms.DateField(
        label=_("First day away"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    last_day = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    stand_in = forms.ChoiceField(label=_("Stand-in"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "person", [("", _("choose")), *people])
        nobody = ("", _("nobody: the team's queue"))
        offer(self, "stand_in", [nobody, *people])


def presets_of(today: date) -> list[tuple[str, Any]]:
    """Tomorrow, in three days, next Monday; each a day once."""
    next_week = today + timedelta(days=7 - today.weekday())
    wished = [
        (today + timedelta(days=1), _("Tomorrow")),
        (today + timedelta(days=3), _("In 3 days")),
        (next_week, _("Next week, Monday")),
    ]
    by_day = dict(reversed(wished))
    return [(day.isoformat(), by_day[day]) for day in sorted(by_day)]
