"""Walks from the rail through every page; a figure that opens a list must count what it holds."""

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.journeys.forty_company import found_company, refresh
from weixi.web.rail import ENTRIES, address

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# Figures that count customers are links of this class with a whole number as their text.
FIGURE = re.compile(r'<a class="[^"]*wx-fig[^"]*"[^>]*href="([^"]+)"[^>]*>\s*([^<]*?)\s*</a>')
CELL = re.compile(r'role="gridcell"><a href="([^"]+)".*?<span class="wx-big">([^<]*)</span>', re.S)
LINK = re.compile(r'<a [^>]*href="(/[^"#]*)"')
ROW = re.compile(r"<(?:tr|li)[^>]*\bdata-row\b")
# Rows of people without a list to move in by keys: lost customers, behind a report.
PERSON = re.compile(r'<th scope="row"[^>]*>\s*<a[^>]* href="/customers/\d+')
NEXT = re.compile(r'<a[^>]*rel="next"[^>]*href="([^"]+)"')
ELSEWHERE = ("/settings", "/imports", "/search", "/sign", "/home", "/account")
PAGES_MOST = 150


def get(browser, url):
    answer = browser.get(url, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200, (url, answer.status_code)
    return answer.content.decode() if not answer.streaming else ""


def is_page(url):
    """A page of an area that holds figures: not of one customer, no file, no further pages."""
    parts = urlsplit(url)
    return (
        not parts.path.startswith(ELSEWHERE)
        and not re.search(r"/\d+|export|/new|undo|assign|components|edit|cursor", url)
        and not parts.path.endswith((".csv", ".xlsx"))
    )


def rows_in(browser, url):
    """All rows of a list, over its further pages."""
    count, seen = 0, set()
    while url and url not in seen:
        seen.add(url)
        html = get(browser, url)
        count += len(ROW.findall(html)) or len(PERSON.findall(html))
        found = NEXT.search(html)
        url = urljoin(url, unescape(found[1])) if found else ""
    return count


def walked(browser):
    """(page, its figures), from the rail on, every address once without what sorts or cuts it."""
    waiting = deque(url for entry in ENTRIES if (url := address(entry.route)) and is_page(url))
    seen = set(waiting)
    while waiting and len(seen) < PAGES_MOST:
        url = waiting.popleft()
        html = get(browser, url)
        told = FIGURE.findall(html) + CELL.findall(html)
        yield url, [(urljoin(url, unescape(to)), text) for to, text in told]
        for found in map(unescape, LINK.findall(html)):
            if "?" not in found and is_page(found) and found not in seen:
                seen.add(found)
                waiting.append(found)


def test_every_figure_opens_as_many_rows_as_it_says(customer, person):
    found_company(customer)
    refresh()
    browser = Client()
    browser.force_login(person("admin"))
    wrong, counted = [], 0
    for page, figures in walked(browser):
        for url, text in figures:
            if not re.fullmatch(r"[\d,]+", text):
                continue  # a share or an amount of money
            counted += 1
            held = rows_in(browser, url)
            if held != int(text.replace(",", "")):
                wrong.append(f"{page}: {text} opens {held} at {url}")
    assert not wrong, "\n".join(wrong)
    assert counted >= 60
