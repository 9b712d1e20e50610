"""What a journal entry of a customer says, in words. Contact data is never in an entry."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.act.care.words import kind_name
from weixi.act.warnings.signals import names_of
from weixi.act.warnings.words import cause_word
from weixi.classify.queries import cell_names
from weixi.web.vocabulary import word
from weixi.web.wording import labelled, money_full, signed

TASKS = (
    "task.completed",
    "task.postponed",
    "task.undone",
    "task.asked",
    "task.ask_withdrawn",
    "task.reassigned",
)
LONGEST = 60


class Told(NamedTuple):
    icon: str
    level: str
    title: str
    text: str


def told(entry: Any) -> Told:
    words = WORDS.get(entry.kind)
    if words is None:
        return Told("history", "", entry.kind, "")
    icon, level, title, text = words
    return Told(icon, level, title(entry.facts), text(entry.facts))


def _fields(facts: Mapping[str, Any]) -> str:
    """City: 杭州 → 上海; long texts and own fields by name only."""
    parts = []
    for name, values in facts.get("fields", {}).items():
        before, after = values if isinstance(values, list) and len(values) == 2 else ("", "")
        is_short = name not in ("note", "custom") and len(str(after)) <= LONGEST
        called = word("field", name)
        change = f"{before or '—'} → {after or '—'}"
        parts.append(labelled(called, change) if is_short else called)
    return " · ".join(parts)


def _identity(facts: Mapping[str, Any]) -> str:
    return f"{word('identity', facts.get('of_kind', ''))} {facts.get('masked', '')}"


def _consent(facts: Mapping[str, Any]) -> str:
    return word("consent", facts.get("purpose", ""))


def _completed(facts: Mapping[str, Any]) -> str:
    return f"{kind_name(facts['reason'])} · {word('outcome', facts.get('outcome', ''))}"


def _postponed(facts: Mapping[str, Any]) -> str:
    return f"{facts.get('until', '')} · {facts.get('reason', '')}"


def _stage(facts: Mapping[str, Any]) -> str:
    cell = cell_names("lifecycle").get(facts.get("cell", ""))
    chinese = (get_language() or "").startswith("zh")
    name = (cell.name_zh if chinese else cell.name_en) if cell else ""
    return f"{name} · {facts.get('until', '')} · {facts.get('reason', '')}"


def _nothing(facts: Mapping[str, Any]) -> str:
    return ""


def _what(facts: Mapping[str, Any]) -> str:
    return " · ".join(str(facts[name]) for name in ("what", "more", "reason") if facts.get(name))


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason", ""))


def _number(facts: Mapping[str, Any]) -> str:
    return str(facts.get("number", ""))


def _other(facts: Mapping[str, Any]) -> str:
    return str(facts.get("other_number", ""))


def _bond(facts: Mapping[str, Any]) -> str:
    return " · ".join(t for t in (word("bond", facts["of"]), facts.get("description", "")) if t)


def _cost(facts: Mapping[str, Any]) -> str:
    return f"{word('cost', facts['of'])} {facts['amount']}"


def _day_told(facts: Mapping[str, Any]) -> str:
    return str(facts.get("day", ""))


def _rating(facts: Mapping[str, Any]) -> str:
    return f"{facts['score']} · {word('rating', facts['of'])}"


def _limit(facts: Mapping[str, Any]) -> str:
    return f"{money_full(facts['amount'])} · {facts['since']}"


def _value(facts: Mapping[str, Any]) -> str:
    return f"{facts['value']} · {word('exclusion', facts['of'])}"


def _signal(facts: Mapping[str, Any]) -> str:
    zh, en = names_of(str(facts.get("kind", "")))
    return zh if (get_language() or "").startswith("zh") else en


def _cause(facts: Mapping[str, Any]) -> str:
    return cause_word(facts["cause"])


def _name(facts: Mapping[str, Any]) -> str:
    return str(facts.get("name", ""))


def _playbook(facts: Mapping[str, Any]) -> str:
    chinese = (get_language() or "").startswith("zh")
    return str(facts.get("name_zh" if chinese else "name_en", ""))


def _text(facts: Mapping[str, Any]) -> str:
    return " · ".join(str(facts[name]) for name in ("text", "due") if facts.get(name))


def _points(facts: Mapping[str, Any]) -> str:
    return signed(facts["points"])


def _survey(facts: Mapping[str, Any]) -> str:
    return " · ".join(str(facts[name]) for name in ("survey", "question") if facts.get(name))


def _switched(facts: Mapping[str, Any]) -> str:
    return _("Privilege switched on") if facts.get("is_on") else _("Privilege switched off")


Text = Callable[[Mapping[str, Any]], str]
WORDS: dict[str, tuple[str, str, Text, Text]] = {
    "customer.created": ("user-plus", "", lambda f: _("Customer created"), _number),
    "customer.changed": ("pencil", "", lambda f: _("Changed"), _fields),
    "customer.assigned": ("user-check", "", lambda f: _("Given to another owner"), _nothing),
    "customer.merged": ("git-merge", "", lambda f: _("Merged with another record"), _other),
    "customer.merged_away": ("git-merge", "", lambda f: _("Merged into another record"), _nothing),
    "customer.unmerged": ("versions", "", lambda f: _("Merge taken apart"), _nothing),
    "identity.added": ("id", "", lambda f: _("Contact data added"), _identity),
    "identity.removed": ("id", "", lambda f: _("Contact data removed"), _identity),
    "identity.primary": ("id", "", lambda f: _("Contact data used first"), _identity),
    "person.added": ("user-plus", "", lambda f: _("Contact person added"), _nothing),
    "person.changed": ("user", "", lambda f: _("Contact person changed"), _nothing),
    "person.removed": ("user-minus", "", lambda f: _("Contact person removed"), _nothing),
    "consent.given": ("circle-check", "info", lambda f: _("Consent given"), _consent),
    "consent.withdrawn": ("ban", "warn", lambda f: _("Consent withdrawn"), _consent),
    "bond.added": ("link", "", lambda f: _("Bond recorded"), _bond),
    "bond.changed": ("link", "", lambda f: _("Bond changed"), _fields),
    "bond.removed": ("link", "", lambda f: _("Bond removed"), _bond),
    "cost.recorded": ("coins", "", lambda f: _("Cost recorded"), _cost),
    "referral.added": ("share", "ok", lambda f: _("Recommended us"), _day_told),
    "referral.changed": ("share", "", lambda f: _("Recommendation changed"), _day_told),
    "referral.removed": ("share", "", lambda f: _("Recommendation removed"), _day_told),
    "rating.set": ("scale", "", lambda f: _("Size or credit judged"), _rating),
    "limit.set": ("credit-card", "", lambda f: _("Credit limit set"), _limit),
    "exclusion.added": ("ban", "", lambda f: _("Not to be offered"), _value),
    "exclusion.removed": ("ban", "", lambda f: _("May be offered again"), _value),
    "alert.handled": ("circle-check", "", lambda f: _("Warning handled"), _signal),
    "alert.snoozed": ("clock-pause", "", lambda f: _("Warning put off"), _signal),
    "alert.false_alarm": ("bell-off", "", lambda f: _("False alarm"), _signal),
    "alert.reopened": ("bell", "", lambda f: _("Warning open again"), _signal),
    "alert.assigned": ("user-check", "", lambda f: _("Warning given to somebody"), _signal),
    "alert.undone": ("arrow-back-up", "", lambda f: _("Taken back on a warning"), _signal),
    "loss.judged": ("user-question", "", lambda f: _("Loss judged"), _cause),
    "stage.set": ("route", "info", lambda f: _("Stage set by hand"), _stage),
    "stage.taken_back": ("route", "", lambda f: _("Stage left to the rule again"), _nothing),
    "order.changed": ("receipt", "", lambda f: _("Order changed"), _number),
    "order.paid": ("cash", "", lambda f: _("Payment noted"), _number),
    "promise.made": ("heart-handshake", "info", lambda f: _("Promised"), _what),
    "promise.kept": ("heart-handshake", "ok", lambda f: _("Promise kept"), _what),
    "promise.broken": ("heart-handshake", "warn", lambda f: _("Promise broken"), _what),
    "promise.reopened": ("heart-handshake", "", lambda f: _("Promise open again"), _what),
    "reply.cancelled": ("message-circle", "", lambda f: _("No reply needed"), _reason),
    "reply.wanted": ("message-circle", "", lambda f: _("Reply needed after all"), _nothing),
    "policy.overridden": (
        "shield-check",
        "warn",
        lambda f: _("Contacted against the policy"),
        _reason,
    ),
    "contact.wishes": ("moon-stars", "", lambda f: _("Wishes about contact changed"), _nothing),
    "message.bounced": ("mail-off", "warn", lambda f: _("Message returned"), _nothing),
    "message.cancelled": ("ban", "", lambda f: _("Message cancelled"), _nothing),
    "message.replayed": ("refresh", "", lambda f: _("Message sent again"), _nothing),
    "message.decided": ("circle-check", "", lambda f: _("Message did arrive"), _nothing),
    "task.completed": ("circle-check", "info", lambda f: _("Care done"), _completed),
    "task.postponed": ("clock-pause", "", lambda f: _("Care put off"), _postponed),
    "task.undone": ("arrow-back-up", "", lambda f: _("Care taken back"), _nothing),
    "task.asked": ("checklist", "", lambda f: _("Task written"), _text),
    "task.ask_withdrawn": ("ban", "", lambda f: _("Task withdrawn"), _nothing),
    "task.reassigned": ("user-check", "", lambda f: _("Task given to somebody else"), _nothing),
    "privilege.added": ("crown", "info", lambda f: _("Privilege granted"), _name),
    "privilege.switched": ("crown", "", _switched, _nothing),
    "surprise.given": ("gift", "info", lambda f: _("Surprise given"), _what),
    "surprise.taken_back": ("gift", "", lambda f: _("Surprise taken back"), _nothing),
    "playbook.step": ("route", "", lambda f: _("Step of a playbook"), _playbook),
    "playbook.run_stopped": ("route", "warn", lambda f: _("Taken out of a playbook"), _reason),
    "complaint.recorded": ("message-report", "warn", lambda f: _("Complaint received"), _number),
    "complaint.replied": ("message-report", "info", lambda f: _("Complaint answered"), _number),
    "complaint.closed": ("message-report", "ok", lambda f: _("Complaint closed"), _number),
    "complaint.reopened": ("message-report", "warn", lambda f: _("Complaint reopened"), _number),
    "points.recorded": ("coins", "", lambda f: _("Points changed"), _points),
    "answer.recorded": ("clipboard-list", "", lambda f: _("Answered a survey"), _survey),
}
