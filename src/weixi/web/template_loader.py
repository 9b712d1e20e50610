"""Templates compiled once for each language, with all that never changes in it put in beforehand.

Half the tags of a page say the same each time: a fixed text, a symbol, the address of a file or
of a page. They are worked out when the template is read and stand in it as plain text.
"""

import re
from typing import Any

from django.template import Context, Origin
from django.template.loaders import cached
from django.urls import NoReverseMatch
from django.utils.translation import get_language

_WORD = r"""(?:"[^"]*"|'[^']*')"""
FIXED = re.compile(
    rf"{{%\s*(?:translate\s+{_WORD}(?:\s+context\s+{_WORD})?"
    rf"|icon\s+{_WORD}(?:\s+cls={_WORD})?|static\s+{_WORD}|url\s+{_WORD})\s*%}}"
)


class Loader(cached.Loader):
    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language()} {super().cache_key(template_name, skip)}"

    def get_contents(self, origin: Origin) -> str:
        text: str = super().get_contents(origin)
        return FIXED.sub(lambda found: self._fixed(found.group()), text)

    def _fixed(self, tag: str) -> str:
        """What the tag gives, or the tag itself where there is no such page."""
        try:
            return str(self.engine.from_string(tag).render(Context()))
        except NoReverseMatch:
            return tag
