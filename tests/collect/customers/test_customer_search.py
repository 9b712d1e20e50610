"""Search: 300 ways to type somebody, and what nobody may find."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.customers import search as index
from weixi.collect.customers.actions import NewCustomer, change_customer, create_customer
from weixi.collect.customers.models import Customer, SearchEntry
from weixi.collect.customers.pinyin import name_readings, typed_forms
from weixi.collect.customers.search import search
from weixi.core.actor import COMMAND_LINE, Actor

FIRST_PAGE = 20
# Typed text → the name it must find: surnames with their own reading, usual misreadings,
# polyphones in given names, ü, two-character surnames, companies, Latin names.
POLYPHONES = {
    "曾国藩": "zgf zengguofan cengguofan zenggf 国藩 guofan 藩 曾",
    "单雄信": "sxx dxx shanxiongxin danxiongxin shanxx 雄信 单雄",
    "区小明": "ouxm ouxiaoming quxiaoming oxm qxm 区小",
    "解学龙": "xiexuelong jiexuelong xxl jxl",
    "仇英": "qiuying chouying qy cy",
    "查良镛": "zhaliangyong chaliangyong zly cly",
    "尉迟恭": "yuchigong weichigong ycg yuchig 尉迟 迟恭",
    "万俟卨": "moqixie wanqixie mqx 万俟",
    "朴正熙": "piaozhengxi puzhengxi pzx",
    "翟天临": "zhaitianlin ditianlin ztl",
    "盖聂": "genie gainie gn",
    "缪斯": "miaosi mousi ms",
    "乐毅": "yueyi leyi yy ly",
    "覃辉": "qinhui tanhui qh",
    "召忽": "shaohu zhaohu sh",
    "种师道": "chongshidao zhongshidao csd zsd",
    "员半千": "yunbanqian yuanbanqian ybq",
    "繁钦": "poqin fanqin pq",
    "长孙无忌": "zhangsunwuji changsunwuji zswj 无忌 wuji zhangsunwj",
    "单于丹": "chanyudan shanyudan cyd",
    "澹台灭明": "tantaimieming ttmm",
    "令狐冲": "linghuchong lhc",
    "欧阳修": "ouyangxiu oyx ouyangx",
    "吕布": "lvbu lubu lyubu lb 吕布",
    "叶问": "yewen xiewen yw",
    "石中玉": "shizhongyu szy",
    "曲乐恒": "quleheng quyueheng qlh",
    "张朝阳": "zhangchaoyang zhangzhaoyang zcy zzy",
    "王长江": "wangchangjiang wangzhangjiang wcj",
    "李重阳": "lichongyang lizhongyang lcy 重阳",
    "赵行": "zhaoxing zhaohang zx zh",
    "𠮷田": "𠮷田 𠮷 tian",
    "郗鉴": "xijian chijian xj",
    "贲鑫": "benxin bx",
    "佴健": "naijian nj",
    "深圳市大疆创新科技有限公司": "大疆 dajiang djcx 深圳市大疆 szsdj 创新科技",
    "中国工商银行杭州分行": "工商银行 gongshangyinhang 杭州分行 gsyh",
    "John Smith": "john smith SMITH johnsmith",
    "José García": "jose garcia José",
    "Anna-Maria O'Neil": "anna maria oneil neil",
}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华文辉鑫玉兰建国志海波红梅婷雪琳晨宇轩浩"


def company(names: list[str]) -> None:
    Customer.objects.bulk_create(
        Customer(number=f"KH-{i:05d}", name=name, created_at=NOON, changed_at=NOON)
        for i, name in enumerate(names)
    )
    index.reindex()


@pytest.fixture
def a_crowd(db: None) -> list[str]:
    """Sixty different ordinary names among two thousand customers."""
    dice = random.Random(7)
    names = ["".join([dice.choice(SURNAMES), *dice.choices(GIVEN, k=2)]) for _ in range(2_000)]
    company([*POLYPHONES, *names])
    return sorted(set(names))[:60]


def shown(text: str, actor: Actor = COMMAND_LINE) -> list[str]:
    return [hit.name for hit in search(actor, text, limit=FIRST_PAGE)]


@pytest.mark.slow
def test_three_hundred_ways_of_typing_find_the_wanted_customer(a_crowd: list[str]) -> None:
    probes = [(text, name) for name, texts in POLYPHONES.items() for text in texts.split()]
    for name in a_crowd:
        syllables = name_readings(name)[0]
        probes += [(name, name), (name[1:], name), ("".join(syllables), name)]
    assert len(probes) >= 300
    lost = [(text, name) for text, name in probes if name not in shown(text)]
    assert lost == []


@pytest.mark.slow
def test_a_whole_name_or_reading_comes_before_a_part_of_one(db: None) -> None:
    company(["张国伟强", "国伟", "王国伟", "国伟民"])
    assert shown("国伟")[:2] == ["国伟", "国伟民"]
    assert shown("guowei")[:2] == ["国伟", "国伟民"]
    assert shown("gw")[0] == "国伟"


def test_own_customers_come_first_then_those_opened_lately_then_the_newest(
    person: Callable[..., Any], team: Any, customer: Any, actor: Any
) -> None:
    me = actor("manager", team=team("north"))
    rows = [customer("王伟", team=team("north"), number=f"N{i}") for i in range(4)]
    Customer.objects.filter(pk=rows[0].pk).update(owner_id=me.user_id)
    index.reindex()
    found = [hit.customer_id for hit in search(me, "王伟", recent=[rows[1].pk])]
    assert found == [rows[0].pk, rows[1].pk, rows[3].pk, rows[2].pk]


def test_phone_tail_card_mail_and_number_find_their_customer(actor: Any) -> None:
    me = actor("admin")
    identities = [
        ("phone", "13800002046"), ("card", "6201 0000 3318"), ("email", "lin@example.com"),
        ("wechat", "lin_xiaoyan88"),
    ]  # fmt: skip
    made = create_customer(
        NewCustomer("林晓燕", number="VIP-0007", identities=identities), by=me, at=NOON
    )
    create_customer(NewCustomer("周敏"), by=me, at=NOON)
    for text, matched in {
        "138 0000 2046": "phone", "+8613800002046": "phone", "2046": "tail", "3318": "tail",
        "620100003318": "card", "LIN@example.com": "email", "lin_xiaoyan88": "wechat",
        "VIP-0007": "number", "vip0007": "pinyin", "0007": "pinyin",
    }.items():  # fmt: skip
        hits = search(me, text)
        assert [(h.customer_id, h.matched) for h in hits] == [(made.pk, matched)], text
        assert hits[0].phone == "138****2046"


def test_nobody_finds_customers_beyond_their_reach(actor: Any, team: Any, person: Any) -> None:
    north, south = (actor("agent", team=team(code)) for code in ("north", "south"))
    new = NewCustomer("林晓燕", number="N-1", identities=[("phone", "13800002046")])
    create_customer(new, by=north, at=NOON)
    for text in ("林晓燕", "林", "linxiaoyan", "lxy", "13800002046", "2046", "N-1"):
        assert len(search(north, text)) == 1
        assert search(south, text) == []


def test_a_new_name_is_found_and_the_old_one_is_not(actor: Any) -> None:
    me = actor("admin")
    made = create_customer(NewCustomer("林晓燕"), by=me, at=NOON)
    change_customer(made.pk, {"name": "周敏"}, seen=NOON, by=me, at=NOON)
    assert shown("周敏") == ["周敏"]
    assert shown("林晓燕") == []
    made.delete()
    assert shown("周敏") == []
    assert not SearchEntry.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["", " ", "'", '"', "*", '"; DROP', "a OR b", "NEAR(a b)", "name:x", "&", "|", "!q", "(", ":*",
     "\\", "%", "_", "\0", "😀", "x" * 500, "林 AND", "ﬁ", "½", "a'b", "²"],
)  # fmt: skip
def test_strange_text_breaks_nothing(db: None, text: str) -> None:
    company(["林晓燕"])
    assert shown(text) == []


def test_chinese_and_latin_can_be_mixed(db: None) -> None:
    company(["曾国藩", "曾小贤", "左国栋"])
    assert shown("曾gf") == ["曾国藩"]
    assert shown("zeng guo fan") == ["曾国藩"]


def test_readings_of_a_name_begin_with_the_likeliest() -> None:
    assert typed_forms("曾国藩")[:3] == ["zengguofan", "zgf", "zenggf"]
    assert name_readings("长孙无忌")[0] == ("zhang", "sun", "wu", "ji")
