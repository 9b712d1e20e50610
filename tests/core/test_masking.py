"""P-01: sixty values and how each looks until it is revealed. Written by hand."""

import pytest

from weixi.core import masking

PHONES = {
    "18612341402": "186****1402", "13800002046": "138****2046", "+8613800002046": "138****2046",
    "19900000000": "199****0000", "02112345678": "021****5678", "057112345678": "057****5678",
    "4008001234": "********34", "12345": "***45", "95588": "***88", "110": "****", "1": "****",
    "": "****",
}  # fmt: skip
EMAILS = {
    "zhangsan@example.com": "zha***@example.com", "lisi@weixi.cn": "lis***@weixi.cn",
    "bob@example.com": "b***@example.com", "ab@example.com": "a***@example.com",
    "a@b.c": "a***@b.c", "first.last@mail.example.org": "fir***@mail.example.org",
    "张三丰真人@例子.公司": "张三丰***@例子.公司", "no-host": "no-***", "@x.cn": "***@x.cn",
    "x+tag@example.com": "x+t***@example.com",
}  # fmt: skip
NAMES = {
    "仲妮": "仲*", "仲小妮": "仲*妮", "欧阳小妮": "欧**妮", "买买提·艾力": "买****力", "曾": "*",
    "": "*", " 林晓燕 ": "林*燕", "李雷": "李*", "单雄信": "单*信", "Ana": "A***",
    "Ana Lee": "A*** L***", "o'Brien": "o***", "J. R. Smith": "J*** R*** S***",
    "上官婉儿": "上**儿",
}  # fmt: skip
ADDRESSES = {
    "北京市朝阳区建国路88号": "北京市朝阳区****", "上海市浦东新区花园小区3栋": "上海市浦东新区****",
    "浙江省杭州市西湖区文三路1号": "浙江省杭州市西湖区****", "江苏省苏州市": "江苏省****",
    "湖南省长沙县星沙镇": "湖南省长沙县****", "浙江省义乌市稠城街道": "浙江省义乌市****",
    "深圳市南山大道5号": "深圳市****", "12 High Street": "12****", "路": "路****", "": "****",
}  # fmt: skip
NUMBERS = {
    "11010119900307751X": "1101****751X", "6222021234567890123": "6222****0123",
    "123456789": "1234****6789", "12345678": "****78", "12345": "****45", "1234": "****",
    "": "****", "V2026000000417": "V202****0417",
}  # fmt: skip
ACCOUNTS = {
    "zhangsan_1988": "zha****88", "wxid_ab12cd": "wxi****cd", "abcdefg": "abc****fg",
    "abcdef": "a****", "a": "a****", "": "****",
}  # fmt: skip
TABLE = [
    *(("phone", *pair) for pair in PHONES.items()),
    *(("email", *pair) for pair in EMAILS.items()),
    *(("address", *pair) for pair in ADDRESSES.items()),
    *(("id_number", *pair) for pair in NUMBERS.items()),
    *(("wechat", *pair) for pair in ACCOUNTS.items()),
]


@pytest.mark.parametrize(("kind", "text", "shown"), TABLE)
def test_contact_data_is_masked_by_its_rule(kind: str, text: str, shown: str) -> None:
    assert masking.masked(kind, text) == shown


@pytest.mark.parametrize(("text", "shown"), NAMES.items())
def test_a_name_is_masked_by_its_length(text: str, shown: str) -> None:
    assert masking.person_name(text) == shown


def test_the_table_has_sixty_values() -> None:
    assert len(TABLE) + len(NAMES) == 60
