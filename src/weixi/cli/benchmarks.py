"""What `weixi bench` can measure. Each runs real commands in a database and folder of its own."""

import csv
import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

from weixi.cli.benchmarks_models import churn_retail, churn_telco, truth
from weixi.cli.children import wait_until_ready, weixi
from weixi.cli.ports import free_port
from weixi.core.errors import RuleBroken
from weixi.simulate.company import END

TIMES = 3
PORT = 8_700  # or the next that is free
KINDS = (
    "customers", "orders", "contacts", "complaints", "answers", "points", "costs", "referrals",
)  # fmt: skip
DAYS = ("ordered_at", "due_at", "paid_at")
MEBIBYTE = 1024


class Done(NamedTuple):
    """One run of a command: wall seconds, peak memory of the process in MiB, what it printed."""

    seconds: float
    mebibytes: float
    text: str

    def json(self) -> dict[str, Any]:
        """RuleBroken when rows were refused: the speed of refusing is not what is measured."""
        told = dict(json.loads(self.text))
        if told.get("rejected"):
            raise RuleBroken(f"{told['rejected']:,} rows were refused: {told['reasons']}")
        return told


@dataclass(frozen=True)
class Bench:
    """`customers`: asked for instead of the benchmark's own size."""

    folder: Path
    customers: int | None
    cdnow: Path | None
    retail: Path | None = None
    telco: Path | None = None

    def size(self, usual: int) -> int:
        return self.customers or usual

    def run(self, *arguments: str, var: str = "var") -> Done:
        """The command alone, in a database that belongs to this benchmark."""
        began = perf_counter()
        child = subprocess.Popen(
            weixi(*arguments), stdout=subprocess.PIPE, env=self._environment(var)
        )
        assert child.stdout is not None
        text = child.stdout.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuleBroken(f"“weixi {' '.join(arguments[:2])}” did not succeed (see above).")
        return Done(perf_counter() - began, usage.ru_maxrss / MEBIBYTE, text)

    def until_page(self, url: str, *arguments: str) -> float:
        """Seconds from the command to the first answer at the address; it is stopped then."""
        began = perf_counter()
        child = subprocess.Popen(weixi(*arguments), env=self._environment("var"))
        try:
            wait_until_ready(url, [child])
            return perf_counter() - began
        finally:
            child.terminate()
            child.wait()

    def _environment(self, var: str) -> dict[str, str]:
        others = {k: v for k, v in os.environ.items() if not k.startswith("WEIXI_")}
        return {**others, "WEIXI_VAR": str(self.folder / var)}


Rows = list[dict[str, Any]]


def machine() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    cores = len(os.sched_getaffinity(0))
    memory = pages * size / 2**30
    return f"{cores} cores, {memory:.0f} GiB, {platform.machine()}, Python {sys.version.split()[0]}"


def _row(name: str, figure: float, unit: str, command: str, size: str) -> dict[str, Any]:
    return {
        "name": name,
        "figure": float(f"{figure:.4g}"),
        "unit": unit,
        "command": f"weixi {command}",
        "size": size,
    }


def _help(bench: Bench) -> Rows:
    seconds = median(bench.run("--help").seconds for _ in range(TIMES))
    return [_row("help", seconds, "s", "--help", "–")]


def _fit_cdnow(bench: Bench) -> Rows:
    if bench.cdnow is None:
        raise RuleBroken("fit-cdnow needs the public file: --cdnow CDNOW_master.txt")
    file = bench.folder / "cdnow.csv"
    customers = _summarised(bench.cdnow, file)
    runs = [bench.run("fit", "bgnbd", str(file), "--json").json() for _ in range(TIMES)]
    seconds = median(run["seconds"] for run in runs)
    return [_row("fit-cdnow", seconds, "s", "fit bgnbd", f"{customers:,} customers")]


def _summarised(master: Path, target: Path) -> int:
    """CDNOW's lines → frequency, recency, T in weeks, over all of its 545 days."""
    days: dict[str, set[date]] = {}
    for line in master.read_text().splitlines():
        number, day = line.split()[:2]
        if not day.isdigit():
            continue  # some copies have a header
        days.setdefault(number, set()).add(date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:8]}"))
    end = max(max(found) for found in days.values())
    with target.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(("frequency", "recency", "T"))
        for found in days.values():
            first, last = min(found), max(found)
            table.writerow((len(found) - 1, (last - first).days / 7, (end - first).days / 7))
    return len(days)


def _fit_million(bench: Bench) -> Rows:
    customers = bench.size(1_000_000)
    out = str(bench.folder / "company")
    bench.run("simulate", "--customers", str(customers), "--plain", "--out", out,
              "--format", "parquet")  # fmt: skip
    runs = [bench.run("fit", "bgnbd", f"{out}/rfm.csv", "--json") for _ in range(TIMES)]
    size = f"{customers:,} customers"
    return [
        _row("fit-1m", median(r.json()["seconds"] for r in runs), "s", "fit bgnbd", size),
        _row("fit-1m memory", median(r.mebibytes for r in runs), "MiB", "fit bgnbd", size),
    ]


def _company(bench: Bench, customers: int) -> Path:
    """The files of a simulated company, whose customers have owners: see `_founded`."""
    out = bench.folder / "company"
    bench.run("simulate", "--customers", str(customers), "--out", str(out))
    return out


def _founded(bench: Bench, var: str = "var") -> None:
    """An empty database with the people whom the simulated customers belong to."""
    bench.run("init", var=var)
    bench.run("hire", var=var)


def _import(bench: Bench) -> Rows:
    """A fresh database each time: a second import of the same file would add nothing."""
    customers = bench.size(100_000)
    out, rates, memories = _company(bench, customers), [], []
    for number in range(TIMES):
        var = f"var{number}"
        _founded(bench, var)
        bench.run("import", "customers", str(out / "customers.csv"), "--json", var=var).json()
        done = bench.run("import", "orders", str(out / "orders.csv"), "--json", var=var)
        told = done.json()
        rates.append(told["rows"] / told["seconds"])
        memories.append(done.mebibytes)
    size = f"{told['rows']:,} order lines"
    return [
        _row("import", median(rates), "rows/s", "import orders", size),
        _row("import memory", median(memories), "MiB", "import orders", size),
    ]


def _filled(bench: Bench, customers: int) -> int:
    """A company with every order placed twice. Returns its order lines."""
    out = _company(bench, customers)
    _founded(bench)
    files = {kind: out / f"{kind}.csv" for kind in KINDS}
    rows = [_taken_in(bench, *one) for one in files.items()]
    again = _taken_in(bench, "orders", placed_again(files["orders"]))
    return rows[KINDS.index("orders")] + again


def _taken_in(bench: Bench, kind: str, file: Path) -> int:
    return int(bench.run("import", kind, str(file), "--json").json()["rows"])


def placed_again(orders: Path) -> Path:
    """The same orders a second time, 1 to 19 days before: a company with twice as many."""
    again = orders.with_name("again.csv")
    with orders.open(newline="") as opened, again.open("w", newline="") as written:
        rows = csv.DictReader(opened)
        table = csv.DictWriter(written, rows.fieldnames or ())
        table.writeheader()
        table.writerows(_before(row) for row in rows)
    return again


def _before(row: dict[str, str]) -> dict[str, str]:
    """`order_id` ends with the number of the order."""
    back = timedelta(days=int(row["order_id"].rpartition("-")[2]) % 19 + 1)
    moved = {name: str(datetime.fromisoformat(row[name]) - back) for name in DAYS if row[name]}
    moved |= {name: f"{row[name]}-B" for name in ("order_id", "returned_of") if row[name]}
    return row | moved


def _refresh(bench: Bench) -> Rows:
    """Three ordinary days one after the other: the day before them has nothing to compare with."""
    customers = bench.size(100_000)
    lines = _filled(bench, customers)
    first, *days = (str(END - timedelta(days=back)) for back in range(TIMES, -1, -1))
    bench.run("refresh", "--as-of", first, "--json")
    runs = [bench.run("refresh", "--as-of", day, "--json") for day in days]
    told = [run.json() for run in runs]
    size = f"{customers:,} customers, {lines:,} order lines"
    rows = [
        _row("refresh", median(t["seconds"] for t in told), "s", "refresh", size),
        _row("refresh, whole command", median(r.seconds for r in runs), "s", "refresh", size),
    ]
    rows += [
        _row(f"refresh {stage['name']}", stage["seconds"], "s", "refresh", size)
        for stage in told[-1]["stages"]
    ]
    return [
        *rows,
        _row("refresh memory", median(r.mebibytes for r in runs), "MiB", "refresh", size),
    ]


def _demo(bench: Bench) -> Rows:
    call = ("demo", "--no-serve", "--customers", str(bench.size(2_000)))
    seconds = bench.run(*call).seconds
    return [_row("demo", seconds, "s", "demo --no-serve", f"{bench.size(2_000):,} customers")]


def _demo_again(bench: Bench) -> Rows:
    """With all of it there, until the first page is answered."""
    call = ("demo", "--customers", str(bench.size(2_000)))
    bench.run(*call, "--no-serve")
    port = free_port(PORT)
    url = f"http://127.0.0.1:{port}/"
    seconds = median(bench.until_page(url, *call, "--port", str(port)) for _ in range(TIMES))
    return [_row("demo-again", seconds, "s", "demo", f"{bench.size(2_000):,} customers")]


def _pages(bench: Bench) -> Rows:
    """On the company of the demo, whose people own the customers. With --keep it is made once."""
    bench.run("demo", "--no-serve", "--customers", str(bench.size(100_000)))
    rows: Rows = json.loads(bench.run("bench-pages").text)
    return rows


def _outbox(bench: Bench) -> Rows:
    """Every customer gets one message; 20 workers are killed on the way."""
    customers = bench.size(100_000)
    file = bench.folder / "customers.csv"
    with file.open("w", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(("customer_id", "name", "email"))
        table.writerows((f"B{n}", f"Customer {n}", f"b{n}@example.com") for n in range(customers))
    bench.run("init")
    bench.run("import", "customers", str(file), "--json")
    told = bench.run("bench-outbox").json()
    size = f"{told['messages']:,} messages, {told['kills']} kills"
    units = {"rate": "messages/s", "lost": "", "doubled": "", "unknown": ""}
    return [
        _row(f"outbox {name}", told[name], unit, "bench outbox", size)
        for name, unit in units.items()
    ]


BENCHMARKS: dict[str, Callable[[Bench], Rows]] = {
    "help": _help,
    "fit-cdnow": _fit_cdnow,
    "fit-1m": _fit_million,
    "import": _import,
    "refresh": _refresh,
    "demo": _demo,
    "demo-again": _demo_again,
    "pages": _pages,
    "truth": truth,
    "churn-retail": churn_retail,
    "churn-telco": churn_telco,
    "outbox": _outbox,
}
