"""How a Chinese name may be typed on a Latin keyboard: every reading, whole and by initials.

Whole-name calls of pypinyin read surnames wrongly (曾 as ceng) and cost 51 s a million names; a
map of single characters costs one. Readings of surnames come first from the table below.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from itertools import islice, product
from typing import Any

# Surnames that are read otherwise than the character usually is; the surname's reading first.
SURNAMES: dict[str, tuple[str, ...]] = {
    "曾": ("zeng", "ceng"), "单": ("shan", "dan", "chan"), "区": ("ou", "qu"),
    "解": ("xie", "jie"), "仇": ("qiu", "chou"), "查": ("zha", "cha"), "盖": ("ge", "gai"),
    "朴": ("piao", "pu"), "翟": ("zhai", "di"), "乐": ("yue", "le"), "缪": ("miao", "mou", "miu"),
    "繁": ("po", "fan"), "种": ("chong", "zhong"), "员": ("yun", "yuan"), "覃": ("qin", "tan"),
    "乜": ("nie", "mie"), "召": ("shao", "zhao"), "折": ("she", "zhe"), "黑": ("he", "hei"),
    "洗": ("xian", "xi"), "冼": ("xian",), "隗": ("wei", "kui"), "宓": ("mi", "fu"),
    "郇": ("xun", "huan"), "谌": ("chen", "shan"), "柏": ("bai", "bo"), "薄": ("bo", "bao"),
    "车": ("che", "ju"), "句": ("gou", "ju"), "石": ("shi", "dan"), "秘": ("bi", "mi"),
    "叶": ("ye", "xie"), "任": ("ren",), "宁": ("ning",), "燕": ("yan",), "华": ("hua",),
    "晁": ("chao",), "佴": ("nai", "er"), "哈": ("ha", "hei"), "撒": ("sa",), "那": ("na", "nuo"),
    "盛": ("sheng", "cheng"), "殷": ("yin", "yan"), "纪": ("ji",), "俞": ("yu", "shu"),
    "祭": ("zhai", "ji"), "尉": ("wei", "yu"), "万": ("wan", "mo"), "令": ("ling",),
    "逄": ("pang",), "贲": ("ben", "bi"), "笮": ("ze", "zuo"), "阚": ("kan", "han"),
    "过": ("guo",), "曲": ("qu",), "应": ("ying",), "仉": ("zhang",), "长": ("zhang", "chang"),
    "干": ("gan",), "洪": ("hong",), "臧": ("zang",), "藏": ("zang", "cang"), "郗": ("xi", "chi"),
    "葛": ("ge",), "牟": ("mu", "mou"), "费": ("fei", "bi"), "卜": ("bu",), "幺": ("yao",),
    "眭": ("sui",), "尹": ("yin",), "佘": ("she",), "厍": ("she",), "郄": ("qie", "xi"),
    "邬": ("wu",), "璩": ("qu",), "都": ("du", "dou"), "会": ("gui", "hui"), "能": ("nai", "neng"),
    "不": ("fou", "bu"), "适": ("kuo", "shi"), "角": ("jue", "jiao"), "陂": ("bei",),
    "行": ("xing", "hang"), "强": ("qiang", "jiang"), "朝": ("chao", "zhao"), "夏": ("xia",),
    "莘": ("shen", "xin"), "郝": ("hao",), "邢": ("xing",), "尧": ("yao",), "危": ("wei",),
}  # fmt: skip
COMPOUND_SURNAMES: dict[str, str] = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "澹台": "tan tai", "单于": "chan yu",
    "亓官": "qi guan", "乐正": "yue zheng", "鲜于": "xian yu", "令狐": "ling hu",
    "宰父": "zai fu", "夏侯": "xia hou", "皇甫": "huang fu", "呼延": "hu yan", "闻人": "wen ren",
    "东方": "dong fang", "上官": "shang guan", "欧阳": "ou yang", "司马": "si ma",
    "诸葛": "zhu ge", "司徒": "si tu", "司空": "si kong", "公孙": "gong sun", "慕容": "mu rong",
    "宇文": "yu wen", "闾丘": "lv qiu", "南宫": "nan gong", "百里": "bai li", "端木": "duan mu",
    "拓跋": "tuo ba", "独孤": "du gu", "轩辕": "xuan yuan", "赫连": "he lian",
    "濮阳": "pu yang", "淳于": "chun yu", "太叔": "tai shu", "申屠": "shen tu",
    "公羊": "gong yang", "仲孙": "zhong sun", "钟离": "zhong li", "宗政": "zong zheng",
    "漆雕": "qi diao", "公冶": "gong ye", "梁丘": "liang qiu", "左丘": "zuo qiu",
    "东郭": "dong guo", "西门": "xi men", "第五": "di wu", "呼衍": "hu yan", "吐谷浑": "tu yu hun",
}  # fmt: skip
# Characters of company names whose second reading people type.
IN_LONG_NAMES: dict[str, tuple[str, ...]] = {
    "行": ("hang", "xing"), "长": ("chang", "zhang"), "重": ("zhong", "chong"),
    "乐": ("le", "yue"), "都": ("du", "dou"), "厦": ("xia", "sha"), "朝": ("chao", "zhao"),
    "藏": ("cang", "zang"), "盛": ("sheng", "cheng"), "大": ("da",), "和": ("he",),
    "石": ("shi",), "车": ("che",), "会": ("hui",), "调": ("diao", "tiao"), "泊": ("bo", "po"),
}  # fmt: skip
TYPED_UMLAUT = {"lv": ("lv", "lu", "lyu"), "nv": ("nv", "nu", "nyu"), "lve": ("lve", "lue")}
PERSON_CHARACTERS = 4  # longer Chinese names are companies
READINGS_A_CHARACTER = 3
READINGS_A_NAME = 18
READINGS_A_LONG_NAME = 4


def is_chinese(character: str) -> bool:
    code = ord(character)
    return 0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x3FFFF


@lru_cache(maxsize=30_000)
def character_readings(character: str) -> tuple[str, ...]:
    """All common readings of one character, the usual one first; itself when it is not Chinese."""
    if not is_chinese(character):
        return (character.lower(),) if character.isalnum() else ()
    book = _book()
    found = book.pinyin(character, style=book.Style.NORMAL, heteronym=True, errors="ignore")
    readings = found[0][:READINGS_A_CHARACTER] if found else []
    return tuple(typed for one in readings for typed in TYPED_UMLAUT.get(one, (one,)))


@cache
def _book() -> Any:
    """A tenth of a second to load, and most commands read no name."""
    return import_module("pypinyin")


@lru_cache(maxsize=4_000)
def _surname_readings(character: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SURNAMES.get(character, ()) + character_readings(character)))


def name_readings(name: str) -> list[tuple[str, ...]]:
    """The syllables of each way to read `name`, the likeliest first.

    >>> name_readings("单雄信")[:2]
    [('shan', 'xiong', 'xin'), ('shan', 'xiong', 'shen')]
    """
    letters = [c for c in name if is_chinese(c) or c.isalnum()]
    if sum(map(is_chinese, letters)) > PERSON_CHARACTERS:
        choices = [IN_LONG_NAMES.get(c) or character_readings(c)[:1] for c in letters]
        return list(islice(product(*filter(None, choices)), READINGS_A_LONG_NAME))
    return list(dict.fromkeys(islice(_person_readings(letters), READINGS_A_NAME)))


def _person_readings(letters: list[str]) -> Iterable[tuple[str, ...]]:
    compound = COMPOUND_SURNAMES.get("".join(letters[:2]))
    if compound:
        rest = [r for c in letters[2:] if (r := character_readings(c))]
        for given in product(*rest):
            yield (*compound.split(), *given)
    choices = [
        _surname_readings(c) if not i else character_readings(c) for i, c in enumerate(letters)
    ]
    yield from _round_robin([c for c in choices if c])


def _round_robin(choices: list[tuple[str, ...]]) -> Iterable[tuple[str, ...]]:
    """Every combination, those nearest to the usual readings first."""
    places = product(*(range(len(c)) for c in choices))
    for picked in sorted(islice(places, 400), key=sum):
        yield tuple(choice[i] for choice, i in zip(choices, picked, strict=True))


def typed_forms(name: str) -> list[str]:
    """Every Latin text that should find `name` by its beginning, the whole name's first.

    For 曾国藩: zengguofan, zgf, zenggf, cengguofan, …, and from each later character on:
    guofan, gf, fan, f. A name without Chinese is found by the beginning of each word.
    """
    if not any(map(is_chinese, name)):
        words = re.findall(r"\w+", name.lower())
        return list(dict.fromkeys("".join(words[start:]) for start in range(len(words))))
    readings = name_readings(name)
    forms: dict[str, None] = {}
    surname = 2 if name[:2] in COMPOUND_SURNAMES else 1
    for syllables in readings:
        forms.update(dict.fromkeys(whole_forms(syllables, surname)))
    for syllables in readings:
        for start in range(1, len(syllables)):
            forms["".join(syllables[start:])] = None
            forms["".join(s[0] for s in syllables[start:])] = None
    return list(forms)


def whole_forms(syllables: tuple[str, ...], surname: int) -> tuple[str, str, str]:
    """Whole, by initials, and surname whole with the rest by initials (ouxm)."""
    initials = "".join(s[0] for s in syllables)
    return "".join(syllables), initials, "".join(syllables[:surname]) + initials[surname:]
