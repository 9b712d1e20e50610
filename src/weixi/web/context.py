"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from weixi.core.clock import now
from weixi.staff.queries import NOBODY

from .appearance import theme_of
from .rail import address, home_of, places


def shell(request: HttpRequest) -> dict[str, Any]:
    """Frame data; `places` is worked out only where a whole page is drawn."""
    actor = getattr(request, "actor", NOBODY)
    language = get_language() or settings.LANGUAGE_CODE
    is_chinese = language.startswith("zh")
    return {
        "actor": actor,
        "places": lambda: places(actor, request.path),
        "home_url": lambda: home_of(actor),
        "search_url": lambda: address("web:search"),
        "theme": theme_of(request),
        "language": language,
        "html_lang": "zh-CN" if is_chinese else "en",
        "other_language": ("en", "English", "EN") if is_chinese else ("zh-hans", "简体中文", "中"),
        "now": now,
    }
