"""Wording with places to fill, as it is read on a page."""

from django.utils.translation import override

from weixi.web.placeholders import shown


def test_a_place_is_shown_by_its_word() -> None:
    with override("zh-hans"):
        said = shown("{name}您好，积分 {points} 分")
    assert said == (
        '<span class="wx-place">客户姓名</span>您好，积分 <span class="wx-place">现有积分</span> 分'
    )


def test_of_an_either_or_the_first_sentence_is_shown() -> None:
    with override("en"):
        said = shown("[[You have {points}.||Hello.]] Bye")
    assert said == 'You have <span class="wx-place">Points they have</span>. Bye'


def test_a_place_with_words_of_its_own_is_shown_by_its_name() -> None:
    with override("zh-hans"):
        assert "{" not in shown("请找{owner|我们}，{honorific}您好")


def test_what_people_typed_never_becomes_markup() -> None:
    assert shown("<b>{name}</b>").startswith("&lt;b&gt;")
