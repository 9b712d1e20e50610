"""Wording with places to fill, as people read it: {name} is shown as what will stand there."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from weixi.act.outreach.template_rules import BLOCK, PLACE, VARIABLES


def shown(text: str) -> SafeString:
    """{{ sentence|with_places }}: each place by its word; of an either-or the first sentence."""
    parts: list[str] = []
    rest = BLOCK.sub(lambda found: found.group(1), text)
    end = 0
    for found in PLACE.finditer(rest):
        parts += [conditional_escape(rest[end : found.start()]), _place(found.group(1))]
        end = found.end()
    return mark_safe("".join([*parts, conditional_escape(rest[end:])]))


def _place(name: str) -> SafeString:
    return format_html('<span class="wx-place">{}</span>', place_name(name))


def place_name(name: str) -> str:
    """What stands in the place {name}; one that nobody knows by its name."""
    own = {
        "honorific": _("form of address"),
        "me": _("your own name"),
        "days": _("days since the last order"),
        "rhythm": _("usual days between orders"),
        "date": _("the date"),
    }
    return own.get(name) or (_(VARIABLES[name]) if name in VARIABLES else name)
