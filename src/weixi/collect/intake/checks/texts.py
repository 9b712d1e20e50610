"""Text as it is stored: whole or refused, never cut (D-08)."""

import re
import unicodedata
from collections.abc import Callable

from weixi.collect.intake.readers.table import MOST_CHARACTERS
from weixi.collect.intake.reasons import reason as _
from weixi.collect.intake.rules import original

BLANKS = " \t\r\n\v\f\xa0　﻿"
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
EXCEL_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)
ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{1,3}")


def cell(text: str) -> str:
    """Any cell: outer blanks gone. ValueError with a sentence for what nothing can be made of."""
    if len(text) > MOST_CHARACTERS:
        raise ValueError(
            _("The cell holds %(found)d characters, at most %(most)d can be read.")
            % {"found": len(text), "most": MOST_CHARACTERS}
        )
    if text[:1] == "'":
        text = original(text)
    text = text.strip(BLANKS)
    if not text.isprintable() and (wrong := UNWRITABLE.search(text)):
        raise ValueError(_unwritable(wrong[0]))
    if text in EXCEL_ERRORS:
        raise ValueError(_("The cell holds the error %(error)s.") % {"error": text})
    return text


def _unwritable(character: str) -> str:
    code = f"U+{ord(character):04X}"
    if unicodedata.category(character) == "Cs":
        return _("The cell holds half a character (%(code)s).") % {"code": code}
    return _("The cell holds an invisible control character (%(code)s).") % {"code": code}


def text_within(most: int) -> Callable[[str], str]:
    """A check for text of at most `most` characters."""

    def check(text: str) -> str:
        if len(text) > most:
            raise ValueError(
                _("At most %(most)d characters fit, this has %(found)d.")
                % {"most": most, "found": len(text)}
            )
        return text

    return check


def identifier(text: str) -> str:
    """A number of ours such as an order's: one line of up to 64 characters, none rounded away."""
    if text.isalnum() and len(text) <= 64:  # the usual case, quickly
        return text
    if ROUNDED.fullmatch(text):
        raise ValueError(
            _(
                "Excel has rounded this number (%(text)s). Format the column as text, "
                "enter it again, and save."
            )
            % {"text": text}
        )
    if "\n" in text or "\r" in text or "\t" in text:
        raise ValueError(_("A number stands on one line, without tabs."))
    return str(text_within(64)(text))
