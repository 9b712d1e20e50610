"""What `weixi bench pages` runs in its database: queries, weight and time of the daily pages."""

import gzip
import os
import random
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from weixi.cli.asking import CONNECTIONS, ask_all
from weixi.cli.children import start, stop, wait_until_ready
from weixi.cli.output import show_json
from weixi.cli.ports import free_port
from weixi.collect.customers.queries import all_ids
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.staff.actions import create_user
from weixi.staff.queries import any_admin

TIMES = 3
SERVERS, SECONDS = 2, 10
SEARCHED = ("王", "李娜", "zhang", "wl", "1380", "ouyang", "li", "陈")
VISITS = 60  # of one page, each time

Rows = list[dict[str, Any]]


def bench_pages() -> None:
    """As an administrator sees them, on the data that is there. Prints JSON."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    client, cookie = _signed_in()
    addresses = _addresses()
    size = f"{len(all_ids(COMMAND_LINE)):,} customers"
    rows = [row for name, urls in addresses.items() for row in _page(client, name, urls, size)]
    show_json([*rows, *_load(addresses["customer"], cookie, size)])


def _signed_in() -> tuple[Client, str]:
    user = any_admin()
    if user is None:
        user = create_user(
            username="bench", name="Bench", role="admin", team=None, password=None,
            by=COMMAND_LINE, at=now(),
        )  # fmt: skip
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return client, f"{name}={client.cookies[name].value}"


def _addresses() -> dict[str, list[str]]:
    chosen = random.Random(4)  # the same customers each time
    ids = all_ids(COMMAND_LINE)
    if not ids:
        raise RuleBroken("“bench pages” needs customers: see “weixi demo” or “weixi import”.")
    opened = chosen.sample(ids, min(VISITS, len(ids)))
    return {
        "customer": [f"/customers/{pk}" for pk in opened],
        "list": ["/customers/"] * 20,
        "today": ["/"] * 20,
        "search": [f"/search?q={text}" for text in SEARCHED] * 3,
        "segments": ["/segments/"] * 5,
        "reports": ["/reports/"] * 5,
        "cohorts": ["/reports/cohorts/"] * 5,
    }


def _page(client: Client, name: str, urls: Sequence[str], size: str) -> Rows:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(urls[0])
        queries = len(asked)  # at once: the next request begins to count anew
    if answer.status_code != HTTPStatus.OK:
        raise RuleBroken(f"{urls[0]} answered {answer.status_code}.")
    rounds = [_times(client, urls) for _ in range(TIMES)]

    def row(figure: str, value: float, unit: str) -> dict[str, Any]:
        return _told(f"pages {name} {figure}", value, unit, size)

    return [
        row("queries", queries, ""),
        row("weight", len(gzip.compress(answer.content)) / 1024, "KiB gzip"),
        row("p50", median(_part(wall, 0.5) for wall, _cpu in rounds), "ms"),
        row("p95", median(_part(wall, 0.95) for wall, _cpu in rounds), "ms"),
        row("p50 of the processor", median(_part(cpu, 0.5) for _wall, cpu in rounds), "ms"),
        row("p95 of the processor", median(_part(cpu, 0.95) for _wall, cpu in rounds), "ms"),
    ]


def _told(name: str, figure: float, unit: str, size: str) -> dict[str, Any]:
    command = "weixi bench pages"
    number = float(f"{figure:.4g}")
    return {"name": name, "figure": number, "unit": unit, "command": command, "size": size}


def _times(client: Client, urls: Iterable[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each answer: on the clock, and of the processor (that a busy machine
    does not make longer by waiting)."""
    wall, cpu = [], []
    for url in urls:
        began, worked = perf_counter(), process_time()
        client.get(url)
        wall.append((perf_counter() - began) * 1_000)
        cpu.append((process_time() - worked) * 1_000)
    return wall, cpu


def _part(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _load(paths: Sequence[str], cookie: str, size: str) -> Rows:
    """Whole customer pages a second through `weixi serve`, the asking included; and what a page
    takes of the processors of its servers, which a busy machine does not make longer by waiting."""
    port = free_port(8_200)
    children = [start("serve", "--port", str(port), "--workers", str(SERVERS))]
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/healthz", children)
        ask_all(port, paths, cookie, seconds=2)  # warm
        before = _processor_seconds(children[0].pid)
        rounds = [ask_all(port, paths, cookie, seconds=SECONDS) for _ in range(TIMES)]
        spent = _processor_seconds(children[0].pid) - before
    finally:
        stop(children)
    rates = [count / seconds for count, seconds in rounds]
    each = spent * 1_000 / max(1, sum(count for count, _seconds in rounds))
    name = f"pages customer at {CONNECTIONS}"
    return [
        _told(name, median(rates), "pages/s", size),
        _told(f"{name}: the servers' processor", each, "ms", size),
    ]


def _processor_seconds(pid: int) -> float:
    """Of a process and of those it started. Nothing where there is no /proc."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.is_dir():
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    started = {c for task in tasks.iterdir() for c in (task / "children").read_text().split()}
    return ticks / os.sysconf("SC_CLK_TCK") + sum(_processor_seconds(int(c)) for c in started)
