"""A page that nobody photographs and checks is found here, not by its reader."""

import re

from django.urls import Resolver404, resolve

from tests.browser.pages import PAGES, SEEN_ELSEWHERE
from weixi.web.access import routes


def test_every_page_and_dialog_is_on_the_list_or_said_to_be_seen_elsewhere() -> None:
    """A route that answers GET is photographed and checked, or pages.py says why not."""
    listed = {name for shot in PAGES if (name := route_of(shot.address))}
    readable = {
        route.name.partition(":")[2]
        for route in routes(("web",))
        if route.need is not None and "GET" in route.need.methods
    }
    assert sorted(readable - listed - set(SEEN_ELSEWHERE)) == []
    assert sorted(set(SEEN_ELSEWHERE) - readable) == []
    assert sorted(listed & set(SEEN_ELSEWHERE)) == []


def test_every_page_has_a_name_of_its_own() -> None:
    assert len({shot.name for shot in PAGES}) == len(PAGES)


def route_of(address: str) -> str:
    """The name of the route that answers; "" for the pages of nothing."""
    path = re.sub(r"\{\w+\}", "1", address.partition("?")[0])
    try:
        return str(resolve(path).url_name)
    except Resolver404:
        return ""
