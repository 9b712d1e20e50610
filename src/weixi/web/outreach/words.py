"""Words for states and problems of messages, shared by the pages."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from weixi.act.outreach.rules import MessageState, Reason, TemplateState
from weixi.act.outreach.template_rules import VARIABLES
from weixi.act.outreach.words import reason_words
from weixi.collect.touchpoints.queries import channels

LEVELS = {
    MessageState.SENT: ("info", "circle-check"),
    MessageState.UNKNOWN: ("warn", "help-circle"),
    MessageState.BOUNCED: ("danger", "mail-off"),
    MessageState.DEAD: ("danger", "alert-circle"),
    MessageState.REFUSED: ("warn", "ban"),
}
ORDER = ("waiting", "sending", "sent", "unknown", "dead", "bounced", "refused", "cancelled")


def state_word(state: str) -> str:
    return {
        "waiting": _("To be sent"),
        "claimed": _("In hand"),
        "sending": _("Being sent"),
        "sent": _("Sent"),
        "unknown": _("Outcome unknown"),
        "bounced": _("Returned"),
        "dead": _("Failed"),
        "refused": _("Stopped by the policy"),
        "cancelled": _("Cancelled"),
    }.get(state, state)


def state_chip(state: str) -> dict[str, str]:
    level, icon = LEVELS.get(MessageState(state), ("", ""))
    return {"text": state_word(state), "level": level, "icon": icon}


def problem_words(problem: str) -> str:
    """A reason of the policy in words; what a server said as it is."""
    if problem.startswith("missing:"):
        return _("Nothing fills {{{name}}}").format(name=problem.partition(":")[2])
    plain = {
        Reason.QUIET_HOURS: _("Waits for the end of the quiet hours"),
        Reason.CAP_REACHED: _("Waits: as many contacts as allowed"),
        Reason.CARE_FIRST: _("Too many of the last contacts sold; care first"),
        "nobody saw the answer": _("The worker stopped before it saw the answer"),
        "mail server cannot be reached": _("The mail server cannot be reached"),
    }
    if problem in plain:
        return plain[problem]
    return reason_words(problem, {}) if problem in set(Reason) else problem


def template_state(state: str) -> dict[str, str]:
    return {
        TemplateState.DRAFT: {"text": _("Draft"), "level": "warn", "icon": "pencil"},
        TemplateState.APPROVED: {"text": _("Approved"), "level": "info", "icon": "circle-check"},
        TemplateState.RETIRED: {"text": _("Retired"), "level": "", "icon": ""},
    }[TemplateState(state)]


def channel_icons() -> dict[str, str]:
    return {row.code: row.icon for row in channels(all_of_them=True)}


def variable_words() -> Sequence[tuple[str, str]]:
    return [(name, str(_(text))) for name, text in VARIABLES.items()]


def language_name(code: str) -> Any:
    return {"zh": _("Chinese"), "en": _("English")}.get(code, code)
