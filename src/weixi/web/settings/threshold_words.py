"""What each value means, in words for somebody who has not read the code."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from weixi.act.care.rules import SignalKind
from weixi.act.care.words import kind_name
from weixi.measure.rules import DIMENSIONS, INDICATORS, Listeners
from weixi.web.vocabulary import word

WORD_LEAST, WORD_MOST = 2, 40  # characters; a single one would be found everywhere


@dataclass(frozen=True)
class Threshold:
    """`kind`: whole, number, share (typed in percent), money (typed in currency units), words
    (a list with commas between; least and most count them), yes_no."""

    name: str
    label: str | Promise
    about: str | Promise
    kind: str
    least: float
    most: float
    unit: str | Promise = ""
    may_be_empty: bool = False
    part: str | None = None  # of a setting that holds several values

    @property
    def field(self) -> str:
        return self.name if self.part is None else f"{self.name}.{self.part or 'other'}"

    def of(self, value: Any) -> Any:
        return value if self.part is None else value[self.part]

    def within(self, whole: Any, value: Any) -> Any:
        """The setting with this value in it."""
        return value if self.part is None else {**whole, self.part: value}

    def write(self, value: Any) -> str:
        if value is None:
            return ""
        if self.kind == "yes_no":
            return "yes" if value else "no"
        if self.kind == "words":
            return "、".join(value)
        if self.kind == "share":
            return f"{value * 100:g}"
        if self.kind == "money":
            return f"{value / 100:g}"
        return f"{value:g}"

    def read(self, text: str) -> Any:
        """ValueError with the sentence for the field."""
        if not text and self.may_be_empty:
            return None
        if self.kind == "yes_no":
            return self._yes_no(text)
        if self.kind == "words":
            return self._words(text)
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(gettext("{label}: enter a number").format(label=self.label)) from None
        if not self.least <= number <= self.most:
            raise ValueError(
                gettext("{label}: {least} to {most}").format(
                    label=self.label, least=f"{self.least:g}", most=f"{self.most:g}"
                )
            )
        if self.kind == "whole" and number != int(number):
            raise ValueError(gettext("{label}: a whole number").format(label=self.label))
        return self._stored(number)

    def _yes_no(self, text: str) -> bool:
        if text not in ("yes", "no"):
            raise ValueError(gettext("{label}: choose yes or no").format(label=self.label))
        return text == "yes"

    def _words(self, text: str) -> list[str]:
        words = [one.strip() for one in re.split(r"[、,，;；\n]", text) if one.strip()]
        found = list(dict.fromkeys(words))
        if not self.least <= len(found) <= self.most:
            raise ValueError(
                gettext("{label}: {least} to {most} words").format(
                    label=self.label, least=f"{self.least:g}", most=f"{self.most:g}"
                )
            )
        for one in found:
            if not WORD_LEAST <= len(one) <= WORD_MOST:
                raise ValueError(
                    gettext(
                        "{label}: a word has {least} to {most} characters, not “{word}”"
                    ).format(
                        label=self.label, least=WORD_LEAST, most=WORD_MOST, word=one[:WORD_MOST]
                    )
                )
        return found

    def _stored(self, number: Decimal) -> Any:
        if self.kind == "money":
            return round(number * 100)
        if self.kind == "share":
            return float(number / 100)
        return int(number) if self.kind == "whole" else float(number)


def _by_reason(kind: SignalKind) -> Threshold:
    label = lazy(lambda: kind_name(kind), str)()
    about = _("Chance that a contact for this reason changes what is at stake")
    return Threshold("care.chance", label, about, "share", 0, 100, "%", part=str(kind))


def _rest(kind: SignalKind) -> Threshold:
    label = lazy(lambda: kind_name(kind), str)()
    about = _("The same reason rests so long after it was dealt with")
    return Threshold("care.rest_days", label, about, "whole", 0, 730, _("days"), part=str(kind))


def _by_channel(code: str, label: str | Promise) -> Threshold:
    about = _("Minutes that a contact takes, with all around it")
    return Threshold("care.effort_minutes", label, about, "number", 0.5, 480, _("minutes"),
                     part=code)  # fmt: skip


def _dimension(code: str) -> Threshold:
    label = lazy(lambda: word("dimension", code), str)()
    about = _("How much it counts in the quality of service; 0: not at all")
    return Threshold("measure.dimension_weights", label, about, "number", 0, 100, part=code)


def _indicator(code: str) -> Threshold:
    label = lazy(lambda: word("indicator", code), str)()
    about = _("How much it counts in the index; 0: not at all")
    return Threshold("measure.loyalty_weights", label, about, "number", 0, 100, part=code)


def _hear(code: Listeners, label: str | Promise) -> Threshold:
    about = _("People that one customer tells, expected")
    return Threshold("measure.listeners", label, about, "whole", 0, 1_000, part=code.value)


def _answered(cause: str, label: str | Promise) -> Threshold:
    about = _("A warning of this cause is due after so many days")
    return Threshold("warnings.answer_days", label, about, "whole", 0, 90, _("days"), part=cause)


def _told_by(topic: str, label: str | Promise) -> Threshold:
    about = _("One of these words raises the signal; commas between them. Add your competitors")
    return Threshold("measure.words", label, about, "words", 0, 200, part=topic)


RESTING = (
    SignalKind.OVERDUE, SignalKind.NEXT_DUE, SignalKind.GONE_QUIET, SignalKind.BIRTHDAY,
    SignalKind.WARNING,
)  # fmt: skip
# Settings of several weights; at least one of them counts.
WEIGHTS = ("measure.dimension_weights", "measure.loyalty_weights")

GROUPS: tuple[tuple[str | Promise, tuple[Threshold, ...]], ...] = (
    (_("Today's list"), (
        Threshold("care.overdue_from", _("Overdue from"),
                  _("So many own intervals since the last purchase make a customer overdue"),
                  "number", 1, 10, _("intervals")),
        Threshold("care.overdue_to", _("Overdue until"),
                  _("Later than this is a matter of winning back, not of a care call"),
                  "number", 1, 50, _("intervals")),
        Threshold("care.overdue_least_purchases", _("Purchases that make a rhythm"),
                  _("With fewer purchase days nobody is called overdue"), "whole", 2, 20),
        Threshold("care.overdue_least_days", _("Overdue by at least"),
                  _("A customer with a short rhythm is not called for a day or two"),
                  "whole", 0, 90, _("days")),
        Threshold("care.quiet_days", _("Gone quiet after"),
                  _("Customers of high value without purchase or contact for so long"),
                  "whole", 7, 730, _("days")),
        Threshold("care.quiet_top_share", _("High value means the best"),
                  _("Share of the customers that counts as high value"), "share", 1, 100, "%"),
        Threshold("care.next_due_days", _("Next purchase within"),
                  _("Remind when the expected purchase is this near"), "whole", 1, 60, _("days")),
        Threshold("care.birthday_days_ahead", _("Birthday ahead"),
                  _("A birthday enters the list so many days before"), "whole", 0, 30, _("days")),
        Threshold("care.promise_days_ahead", _("Promise ahead"),
                  _("A promise enters the list so many days before it is due"),
                  "whole", 0, 14, _("days")),
        Threshold("care.least_value", _("Least value at stake"),
                  _("Nobody is called for less"), "money", 0, 100_000_000, "¥"),
        Threshold("care.team_capacity", _("Tasks a day without owner"),
                  _("Customers without an owner: so many tasks a team and day"),
                  "whole", 0, 10_000),
        Threshold("care.claim_minutes", _("Taken for"),
                  _("Who opens a task holds it so long, then it is free again"),
                  "whole", 1, 240, _("minutes")),
        Threshold("care.undo_minutes", _("Undo within"),
                  _("A completed or postponed task can be taken back so long"),
                  "whole", 1, 1_440, _("minutes")),
        Threshold("replies.conversation_days", _("A conversation ends after"),
                  _("So many days without a word; the next one is a first reply again"),
                  "whole", 1, 90, _("days")),
        Threshold("care.balance", _("Care for each sale"),
                  _("At least so many contacts that care for each one that sells"),
                  "number", 0, 10),
        Threshold("care.points_months", _("Points run out after"),
                  _("Months after they were earned, for reminders before; 0: points never do"),
                  "whole", 0, 120, _("months")),
    )),
    (_("Today's list: when a reason comes again"), (
        *(_rest(kind) for kind in RESTING),
        Threshold("care.rest_days_after", _("Nobody reached: again after"),
                  _("A customer who was not reached enters the list no sooner"),
                  "whole", 0, 90, _("days"), part="not_reached"),
        Threshold("care.rest_days_after", _("To be followed up: again after"),
                  _("A contact with the result “follow up” rests so long"),
                  "whole", 0, 90, _("days"), part="follow_up"),
    )),
    (_("Today's list: what acting changes"), tuple(_by_reason(kind) for kind in SignalKind)),
    (_("Today's list: effort by channel"), (
        _by_channel("phone", _("Phone")),
        _by_channel("face", _("Visit")),
        _by_channel("wecom", _("WeCom")),
        _by_channel("sms", _("SMS")),
        _by_channel("email", _("E-mail")),
        _by_channel("letter", _("Letter")),
        _by_channel("", _("Any other channel")),
        Threshold("touchpoints.typical_minutes", _("Channel advisor"),
                  _("So long a contact takes, where the advisor reckons what a channel costs"),
                  "whole", 1, 480, _("minutes")),
    )),
    (_("Measures"), (
        Threshold("measure.new_days", _("New for"),
                  _("A customer is new so many days after the first purchase"),
                  "whole", 1, 730, _("days")),
        Threshold("measure.loyal_purchase_days", _("Loyal from"),
                  _("Purchase days that loyalty needs at least"), "whole", 2, 100),
        Threshold("measure.loyal_lateness", _("Loyal while not later than"),
                  _("Own intervals since the last purchase; later is no longer loyal"),
                  "number", 0.5, 10, _("intervals")),
        Threshold("measure.loyalty_high", _("High loyalty from"),
                  _("Points of the loyalty index, 0 to 100"), "number", 0, 100),
        Threshold("measure.decline_from", _("Decline from"),
                  _("Fall of value against the period before that counts as decline"),
                  "share", -100, 100, "%"),
        Threshold("measure.category_from", _("Fewer categories from"),
                  _("Share of the decline that lies in categories not bought any more"),
                  "share", 1, 100, "%"),
        Threshold("measure.satisfaction_tolerance", _("Satisfied within"),
                  _("c may be so far from 1 and still counts as satisfied"), "number", 0, 0.5),
        Threshold("measure.tolerance_days", _("Bought again within"),
                  _("A purchase so soon after a complaint shows that problems are tolerated"),
                  "whole", 1, 730, _("days")),
        Threshold("measure.price_reason_share", _("Stays for the price from"),
                  _("Share of discount in what was bought, where nobody was asked why"),
                  "share", 1, 100, "%"),
        Threshold("measure.credit_days_weight", _("Days late count"),
                  _("Points off the credit score for each day that bills were late on average"),
                  "number", 0, 100, _("points")),
        Threshold("evaluate.least_answers", _("Satisfaction figures from"),
                  _("With fewer customers who answered, reports show no figure"),
                  "whole", 2, 10_000, _("customers")),
    )),
    (_("Weights of the five dimensions of service"), tuple(map(_dimension, DIMENSIONS))),
    (_("Weights of the seven indicators of loyalty"), tuple(map(_indicator, INDICATORS))),
    (_("Word of mouth: how many hear of it"), (
        _hear(Listeners.UNSATISFIED, _("From an unsatisfied customer")),
        _hear(Listeners.SATISFIED, _("From a satisfied customer")),
        _hear(Listeners.DELIGHTED, _("From a highly satisfied customer")),
    )),
    (_("Predictions"), (
        Threshold("predict.horizon_days", _("Looking ahead"),
                  _("Risk = no purchase within so many days; empty: from your customers' rhythm"),
                  "whole", 30, 365, _("days"), may_be_empty=True),
        Threshold("predict.yearly_discount", _("Yearly discount"),
                  _("Future profit counts so much less a year"), "share", 0, 100, "%"),
    )),
    (_("Warnings"), (
        Threshold("warnings.least_stake", _("Least value at stake"),
                  _("Smaller cases raise no warning"), "money", 0, 100_000_000, "¥"),
        Threshold("warnings.handled_rest_days", _("Rest after handling"),
                  _("The same customer raises no new warning for so long"),
                  "whole", 0, 365, _("days")),
        Threshold("warnings.false_alarm_rest_days", _("Rest after a false alarm"),
                  _("The same customer raises no new warning for so long"),
                  "whole", 0, 730, _("days")),
        Threshold("warnings.base_points", _("Risk before any signal"),
                  _("Points that a risk starts from where no model tells it"), "whole", 1, 99),
    )),
    (_("Warnings: days to answer, by cause"), (
        _answered("ours", _("Ours to mend")),
        _answered("competition", _("Competition")),
        _answered("customer", _("The customer's own")),
        _answered("unknown", _("Unknown")),
    )),
    (_("Words that tell of a threat, in answers and notes"), (
        _told_by("competitor", _("A competitor")),
        _told_by("own_change", _("A change of their own")),
        _told_by("disappointed", _("Disappointment")),
    )),
    (_("Control groups"), (
        Threshold("interventions.held_out_share", _("Held out by default"),
                  _("Share of the customers that is left alone by chance, to tell the effect"),
                  "share", 0, 90, "%"),
        Threshold("care.measured_least", _("Measured from"),
                  _("Customers in each arm of a playbook, from which its measured effect replaces "
                    "the assumed chance on today's list"),
                  "whole", 20, 100_000),
        Threshold("interventions.window_days", _("Outcome counted for"),
                  _("Days after the assignment in which what a customer does counts"),
                  "whole", 1, 730, _("days")),
        Threshold("evaluate.worth_share", _("Worth knowing: buying again"),
                  _("A smaller change of the share that buys again does not matter"),
                  "share", 0.1, 50, "%"),
        Threshold("evaluate.worth_money", _("Worth knowing: money"),
                  _("A smaller change of revenue or margin per customer does not matter"),
                  "share", 0.1, 100, "%"),
        Threshold("evaluate.worth_satisfaction", _("Worth knowing: satisfaction c"),
                  _("A smaller change of satisfaction does not matter"), "number", 0.01, 1),
    )),
    (_("Limits"), (
        Threshold("contact_data.reason_needed", _("A reason is needed"),
                  _("Who reveals a phone, an e-mail or an address, or exports all of a customer, "
                    "says why"), "yes_no", 0, 1),
        Threshold("rates.reveals_an_hour", _("Contact data shown in an hour"),
                  _("Phones, e-mails and addresses that one person may reveal"),
                  "whole", 0, 10_000),
        Threshold("rates.exports_an_hour", _("Exports in an hour"),
                  _("Lists and single customers that one person may take out"),
                  "whole", 0, 1_000),
        Threshold("rates.passwords_an_hour", _("New passwords in an hour"),
                  _("Attempts of one person to set another password, right or wrong"),
                  "whole", 1, 100),
        Threshold("rates.sign_in_codes_an_hour", _("Codes in an hour"),
                  _("Codes of the second factor that one person may enter, right or wrong"),
                  "whole", 3, 100),
        Threshold("rates.api_calls_a_minute", _("Calls a minute"),
                  _("Requests that one access token may make"), "whole", 1, 100_000),
    )),
)  # fmt: skip
