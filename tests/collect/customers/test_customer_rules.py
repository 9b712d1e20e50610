"""What the rules say about a value reaches people in their language."""

import pytest

from tests.texts import chinese
from weixi.collect.customers.rules import IdentityKind, normal
from weixi.core.errors import Sentence
from weixi.core.text import told


@pytest.mark.parametrize(
    ("kind", "text", "english", "in_chinese"),
    [
        (
            IdentityKind.PHONE,
            "1380000204",
            "A mobile number has 11 digits, this one has 10.",
            "手机号码应为 11 位数字，现为 10 位。",
        ),
        (
            IdentityKind.WECHAT,
            "w" * 301,
            "At most 300 characters, this has 301.",
            "最多 300 个字符，现有 301 个。",
        ),
        (
            IdentityKind.EMAIL,
            "ana",
            "An e-mail address looks like name@company.com.",
            "邮箱地址形如 name@company.com。",
        ),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_both_languages(
    kind: IdentityKind, text: str, english: str, in_chinese: str
) -> None:
    with pytest.raises(Sentence) as refused:
        normal(kind, text)
    no = refused.value
    assert str(no) == english
    assert chinese()["", no.text][0] % no.values == in_chinese


def test_a_percent_sign_in_a_sentence_without_values_stands() -> None:
    assert told(Sentence("100 % is the most.")) == "100 % is the most."
