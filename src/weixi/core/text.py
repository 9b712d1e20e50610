"""Text from outside: stored as it is or refused with a sentence, never cut (D-08)."""

import unicodedata

from django.utils.translation import gettext as _

from .errors import RuleBroken, Sentence

KEPT_CONTROLS = frozenset("\n\t")


def checked(text: str, *, what: str, at_most: int, need: bool = False, lines: bool = False) -> str:
    """`text` without outer blanks. `what` names the field; `lines` allows line breaks: forms send
    them as CR LF, they are kept as LF."""
    text = text.replace("\r\n", "\n").strip()
    if any(_is_unwritable(c) for c in text) or ("\n" in text and not lines):
        raise RuleBroken(_("%(field)s holds a character that cannot be written.") % {"field": what})
    if len(text) > at_most:
        raise RuleBroken(
            _("%(field)s has at most %(most)s characters, this has %(found)s.")
            % {"field": what, "most": at_most, "found": len(text)}
        )
    if need and not text:
        raise RuleBroken(_("%(field)s is needed.") % {"field": what})
    return text


def told(problem: Sentence) -> str:
    """What a rule said, in the reader's language."""
    text = _(problem.text)
    return text % problem.values if problem.values else text


def _is_unwritable(c: str) -> bool:
    """NUL and other control characters, and halves of a surrogate pair."""
    return unicodedata.category(c) in {"Cc", "Cs"} and c not in KEPT_CONTROLS
