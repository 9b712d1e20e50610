"""Approved words (T8): what belongs into a call, and the one answer to a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import Missing, RuleBroken
from weixi.core.journal import record
from weixi.core.text import checked

from .models import ChecklistItem, Snippet

TEXT_LENGTH, ANSWER_LENGTH, WORDS_LENGTH = 120, 2_000, 200
ITEMS_MOST = 12
FOUND_MOST = 50
SHIPPED_CHECKLIST = (
    ("greeting", "问候并报上姓名与公司", "Greeted, gave own name and company"),
    ("name", "称呼了客户的姓氏或喜欢的称呼", "Called the customer by name"),
    ("listening", "听完再说，并复述确认", "Listened to the end and repeated it"),
    ("promise", "说清下一步与时间，只承诺做得到的", "Said what happens next by when, no more"),
    ("thanks", "道谢", "Said thank you"),
)


@dataclass(frozen=True)
class Item:
    code: str
    text: str
    text_zh: str
    text_en: str
    is_on: bool


def create_shipped_checklist() -> int:
    made = 0
    for position, (code, zh, en) in enumerate(SHIPPED_CHECKLIST):
        values = {"text_zh": zh, "text_en": en, "position": position}
        made += ChecklistItem.objects.get_or_create(code=code, defaults=values)[1]
    return made


def checklist(*, all_of_them: bool = False) -> list[Item]:
    """In their order, in the reader's language."""
    rows = ChecklistItem.objects.all() if all_of_them else ChecklistItem.objects.filter(is_on=True)
    is_chinese = (get_language() or "").startswith("zh")
    return [
        Item(r.code, r.text_zh if is_chinese else r.text_en, r.text_zh, r.text_en, r.is_on)
        for r in rows
    ]


def checked_codes(codes: Sequence[str]) -> list[str]:
    """Of the ticked codes those that exist, in the order of the list."""
    known = [item.code for item in checklist(all_of_them=True)]
    unknown = set(codes) - set(known)
    if unknown:
        raise RuleBroken(_("The checklist has no “%(code)s”.") % {"code": min(unknown)[:20]})
    return [code for code in known if code in codes]


@transaction.atomic
def save_item(
    *, code: str, text_zh: str, text_en: str, is_on: bool = True, by: Actor, at: datetime
) -> ChecklistItem:
    """Changes the item of that code, or adds one at the end (empty code: made of the text)."""
    by.need("settings.manage")
    zh = checked(text_zh, what=_("Chinese text"), at_most=TEXT_LENGTH, need=True)
    en = checked(text_en, what=_("English text"), at_most=TEXT_LENGTH, need=True)
    code = code or slugify(en)[:20].strip("-") or f"item-{ChecklistItem.objects.count() + 1}"
    found = ChecklistItem.objects.filter(code=code).first()
    if found is None and ChecklistItem.objects.count() >= ITEMS_MOST:
        raise RuleBroken(_("A checklist has at most %(most)s lines.") % {"most": ITEMS_MOST})
    item = found or ChecklistItem(code=code, position=ChecklistItem.objects.count())
    item.text_zh, item.text_en, item.is_on = zh, en, is_on
    item.save()
    record("checklist.saved", by=by, at=at, code=code, zh=zh, en=en, is_on=is_on)
    return item


def snippets(query: str = "", *, all_of_them: bool = False) -> list[Snippet]:
    """Every word of the query stands in the question, the answer or the further words."""
    rows = Snippet.objects.all() if all_of_them else Snippet.objects.filter(is_on=True)
    for word in query.split()[:8]:
        places = Q(question__icontains=word) | Q(answer__icontains=word) | Q(words__icontains=word)
        rows = rows.filter(places)
    return list(rows[:FOUND_MOST])


def snippet(snippet_id: int) -> Snippet:
    row = Snippet.objects.filter(pk=snippet_id).first()
    if row is None:
        raise Missing("snippet")
    return row


@transaction.atomic
def save_snippet(
    snippet_id: int | None,
    *,
    question: str,
    answer: str,
    words: str = "",
    is_on: bool = True,
    by: Actor,
    at: datetime,
) -> Snippet:
    """None: a new one."""
    by.need("settings.manage")
    row = Snippet() if snippet_id is None else snippet(snippet_id)
    row.question = checked(question, what=_("Question"), at_most=TEXT_LENGTH, need=True)
    row.answer = checked(answer, what=_("Answer"), at_most=ANSWER_LENGTH, need=True, lines=True)
    row.words = checked(words, what=_("Further words"), at_most=WORDS_LENGTH)
    row.is_on, row.changed_at, row.changed_by = is_on, at, by.name[:80]
    row.save()
    record("snippet.saved", by=by, at=at, snippet=row.pk, question=row.question, is_on=is_on)
    return row
