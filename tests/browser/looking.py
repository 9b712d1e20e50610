"""A browser on a page: signed in, in a language, a theme and a width; and what axe says of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT as AXE_SOURCE
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from playwright.sync_api import Browser, BrowserContext, Page

from weixi.core.clock import now

from .pages import WIDTHS

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def session_of(user: Any, *, language: str, theme: str) -> str:
    """The key of a new session, as signing in would make it."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "weixi.staff.backend.WithRole"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["signed_in_at"] = session["seen_at"] = int(now().timestamp())
    session["language"], session["theme"] = language, theme
    session.create()
    return str(session.session_key)


@contextmanager
def context(
    browser: Browser,
    address: str,
    *,
    user: Any = None,
    language: str = "zh-hans",
    theme: str = "light",
    width: int = 1366,
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        viewport={"width": width, "height": WIDTHS.get(width, 768)},
        locale="zh-CN" if language.startswith("zh") else "en-GB",
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=width < 768,
        reduced_motion="reduce",
        base_url=address,
    )
    cookies: dict[str, str] = {settings.LANGUAGE_COOKIE_NAME: language, "wx-theme": theme}
    if user is not None:
        cookies[settings.SESSION_COOKIE_NAME] = session_of(user, language=language, theme=theme)
    host = urlsplit(address).hostname or "localhost"
    opened.add_cookies(
        [{"name": k, "value": v, "domain": host, "path": "/"} for k, v in cookies.items() if v]
    )
    yield opened
    opened.close()


def watched(page: Page) -> list[str]:
    """Collects what a page must never do: script errors, refused styles or scripts."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("console", lambda m: complaints.append(m.text) if _is_trouble(m) else None)
    return complaints


def _is_trouble(message: Any) -> bool:
    return message.type == "error" and "status of" not in message.text


AXE = """async ([rules, room]) => (await axe.run(room || document, {runOnly: rules,
  resultTypes: ["violations"], elementRef: false})).violations.flatMap((rule) =>
  rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))"""


def violations(page: Page, *, room: str = "", rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds against WCAG 2.2 AA, a line each: rule, place, why. `room`: only in there."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SOURCE)
    return list(page.evaluate(AXE, [list(rules), room]))


# What nobody should read: {places} to fill, either-or marks, snake_case and dotted codes. Fields,
# `code` and the hints that explain places may show them; so may names of files.
RAW = r"""(room) => {
  const whole = document.querySelector(room || "body");
  const walker = document.createTreeWalker(whole, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const places = /\{[a-z_|]+\}|\[\[|%\(|\b[a-z]+_[a-z_]+\b/, codes = /^[a-z]+\.[a-z_]+$/;
    if (!places.test(text) && !codes.test(text)) continue;
    const may = node.parentElement.closest("code, textarea, option, script, style, .hint");
    if (!may && !/\.(csv|xlsx|parquet)$/.test(text)) found.push(text);
  }
  return found;
}"""


def raw(page: Page, *, room: str = "") -> list[str]:
    """Texts that show a code where a word belongs."""
    return [f"shown raw: {text[:80]}" for text in page.evaluate(RAW, room)]


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(width))
