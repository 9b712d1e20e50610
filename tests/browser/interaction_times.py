"""python -m tests.browser.interaction_times ADDRESS CUSTOMER: how soon a press is seen on a page.

Against a running `weixi serve` of the installation that WEIXI_VAR or WEIXI_DATABASE_URL names. The
browser's own event timing: from the press to the next painted frame, as "interaction to next
paint" (INP) takes it; a press that is seen within 16 ms is not listed and counts as 16.
"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import django

django.setup()

from playwright.sync_api import Page, sync_playwright  # noqa: E402

from tests.browser import looking  # noqa: E402
from tests.browser_binary import launch_options  # noqa: E402
from weixi.staff.models import User  # noqa: E402

WATCH = """() => { window.taken = {}; new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (e.interactionId)
    window.taken[e.interactionId] = Math.max(window.taken[e.interactionId] || 0, e.duration);
}).observe({type: "event", durationThreshold: 16, buffered: true}); }"""
LOADS = 20  # of thirty events each


def main(address: str, customer: str) -> None:
    user = User.objects.filter(role__code="admin", is_active=True).order_by("pk").first()
    with sync_playwright() as started:
        browser = started.chromium.launch(**launch_options())
        with looking.context(browser, address, user=user, language="en") as opened:
            page = opened.new_page()
            page.goto(f"/customers/{customer}")
            page.evaluate(WATCH)
            presses = _work(page)
            taken = sorted(page.evaluate("() => Object.values(window.taken)"))
        browser.close()
    shown = [16] * max(presses - len(taken), 0) + taken
    place = -(-98 * len(shown) // 100) - 1  # INP: the slowest but one in fifty
    print(f"{presses} presses: median {shown[len(shown) // 2]} ms, INP {shown[place]} ms")


def _work(page: Page) -> int:
    """Ever longer: what was loaded stays. Returns the presses."""
    more, events, presses = (
        page.get_by_role("link", name="30 more"),
        page.locator("#timeline time"),
        0,
    )
    while presses < LOADS and more.count():
        shown = events.count()
        more.click()
        events.nth(shown).wait_for()
        presses += 1
    for tab in page.locator("#timeline nav a").all()[:3]:
        tab.click()
        page.wait_for_load_state("networkidle")
    page.keyboard.press("Control+k")
    page.keyboard.type("wang")
    page.keyboard.press("Escape")
    return presses + 3 + 6


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
