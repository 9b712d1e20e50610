"""What is asked while a campaign is designed, each card in its own form."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from weixi.act.campaigns.rules import WAVES_MOST, Goal, GoalKind, GoalMeasure, MainMessage
from weixi.web.forms import Form, offer
from weixi.web.vocabulary import PURPOSES

from .words import FINDINGS, KINDS, MEASURES


def choices(words: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(words.items())


class BasicsForm(Form):
    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=60)
    purpose = forms.ChoiceField(label=_("What it is for"), choices=PURPOSES)


class NewForm(BasicsForm):
    audience = forms.ChoiceField(
        label=_("Audience"), required=False, help_text=_("It can be chosen or changed later")
    )

    def __init__(self, *args: Any, audiences: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audience", [("", _("Choose later")), *audiences])


class GoalForm(Form):
    """Numbers and the date may be missing here: the rule says in a sentence which one is."""

    kind = forms.ChoiceField(label=_("Kind"), choices=choices(KINDS))
    measure = forms.ChoiceField(label=_("What is counted"), choices=choices(MEASURES))
    text = forms.CharField(
        label=_("Goal"), max_length=80, help_text=_("For example: buy again within 30 days")
    )
    now = forms.FloatField(label=_("Now"), required=False)
    target = forms.FloatField(label=_("To reach"), required=False)
    by = forms.DateField(
        label=pgettext_lazy("goal", "Until"), required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    @property
    def goal(self) -> Goal:
        given: dict[str, Any] = dict(self.cleaned_data)
        day: date | None = given["by"]
        return Goal(GoalKind(given["kind"]), GoalMeasure(given["measure"]), given["text"],
                    given["now"], given["target"], day)  # fmt: skip


class AudienceForm(Form):
    audience = forms.ChoiceField(label=_("Audience"))
    excluded = forms.ChoiceField(label=_("But not"), required=False)
    excluded_recent_days = forms.IntegerField(
        label=_("Nor who was in another campaign within days"), min_value=0, max_value=365
    )

    def __init__(self, *args: Any, audiences: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "audience", audiences)
        offer(self, "excluded", [("", _("Nobody more")), *audiences])


class ContentForm(Form):
    main = forms.CharField(label=_("Main message"), max_length=200, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)
    action = forms.CharField(label=_("What they can do"), max_length=200, required=False)
    avoid = forms.CharField(label=_("What we leave out"), max_length=200, required=False)
    order = forms.ChoiceField(
        label=_("The main message stands"),
        choices=[
            (MainMessage.FIRST, _("First: they know us, or the message is short")),
            (MainMessage.LAST, _("Last: the reasons must convince them first")),
        ],
        widget=forms.RadioSelect,
    )


class LineForm(Form):
    """A channel with its wording, in a wave."""

    line = forms.ChoiceField(label=_("Channel and template"))
    wave = forms.TypedChoiceField(
        label=_("Wave"), coerce=int, choices=[(n, str(n)) for n in range(1, WAVES_MOST + 1)]
    )
    wave_days = forms.IntegerField(label=_("Days between two waves"), min_value=1, max_value=60)

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "line", lines)


class ControlForm(Form):
    share = forms.FloatField(
        label=_("Held out, percent"), min_value=0, max_value=50,
        help_text=_("15 to 25 is good; more shows smaller effects"),
    )  # fmt: skip
    why_no_control = forms.CharField(
        label=_("Why nobody is held out"), max_length=200, required=False,
        help_text=_("Needed only for 0 percent"),
    )  # fmt: skip
    window_days = forms.IntegerField(
        label=_("Outcome counted for days"), min_value=1, max_value=730
    )


class ScheduleForm(Form):
    starts_at = forms.DateTimeField(
        label=_("Starts"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    budget = forms.DecimalField(label=_("Budget"), min_value=0, max_value=10**9, decimal_places=2)


class ReasonForm(Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


class FindingForm(Form):
    kind = forms.ChoiceField(label=_("It is a"), choices=choices(FINDINGS))
    text = forms.CharField(
        label=_("In a sentence that helps whoever designs the next one"), max_length=300
    )
