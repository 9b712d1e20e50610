"""The client of the page benchmark counts whole answers and nothing else."""

import pytest

from weixi.cli.asking import Answer
from weixi.core.errors import RuleBroken

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nContent-Length: 5\r\n\r\n"


def test_an_answer_is_whole_with_its_last_byte() -> None:
    answer = Answer()
    pieces = [HEAD[:20], HEAD[20:], b"he", b"ll", b"o"]
    assert [answer.take(piece) for piece in pieces] == [False, False, False, False, True]
    assert answer.take(HEAD + b"again")


def test_a_page_that_is_refused_is_no_page() -> None:
    with pytest.raises(RuleBroken, match="429"):
        Answer().take(b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n")


def test_a_closed_connection_is_said() -> None:
    with pytest.raises(RuleBroken, match="closed"):
        Answer().take(b"")
