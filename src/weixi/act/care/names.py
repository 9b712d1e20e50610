"""How a customer is addressed. Pure."""

from weixi.collect.customers.pinyin import COMPOUND_SURNAMES, is_chinese

TITLES = {"f": "女士", "female": "女士", "女": "女士", "m": "先生", "male": "先生", "男": "先生"}
ENGLISH_TITLES = {"女士": "Ms", "先生": "Mr"}


def honorific(name: str, *, gender: str = "", position: str = "") -> str:
    """陈 + 经理, 林 + 女士; without title or position the full name, and no guess.

    >>> honorific("欧阳静", gender="女")
    '欧阳女士'
    """
    title = TITLES.get(gender.strip().lower(), "")
    if is_person(name):
        return surname(name) + (position or title) if position or title else name
    english = ENGLISH_TITLES.get(title, "")
    return f"{english} {name.split()[-1]}" if english and name.split() else name


def surname(name: str) -> str:
    """欧阳静 → 欧阳, never 欧; 单文博 → 单."""
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def is_person(name: str) -> bool:
    """Looks like a Chinese personal name."""
    return 2 <= len(name) <= 4 and all(is_chinese(character) for character in name)
