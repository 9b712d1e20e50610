"""Through every page and dialog of a demo: one browser page per role, each address opened once.

Theme and width are changed in place; only the language costs a page of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
OWN = not {"WEIXI_VAR", "WEIXI_DATABASE_URL"} & set(os.environ)
if OWN:
    os.environ["WEIXI_VAR"] = tempfile.mkdtemp(prefix="weixi-pages-")

import django  # noqa: E402

django.setup()

from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.db import connections  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright  # noqa: E402

from tests.browser import furnishing, looking  # noqa: E402
from tests.browser.pages import ROLES, Shot  # noqa: E402
from tests.browser_binary import launch_options  # noqa: E402
from weixi.cli import children, demo_company  # noqa: E402

CUSTOMERS = 150
OPEN = """async (address) => {
  document.querySelectorAll("dialog[open]").forEach((d) => d.close());
  const place = document.querySelector("#dialogs, #drawer");
  place.replaceChildren();
  await htmx.ajax("GET", address, { target: place, swap: "innerHTML" });
}"""
SETTLED = "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
SHOWN = "dialog[open], [popover]:popover-open"
DRESS = "(theme) => { document.documentElement.dataset.bsTheme = theme; }"
# Called with the shot, its page and the complaints so far, to which it adds.
Look = Callable[[Shot, Page, list[str]], None]


def walk(language: str, shots: Sequence[Shot], look: Look) -> list[str]:
    """What is wrong, a line each: page, language, complaint."""
    if OWN and not demo_company.state():
        made = children.weixi("demo", "--no-serve", "--customers", str(CUSTOMERS))
        subprocess.run(made, check=True, stdout=sys.stderr)
    places = furnishing.ready()
    with _served() as address, _chromium() as browser:
        found: list[str] = []
        for role in dict.fromkeys(shot.role for shot in shots):
            who = furnishing.user(ROLES[role]) if role else None
            with looking.context(browser, address, user=who, language=language) as opened:
                page = opened.new_page()
                said = looking.watched(page)
                for shot in (shot for shot in shots if shot.role == role):
                    page.set_viewport_size({"width": 1366, "height": 768})
                    dress(page, "light")
                    _open(page, shot, places, said)
                    look(shot, page, said)
                    found += [f"{shot.name} ({language}): {line}" for line in said]
                    said.clear()
    return found


def dress(page: Page, theme: str) -> None:
    page.evaluate(DRESS, theme)


def _open(page: Page, shot: Shot, places: dict[str, Any], said: list[str]) -> None:
    where = (shot.over or shot.address).format(**places)
    if not shot.over or not page.url.endswith(where):
        answer = page.goto(where, wait_until="load")
        if answer is None or answer.status != shot.status:
            said.append(f"answered {answer and answer.status}")
    if shot.over:
        page.evaluate(OPEN, shot.address.format(**places))
    if shot.opens:
        page.locator(shot.opens).first.click()
    if shot.over or shot.opens:
        try:
            page.locator(SHOWN).first.wait_for()
        except TimeoutError:
            said.append("no dialog opened")
    page.wait_for_function(SETTLED)


@contextmanager
def _served() -> Iterator[str]:
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connections.close_all()


@contextmanager
def _chromium() -> Iterator[Browser]:
    options = launch_options()
    options["args"] = [*options["args"], *looking.QUIET]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
