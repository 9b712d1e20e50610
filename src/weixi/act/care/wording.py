"""Approved opening sentences with variables (T8). Data: staff edit them on a page.

What is said to a customer states no fact that is not known to hold for everyone with the reason.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken
from weixi.core.values import declare

VARIABLES = ("name", "honorific", "days", "rhythm", "me", "date")
VARIABLE = re.compile(r"\{(\w+)\}")
LONGEST = 300

WORDING = declare(
    "care.wording",
    {
        "overdue": {
            "zh-hans": "{honorific}您好，有段时间没见您来了，"
            "之前买的用着还顺心吗？哪里可以做得更好，请告诉我。",
            "en": "Hello {honorific}, it has been a while. Is everything you bought still as you"
            " like it? Tell me what we could do better.",
        },
        "overdue.business": {
            "zh-hans": "{honorific}您好，近来没有收到贵方的订单，"
            "想听听供货和服务上有哪些需要我们改进。",
            "en": "Hello {honorific}, we have not had an order from you lately and would like to"
            " hear what in supply and service we should improve.",
        },
        "overdue.internal": {
            "zh-hans": "{honorific}您好，"
            "近来配合上有哪些需要我们改进或提前告知的，想听听您的意见。",
            "en": "Hello {honorific}, what could we improve, or tell you earlier, in working"
            " together?",
        },
        "gone_quiet": {
            "zh-hans": "{honorific}您好，感谢您一直以来的支持。有段时间没有联系，"
            "想听听您近来的需要。",
            "en": "Hello {honorific}, thank you for staying with us. We have not talked for a while"
            " and would like to hear what you need these days.",
        },
        "gone_quiet.business": {
            "zh-hans": "{honorific}您好，感谢一直以来的信任。想登门拜访，"
            "听听贵方下一步的安排和对我们的意见。",
            "en": "Hello {honorific}, thank you for your trust. May I visit you to hear your plans"
            " and what you think of us?",
        },
        "warning": {
            "zh-hans": "{honorific}您好，想听听您近来对我们的产品和服务有什么不满意的地方，"
            "现在有什么需要，我来跟进到底。",
            "en": "Hello {honorific}, I would like to hear what you are not content with and what"
            " you need now, and I will see to it.",
        },
        "next_due": {
            "zh-hans": "{honorific}您好，按您平时的节奏差不多该补货了，需要我先为您备好吗？",
            "en": "Hello {honorific}, going by your usual rhythm you may need more soon. Shall I"
            " get it ready for you?",
        },
        "next_due.business": {
            "zh-hans": "{honorific}您好，按以往节奏近期可能需要补货，需要我们提前备货排期吗？",
            "en": "Hello {honorific}, going by past orders you may need supplies soon. Shall we"
            " plan the delivery ahead?",
        },
        "birthday": {
            "zh-hans": "{honorific}您好，祝您生日快乐，愿新的一岁平安顺遂。",
            "en": "Hello {honorific}, happy birthday, and all the best for the year ahead.",
        },
    },
)


def template_for(
    wordings: Mapping[str, Mapping[str, str]], kind: str, customer_type: str, language: str
) -> str:
    """The text for the reason and type of customer, else for the reason; "" when there is none."""
    texts = wordings.get(f"{kind}.{customer_type}") or wordings.get(kind) or {}
    return texts.get(language) or texts.get(language.partition("-")[0]) or texts.get("en", "")


def filled(text: str, values: Mapping[str, Any]) -> str:
    """Only plain {names} are replaced, so that a template can read nothing else."""
    return VARIABLE.sub(lambda match: str(values.get(match[1], "")), text)


def check_wording(text: str) -> None:
    """RuleBroken unless the text can be used as a template."""
    unknown = sorted(set(VARIABLE.findall(text)) - set(VARIABLES))
    if unknown:
        raise RuleBroken(
            _("Unknown variables: %(unknown)s. Known: %(known)s.")
            % {"unknown": ", ".join(unknown), "known": ", ".join(VARIABLES)}
        )
    if not 1 <= len(text.strip()) <= LONGEST:
        raise RuleBroken(_("A wording has 1 to %(most)d characters.") % {"most": LONGEST})
