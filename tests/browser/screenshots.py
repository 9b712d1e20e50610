"""python -m tests.browser.screenshots OUT [PAGE …]: every page × width × theme × language.

With WEIXI_VAR or WEIXI_DATABASE_URL set it shows that installation; else an empty one of its own.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
OWN = not {"WEIXI_VAR", "WEIXI_DATABASE_URL"} & set(os.environ)
if OWN:
    os.environ["WEIXI_VAR"] = tempfile.mkdtemp(prefix="weixi-pictures-")

import django  # noqa: E402

django.setup()

from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test.testcases import LiveServerThread  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

from tests.browser import looking  # noqa: E402
from tests.browser.pages import LANGUAGES, PAGES, THEMES, WIDTHS, Shot  # noqa: E402
from tests.browser_binary import launch_options  # noqa: E402
from weixi.collect.customers.models import Customer  # noqa: E402
from weixi.core.actor import SYSTEM  # noqa: E402
from weixi.core.clock import now  # noqa: E402
from weixi.staff.actions import create_shipped_roles, create_user  # noqa: E402
from weixi.staff.models import User  # noqa: E402


@contextmanager
def served() -> Iterator[str]:
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()
    connections.close_all()


def person(role: str) -> Any:
    """Somebody with the role; made only in an installation of our own."""
    found = User.objects.filter(role__code=role, is_active=True).order_by("pk").first()
    if found or not role:
        return found
    create_shipped_roles()
    return create_user(
        username=role, name="周敏", role=role, team=None, password=None, by=SYSTEM, at=now()
    )


def photograph(browser: Browser, address: str, out: Path, shot: Shot) -> int:
    who, customer = person(shot.role), Customer.objects.order_by("pk").first()
    where = shot.address.format(
        customer=customer.pk if customer else 1, person=who.pk if who else 1
    )
    found = 0
    for width, theme, language in product(WIDTHS, THEMES, LANGUAGES):
        look: dict[str, Any] = {"width": width, "theme": theme, "language": language}
        with looking.context(browser, address, user=who, **look) as opened:
            page = opened.new_page()
            complaints = looking.watched(page)
            answer = page.goto(where, wait_until="load")
            assert answer is not None
            if answer.status != shot.status:
                complaints.append(f"answered {answer.status}")
            if looking.sideways(page) > 0:
                complaints.append(f"{looking.sideways(page)} px too wide")
            name = f"{shot.name}-{width}-{theme}-{language[:2]}"
            page.screenshot(path=out / f"{name}.png", full_page=True)
            complaints += looking.violations(page)
        for complaint in complaints:
            print(f"{name}: {complaint}", file=sys.stderr)
        found += len(complaints)
    return found


def main(out: Path, wanted: list[str]) -> int:
    out.mkdir(parents=True, exist_ok=True)
    if OWN:
        call_command("migrate", verbosity=0)
    options = launch_options()
    options["args"] = [*options["args"], *looking.QUIET]
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        shots = [shot for shot in PAGES if not wanted or shot.name in wanted]
        found = sum(photograph(browser, address, out, shot) for shot in shots)
        browser.close()
    print(f"{len(shots)} pages in {out}, {found} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: python -m tests.browser.screenshots OUT [PAGE …]")
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
