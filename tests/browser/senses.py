"""python -m tests.browser.senses LANGUAGE [PAGE …]: axe, 320 pixels and words on every page.

Prints one JSON list of complaints. Each is judged twice by every rule of WCAG 2.2 AA: on the wide
screen, and at 320 pixels, where nothing may be wider than the window; once light and once dark. In
the other language themes and widths are paired the other way; `--all` judges all four. No page
shows a code where a word belongs.
"""

import json
import sys
from collections.abc import Sequence
from itertools import product

from playwright.sync_api import Page

from tests.browser import looking
from tests.browser.pages import PAGES, THEMES, Shot
from tests.browser.walk import Look, dress, walk

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 320, "height": 640}
PAIRS = {
    "zh-hans": ((WIDE, "light"), (NARROW, "dark")),
    "en": ((WIDE, "dark"), (NARROW, "light")),
}
MENUS = "() => [...document.querySelectorAll('main [popover][id]')].map((menu) => menu.id)"
UNFOLD = "(id) => document.getElementById(id).showPopover()"
FOLD = "(id) => document.getElementById(id).hidePopover()"


def judging(looks: Sequence[tuple[dict[str, int], str]]) -> Look:
    def look(shot: Shot, page: Page, said: list[str]) -> None:
        room = "dialog[open]" if shot.over else ""
        said += looking.raw(page, room=room)
        for size, theme in looks:
            page.set_viewport_size(size)  # type: ignore[arg-type]
            dress(page, theme)
            found = looking.violations(page, room=room)
            if not room and not shot.opens:
                found += menus(page)
            if looking.sideways(page) > 0:
                found.append(f"{looking.sideways(page)} px too wide")
            said += [f"{theme}, {size['width']} px: {line}" for line in found]

    return look


def menus(page: Page) -> list[str]:
    """What is wrong in the menus of the page itself, each opened once."""
    found = []
    for menu in page.evaluate(MENUS):
        page.evaluate(UNFOLD, menu)
        found += looking.violations(page, room=f"#{menu}")
        page.evaluate(FOLD, menu)
    return found


def main(language: str, wanted: list[str]) -> None:
    looks = PAIRS[language]
    if "--all" in wanted:
        wanted.remove("--all")
        looks = tuple(product((WIDE, NARROW), THEMES))
    shots = [shot for shot in PAGES if not wanted or shot.name in wanted]
    print(json.dumps(walk(language, shots, judging(looks)), ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
