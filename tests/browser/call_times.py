"""python -m tests.browser.call_times ADDRESS [RUNS]: from the telephone system's event to the card.

Against a running `weixi serve` of the installation that WEIXI_VAR or WEIXI_DATABASE_URL names.
"""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import json
import secrets
from urllib.request import Request, urlopen

import django

django.setup()

from playwright.sync_api import sync_playwright  # noqa: E402

from tests.browser import looking  # noqa: E402
from tests.browser_binary import launch_options  # noqa: E402
from weixi.collect.calls.actions import set_extension  # noqa: E402
from weixi.core.actor import SYSTEM  # noqa: E402
from weixi.core.clock import now  # noqa: E402
from weixi.staff.actions import create_token  # noqa: E402
from weixi.staff.models import Role, User  # noqa: E402

RUNS = 30


def main(address: str, runs: int) -> None:
    role = Role.objects.get(code="admin")
    role.permissions = sorted({*role.permissions, "calls.tell"})
    role.save()
    user = User.objects.filter(role=role, is_active=True).order_by("pk").first()
    assert user is not None
    set_extension("call-times", user.pk, by=SYSTEM, at=now())
    key = create_token(
        user=user, name="times", scopes=["calls.tell"], expires_at=None, by=SYSTEM, at=now()
    )
    with sync_playwright() as started:
        browser = started.chromium.launch(**launch_options())
        with looking.context(browser, address, user=user) as opened:
            page = opened.new_page()
            page.goto("/customers/")
            page.wait_for_selector("#calls", state="attached")
            page.wait_for_timeout(1_500)
            taken = sorted(_once(page, address, key) for _ in range(runs))
        browser.close()
    median, p95 = taken[len(taken) // 2], taken[-(-95 * len(taken) // 100) - 1]
    print(f"{runs} calls: median {median:.2f} s, p95 {p95:.2f} s, longest {taken[-1]:.2f} s")


def _once(page: object, address: str, key: str) -> float:
    body = {"event": secrets.token_hex(8), "number": "13900000000", "extension": "call-times"}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    begun = time.perf_counter()
    urlopen(Request(f"{address}/api/v1/calls", json.dumps(body).encode(), headers)).read()
    page.wait_for_selector("#call-card", timeout=20_000)  # type: ignore[attr-defined]
    taken = time.perf_counter() - begun
    page.click("text=/不留记录|No note/")  # type: ignore[attr-defined]
    page.wait_for_selector("#call-card", state="detached")  # type: ignore[attr-defined]
    return taken


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), int(sys.argv[2]) if len(sys.argv) > 2 else RUNS)
