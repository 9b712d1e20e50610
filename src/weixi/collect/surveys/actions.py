"""Writes about what customers answered. An answer stands as it was given."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from weixi.collect.customers.queries import get as get_customer
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import Answer
from .rules import Dimension, is_on_scale, is_on_widest_scale, scale_of

TEXT_LENGTH = 10_000
CLOCKS_DIFFER = timedelta(minutes=5)
YEARS_BACK = 50
HUNDREDTHS = Decimal("0.01")


@dataclass(frozen=True)
class NewAnswer:
    """A pair (expected, perceived) on one scale, a score, a text, or several of them.

    `answered_at` None: just now. `dimension` empty: none.
    """

    survey: str
    question: str
    dimension: str = ""
    expected: Decimal | None = None
    perceived: Decimal | None = None
    score: Decimal | None = None
    text: str = ""
    answered_at: datetime | None = None


@transaction.atomic
def record_answer(customer_id: int, new: NewAnswer, *, by: Actor, at: datetime) -> Answer:
    by.need("answers.edit")
    if get_customer(by, customer_id).merged_into_id:
        raise RuleBroken(_("This customer was merged into another one. Use that one."))
    if new.dimension and new.dimension not in set(Dimension):
        raise RuleBroken(_("Unknown dimension: %(word)s.") % {"word": new.dimension[:40]})
    _check_values(new)
    answer = Answer.objects.create(
        number=f"A{at:%y%m%d}-{secrets.token_hex(5)}",
        customer_id=customer_id,
        survey=checked(new.survey, what=_("Survey"), at_most=80, need=True),
        at=_checked_time(new.answered_at or at, at),
        question=checked(new.question, what=_("Question"), at_most=60, need=True),
        dimension=new.dimension,
        expected=_exact(new.expected),
        perceived=_exact(new.perceived),
        score=_exact(new.score),
        text=checked(new.text, what=_("Text"), at_most=TEXT_LENGTH, lines=True),
    )
    facts = {"answer": answer.pk, "survey": answer.survey, "question": answer.question}
    record("answer.recorded", by=by, at=at, customer_id=customer_id, **facts)
    return answer


def _check_values(new: NewAnswer) -> None:
    given = [value for value in (new.expected, new.perceived, new.score) if value is not None]
    if not given and not new.text.strip():
        raise RuleBroken(_("An answer has expectation and perception, a score, or a text."))
    for value in (new.expected, new.perceived):
        if value is not None and not is_on_widest_scale(value):
            raise RuleBroken(_("Expectation and perception lie between 0 and 100."))
    if new.score is not None and not is_on_scale(new.question.strip(), new.score):
        low, high = scale_of(new.question.strip())
        raise RuleBroken(
            _("The score of this question lies between %(low)s and %(high)s.")
            % {"low": low, "high": high}
        )


def _exact(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(HUNDREDTHS)


def _checked_time(moment: datetime, at: datetime) -> datetime:
    if moment > at + CLOCKS_DIFFER:
        raise RuleBroken(_("An answer cannot lie in the future."))
    if moment.year < timezone.localdate(at).year - YEARS_BACK:
        raise RuleBroken(_("This answer lies too far back."))
    return moment
