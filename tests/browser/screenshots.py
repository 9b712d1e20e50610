"""python -m tests.browser.screenshots OUT [PAGE …]: every page × width × theme × language.

With WEIXI_VAR or WEIXI_DATABASE_URL set it shows that demo, else a small one of its own.
"""

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Page

from tests.browser import looking
from tests.browser.pages import LANGUAGES, PAGES, THEMES, WIDTHS, Shot
from tests.browser.walk import Look, dress, walk


def photographs(out: Path, language: str) -> Look:
    def look(shot: Shot, page: Page, said: list[str]) -> None:
        for (width, height), theme in product(WIDTHS.items(), THEMES):
            page.set_viewport_size({"width": width, "height": height})
            dress(page, theme)
            if looking.sideways(page) > 0:
                said.append(f"{looking.sideways(page)} px wider than {width}")
            name = f"{shot.name}-{width}-{theme}-{language[:2]}.png"
            page.screenshot(path=out / name, full_page=not (shot.over or shot.opens))

    return look


def main(out: Path, wanted: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    shots = [shot for shot in PAGES if not wanted or shot.name in wanted]
    found = [
        line for language in LANGUAGES for line in walk(language, shots, photographs(out, language))
    ]
    print(*found, f"{len(shots)} pages in {out}, {len(found)} complaints", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.browser.screenshots OUT [PAGE …]")
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
