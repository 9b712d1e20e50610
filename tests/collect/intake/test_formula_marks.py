"""What a spreadsheet would run is marked on the way out and comes back as it was (S-12)."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as some

from weixi.collect.intake.rules import neutral, original

SIGNS = "=+-@＝＋－＠"
BLANKS = ["", " ", "\t", "\r", "\n", "\v", "\0", "﻿", "　", " \t\0"]
FORMULAS = ["1+1", 'HYPERLINK("http://x")', "SUM(A1:A9)", "cmd|' /C calc'!A0"]


@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_with_what_starts_a_formula(sign: str) -> None:
    for before, rest in product(BLANKS, FORMULAS):
        text = before + sign + rest
        marked = neutral(text)
        assert marked == "'" + text
        assert original(marked) == text


@pytest.mark.parametrize(
    "text", ["-5.20", "+8613800002046", "+86 138-0000-2046", "-1,234.50", "2026-01-31", "Ana", ""]
)
def test_plain_numbers_and_words_are_left_alone(text: str) -> None:
    assert neutral(text) == text


@given(some.text(alphabet=some.sampled_from("'=+-@＝ \t\0a1"), max_size=8))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert original(neutral(text)) == text
