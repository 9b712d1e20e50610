"""What to keep in mind while talking, for each reason of the list. Data: edited on a page."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from weixi.core.errors import RuleBroken
from weixi.core.text import checked
from weixi.core.values import declare, value_of

LONGEST, MOST = 120, 6  # characters of a point, and points for a reason
LANGUAGES = ("zh-hans", "en")

TALKING_POINTS = declare(
    "care.talking_points",
    {
        "overdue": {
            "zh-hans": [
                "先问上次买的用得怎样，听完再说",
                "弄清没来的原因：我方、客户自身，还是另有选择",
                "我方的问题当场给出办法；客户不提，不谈下单",
            ],
            "en": [
                "Ask how the last purchase is doing, and listen first",
                "Find out what kept the customer away: us, their own situation, or another"
                " supplier",
                "Put right what is ours; talk of an order only if they do",
            ],
        },
        "gone_quiet": {
            "zh-hans": ["感谢一直以来的支持", "了解近来的需要和变化", "约定下次联系的时间"],
            "en": [
                "Thank them for the time together",
                "Ask what they need now and what has changed",
                "Agree when to talk again",
            ],
        },
        "birthday": {
            "zh-hans": ["只送祝福，今天不谈销售", "用客户喜欢的称呼"],
            "en": [
                "Good wishes only, nothing to sell today",
                "Use the name they like to be called by",
            ],
        },
        "warning": {
            "zh-hans": [
                "先听完，再说出自己的理解",
                "我方原因：纠正并补偿；客户自身：帮助渡过；竞争：突出优势",
                "约定何时做到什么，并守约",
            ],
            "en": [
                "Listen until the end, and say what you have understood",
                "Ours: put it right and compensate. Theirs: help through. Competition: our edge",
                "Agree what happens by when, and keep it",
            ],
        },
        "promise": {
            "zh-hans": ["说明承诺了什么，并告知已经办好", "还没办好就主动说明，并给出新的日期"],
            "en": [
                "Say what was promised, and that it is done",
                "Not yet done: say so before they ask, and name the new day",
            ],
        },
        "manual": {
            "zh-hans": ["按要求办理，并记下结果"],
            "en": ["Do what was asked, and note what came of it"],
        },
        "playbook": {
            "zh-hans": ["先听，客户说的比步骤重要", "记下客户说了什么，下一步由此决定"],
            "en": [
                "Listen first; what they say matters more than the step",
                "Note what was said: the next step depends on it",
            ],
        },
        "next_due": {
            "zh-hans": ["问一问手头的是否快用完", "可以先备好；客户说不需要就不再推荐"],
            "en": [
                "Ask whether what they have is running out",
                "Offer to get it ready; a no is fine",
            ],
        },
    },
)


def talking_points(kind: str, language: str) -> tuple[str, ...]:
    """For the leading reason of a task, in a language; none where people left none."""
    return tuple(talking_points_table().get(kind, {}).get(language, ()))


def talking_points_table() -> dict[str, Mapping[str, Sequence[str]]]:
    """Reason → language → points."""
    return dict(value_of(TALKING_POINTS))


def checked_talking_points(reason: str, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """`reason`: its name, for the sentence. RuleBroken where one language has more points than the
    other, where there are too many, or one is too long."""
    told = {
        one: [checked(text, what=reason, at_most=LONGEST) for text in given.get(one, ())]
        for one in LANGUAGES
    }
    told = {one: [text for text in texts if text] for one, texts in told.items()}
    if len({len(texts) for texts in told.values()}) > 1:
        raise RuleBroken(
            _("{reason}: write as many points in one language as in the other.").format(
                reason=reason
            )
        )
    if any(len(texts) > MOST for texts in told.values()):
        raise RuleBroken(_("{reason}: at most {most} points.").format(reason=reason, most=MOST))
    return told
