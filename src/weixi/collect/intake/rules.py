"""Cells that a spreadsheet would run as a formula: marked going out, unmarked coming in."""

import re

MARK = "'"
# Excel and WPS skip blanks and some control characters before they look for the sign.
STARTS_FORMULA = re.compile(r"'*[ \t\r\n\v\0﻿　]*[=+\-@＝＋－＠]")
PLAIN_NUMBER = re.compile(r"[+\-]?[0-9][0-9 .,:/\-]*")


def neutral(text: str) -> str:
    """What may be written to a file that people open: '=HYPERLINK(…) instead of =HYPERLINK(…).

    >>> neutral("=1+1"), neutral("-5.20"), neutral("Ana")
    ("'=1+1", '-5.20', 'Ana')
    """
    if STARTS_FORMULA.match(text) and not PLAIN_NUMBER.fullmatch(text):
        return MARK + text
    return text


def original(text: str) -> str:
    """What `neutral` was given."""
    if text.startswith(MARK) and STARTS_FORMULA.match(text[1:]):
        return text[1:]
    return text
