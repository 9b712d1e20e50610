"""Words for the codes of campaigns and effects."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, str | Promise]
STATES: Words = {
    "draft": _("Draft"),
    "waiting": _("Waiting for approval"),
    "approved": _("Approved"),
    "running": pgettext_lazy("campaign", "Running"),
    "stopped": pgettext_lazy("campaign", "Stopped"),
    "ended": pgettext_lazy("campaign", "Ended"),
    "evaluated": _("Evaluated"),
}
STATE_LEVELS = {"waiting": "warn", "approved": "info", "running": "info", "evaluated": "ok"}
KINDS: Words = {
    "behaviour": pgettext_lazy("goal", "Behaviour"),
    "feeling": pgettext_lazy("goal", "Feeling"),
    "knowledge": pgettext_lazy("goal", "Knowledge"),
    "value": pgettext_lazy("goal", "Value"),
}
MEASURES: Words = {
    "bought": _("Buy again, percent of customers"),
    "revenue": _("Revenue per customer"),
    "margin": _("Margin per customer"),
    "satisfaction": _("Satisfaction c"),
    "answered": _("Customers who answered"),
    "other": _("Another number"),
}
STEPS: Words = {
    "audience": pgettext_lazy("reach", "Audience"),
    "excluded": pgettext_lazy("reach", "less excluded"),
    "opted_out": pgettext_lazy("reach", "less opted out"),
    "no_address": pgettext_lazy("reach", "less no address"),
    "capped": pgettext_lazy("reach", "less frequency cap"),
    "complaint": pgettext_lazy("reach", "less open complaint"),
    "held_out": pgettext_lazy("reach", "held out: control"),
    "receives": pgettext_lazy("reach", "Will receive it"),
}
AFTERWARDS: Words = {
    "sent": pgettext_lazy("message", "Sent"),
    "on_the_way": _("On the way"),
    "unsure": _("Not known whether it arrived"),
    "refused": _("Refused by the contact policy"),
    "failed": _("Failed or bounced"),
    "held_back": _("Held back by the stop"),
}
VERDICTS: Words = {
    "helps": _("It helped"),
    "harms": _("It did harm"),
    "no_difference": _("No difference"),
    "too_small": _("Too few to tell"),
    "unsound": _("Arms not as planned"),
    "no_control": _("No control group"),
}
VERDICT_LEVELS = {"helps": "ok", "harms": "danger", "unsound": "danger", "too_small": "warn"}
OUTCOMES: Words = {
    "bought": _("Bought again"),
    "revenue": _("Revenue per customer"),
    "margin": _("Margin per customer"),
    "satisfaction": _("Satisfaction c, of those who answered"),
}
SECTIONS: Words = {
    "goals": _("Goals"),
    "audience": pgettext_lazy("reach", "Audience"),
    "content": _("Content"),
    "channels": _("Channels"),
    "control": _("Control group"),
    "schedule": _("Schedule"),
}
FINDINGS: Words = {"problem": _("Problem"), "finding": _("Finding")}
ARMS: Words = {"treated": _("treated"), "held_out": _("held out")}


def of(words: Words, code: str) -> str:
    return str(words.get(code, code))
