"""Every number of a furnished demo that opens a list, held against the rows of that list.

`python -m tests.browser.counting` prints what differs, as JSON; no browser is needed. Read are all
pages and dialogs of pages.py, and each page that they lead to with something chosen.
"""

import json
import os
import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weixi.config.settings")

import django

django.setup()

from django.test import Client  # noqa: E402

from tests.browser import furnishing  # noqa: E402
from tests.browser.pages import PAGES, ROLES  # noqa: E402

LINK = re.compile(r'<a\b[^>]*?\bhref="([/?][^"#]*)[^"]*"[^>]*>(.*?)</a>', re.S)
# In a cell of a matrix, and behind the name of a choice.
MARKED = re.compile(
    r'<span class="wx-big">(.*?)</span>|<span class="[^"]*wx-3">([\d,]+)</span>\s*$', re.S
)
TAG = re.compile(r"<[^>]+>")
NUMBER = re.compile(r"[−-]?([\d,]+)(?: customers?)?")
NO_COUNT = re.compile(
    r"/settings/(calendar\?|people/)"
)  # days of a month; how much a person can do
# A page of this kind for each scheme, playbook and campaign; pages.py has one of them.
ALIKE = re.compile(r"/(segments/\w+/|playbooks/\w+|campaigns/\d+/)")
# What a page loads when it is opened.
PARTS = ("/segments/rfm/bands",)
ROW = re.compile(r"<(?:tr|li)[^>]*\bdata-row\b")
LIST = re.compile(r'<ul class="(?:touch|or)-list">(.*?)</ul>', re.S)
PERSON = re.compile(r'<th scope="row"[^>]*>\s*<a[^>]* href="/customers/\d+')
NEXT = re.compile(r'<a[^>]*rel="next"[^>]*href="([^"]+)"')


class Figure(NamedTuple):
    text: str
    url: str

    @property
    def count(self) -> int:
        return int(self.text.replace(",", ""))


class Reader:
    """Reads pages as the person whom each is for; what a list holds is counted once."""

    def __init__(self) -> None:
        self._browsers: dict[str, Client] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def read(self, url: str, role: str) -> str:
        answer = self._browser(role).get(url)
        assert answer.status_code == 200, (url, role, answer.status_code)
        return "" if answer.streaming else answer.content.decode()

    def rows(self, url: str, role: str) -> int:
        if (url, role) not in self._counts:
            self._counts[url, role] = sum(map(rows_in, self._further(url, role)))
        return self._counts[url, role]

    def _further(self, url: str, role: str) -> Iterator[str]:
        while url:
            html = self.read(url, role)
            yield html
            found = NEXT.search(html)
            url = urljoin(url, unescape(found[1])) if found else ""

    def _browser(self, role: str) -> Client:
        if role not in self._browsers:
            made = Client(HTTP_HOST="127.0.0.1", HTTP_ACCEPT_LANGUAGE="en")
            made.force_login(furnishing.user(ROLES[role]))
            self._browsers[role] = made
        return self._browsers[role]


def rows_in(html: str) -> int:
    rows = ROW.findall(html) or PERSON.findall(html)
    return len(rows) or sum(part.count("<li") for part in LIST.findall(html))


def links(url: str, html: str) -> Iterator[tuple[str, str]]:
    return ((urljoin(url, unescape(href)), inner) for href, inner in LINK.findall(html))


def figures_of(url: str, html: str) -> Iterator[Figure]:
    for address, inner in links(url, html):
        marked = MARKED.search(inner)
        text = (marked[1] or marked[2]) if marked else inner
        found = NUMBER.fullmatch(unescape(TAG.sub("", text)).strip())
        if found and not NO_COUNT.match(address):
            yield Figure(found[1], address)


def further_pages(url: str, html: str) -> Iterator[str]:
    """Pages of the same kind, and the same page with one thing chosen."""
    path, told = choices(url)
    for address, _inner in links(url, html):
        other, chosen = choices(address)
        if ALIKE.fullmatch(address) or (
            other == path and len(chosen) <= max(len(told), 1) and "cursor" not in chosen
        ):
            yield address


def choices(url: str) -> tuple[str, tuple[str, ...]]:
    """What is chosen of a page, whatever is chosen of it: one of these is read."""
    parts = urlsplit(url)
    return parts.path, tuple(sorted(name for name, _value in parse_qsl(parts.query)))


def walked(reader: Reader) -> Iterator[tuple[str, str, list[Figure]]]:
    places = furnishing.ready()
    waiting = deque(
        (shot.address.format(**places), shot.role)
        for shot in PAGES
        if shot.role and shot.status == 200
    )
    waiting += ((part.format(**places), "admin") for part in PARTS)
    seen = {(choices(url), role) for url, role in waiting}
    while waiting:
        url, role = waiting.popleft()
        html = reader.read(url, role)
        figures = list(figures_of(url, html))
        yield url, role, figures
        for address in further_pages(url, html) if figures else ():
            if (choices(address), role) not in seen:
                seen.add((choices(address), role))
                waiting.append((address, role))


def main() -> None:
    reader, counted, wrong = Reader(), Counter[str](), []
    for url, role, figures in walked(reader):
        counted[urlsplit(url).path] += len(figures)
        wrong += [
            f"{url} ({role}): {figure.text} opens {held} at {figure.url}"
            for figure in figures
            if (held := reader.rows(figure.url, role)) != figure.count
        ]
    json.dump({"counted": +counted, "wrong": wrong}, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
