"""Where the browser for the browser tests is. `python -m tests.browser_binary` prints it."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SENTENCE = "Chromium is needed for the browser tests: apt-get install chromium fonts-noto-cjk"


class BrowserMissingError(Exception):
    """The sentence a person reads."""


def chromium() -> str:
    """The program named by WEIXI_CHROMIUM, else the first one on PATH."""
    given = os.environ.get("WEIXI_CHROMIUM")
    found = given if given else next(filter(None, map(shutil.which, NAMES)), None)
    if not found or not os.access(found, os.X_OK):
        raise BrowserMissingError(SENTENCE)
    return found


def launch_options() -> dict[str, Any]:
    """What Playwright's `chromium.launch` takes; Chromium's own sandbox refuses root."""
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": chromium(), "args": [*flags, "--disable-dev-shm-usage"]}


if __name__ == "__main__":
    try:
        print(chromium())
    except BrowserMissingError as no:
        sys.exit(str(no))
