"""A live server on the test's database, and Chromium in front of it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser import looking
from tests.browser_binary import launch_options

# Playwright's synchronous interface keeps an event loop in this thread; our code does not use it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    options = launch_options()
    return options | {"args": [*options["args"], *looking.QUIET]}


@pytest.fixture
def signed_in_page(
    browser: Browser, live_server: LiveServer, person: Callable[..., Any]
) -> Iterator[Callable[..., Page]]:
    """signed_in_page(role="agent", language="en", theme="dark", width=360) → a page, not yet
    anywhere: page.goto("/customers/"). `page.user` is the person; `page.complaints` must stay
    empty and is checked when the test ends. role="" is a stranger.
    """
    with ExitStack() as stack:
        pages: list[Page] = []

        def make(role: str = "admin", *, team: Any = None, user: Any = None, **look: Any) -> Page:
            who = user or (person(role, team=team) if role else None)
            opened = looking.context(browser, live_server.url, user=who, **look)
            page = stack.enter_context(opened).new_page()
            page.user, page.complaints = who, looking.watched(page)  # type: ignore[attr-defined]
            pages.append(page)
            return page

        yield make
        assert [c for page in pages for c in page.complaints] == []  # type: ignore[attr-defined]


@pytest.fixture
def no_violations() -> Callable[[Page], None]:
    """no_violations(page): WCAG 2.2 AA, nothing wider than the window."""

    def check(page: Page) -> None:
        assert looking.violations(page) == []
        assert looking.sideways(page) <= 0

    return check
