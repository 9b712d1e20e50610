"""What somebody typed into a plain form that failed: it stands on the page of the failure."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

NEVER = frozenset(
    {
        "csrfmiddlewaretoken",
        "next",
        "username",
        "password",
        "old",
        "new",
        "passcode",
        "codes-passcode",
        "remove-passcode",
    }
)


class Kept(NamedTuple):
    address: str
    fields: list[tuple[str, str]]

    @property
    def said(self) -> list[str]:
        """What looks like written by a person and not like a code: to be read and copied."""
        return [text for _name, text in self.fields if " " in text or not text.isascii()]


def kept_of(request: HttpRequest) -> Kept | None:
    """None: nothing was typed, or it holds a password or a file, which are never shown again."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return None
    try:
        given, has_files = request.POST, bool(request.FILES)
    except (UnreadablePostError, SuspiciousOperation, MultiPartParserError):
        return None
    fields = [(name, text) for name in given for text in given.getlist(name) if name not in NEVER]
    if has_files or "password" in given or "old" in given or not fields:
        return None
    return Kept(request.get_full_path(), fields)


def is_own_form(request: HttpRequest) -> bool:
    """Whether a page of this host sent it: another one's words never stand on our pages."""
    own = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin", "") == own


def came_from(request: HttpRequest) -> str:
    """The page with the form, when it is one of ours."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host():
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
