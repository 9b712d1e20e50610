"""Why a row cannot be taken: said once, kept as template and values, read in anybody's language.

`reason` stands in the place of gettext where rows are checked: what it returns is the sentence in
the language of now, and knows what it was made of. `kept` is that as one text for a table or a
file, `read` the sentence again, in the language of whoever reads.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from weixi.core.errors import Sentence

LONGEST_VALUE, LONGEST = 200, 1_000
KEPT_BEGINS = '["'


class Reason(str):
    """The sentence, filled; `template` is the English text, `values` what its places hold."""

    template: str
    values: Mapping[str, Any]

    def __new__(
        cls, text: str, template: str = "", values: Mapping[str, Any] | None = None
    ) -> "Reason":
        made = super().__new__(cls, text)
        made.template, made.values = template, values or {}
        return made

    def __mod__(self, values: Any) -> "Reason":
        return Reason(str.__mod__(self, values), self.template, values)

    def __str__(self) -> str:
        return self  # str(ValueError(reason)) stays a reason

    def __reduce__(self) -> Any:
        return Reason, (self[:], self.template, dict(self.values))

    def without(self, value: str) -> "Reason":
        """Of rows that differ in this value alone, the same."""
        if not value or value not in map(str, self.values.values()):
            return self
        values = {n: "…" if str(v) == value else v for n, v in self.values.items()}
        return Reason(_filled(self.template, values), self.template, values)


def reason(text: str) -> Reason:
    return Reason(gettext(text), text)


def reason_of(fault: ValueError) -> str:
    """What a check said; rules say it untranslated."""
    if isinstance(fault, Sentence):
        return Reason(_filled(fault.text, fault.values), fault.text, fault.values)
    return str(fault)


def kept(sentence: str) -> str:
    """As one text, a thousand characters at most. A sentence of elsewhere stays as it is."""
    if not isinstance(sentence, Reason) or not sentence.template:
        return _writable(sentence)
    values = {name: _short(value) for name, value in sentence.values.items()}
    text = json.dumps([sentence.template, values], ensure_ascii=False)
    return text if len(text) <= LONGEST else _writable(sentence)


def read(text: str) -> str:
    """What `kept` was given, in the language of now."""
    if not text.startswith(KEPT_BEGINS):
        return text
    try:
        template, values = json.loads(text)
        return _filled(template, values)
    except (ValueError, KeyError, TypeError):
        return text


def _filled(template: str, values: Mapping[str, Any]) -> str:
    text = gettext(template)
    return text % values if values else text


def _short(value: Any) -> Any:
    if isinstance(value, int | float):
        return value
    return _writable(str(value), LONGEST_VALUE)


def _writable(text: str, most: int = LONGEST) -> str:
    """Cut, and without halves of characters."""
    return text[:most].encode("utf-8", "replace").decode()
