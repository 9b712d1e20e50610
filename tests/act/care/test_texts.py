"""The Chinese of the care list, as a Chinese product would write it."""

from tests.texts import chinese


def test_the_reason_is_one_plain_sentence_with_its_numbers():
    text = "%(days)d day without an order, usually about every %(rhythm)d days"
    said, _ = chinese()["", text]
    assert said % {"days": 47, "rhythm": 20} == "已 47 天未下单，平时约 20 天一次"


def test_reasons_have_names_of_their_own():
    names = [chinese()["reason", word][0] for word in ("Overdue", "Gone quiet", "Birthday")]
    assert names == ["超过购买节奏", "高价值沉默", "生日"]
