"""A million rows: bounded memory, progress, and a stop within two seconds (J-09)."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.nightly

ROWS = 1_000_000
PROJECT = Path(__file__).parents[3]
MOST_KILOBYTES = 300_000
TAKE_IN = """
import django, json, resource, sys, time
from pathlib import Path
django.setup()
from weixi.collect.intake.actions import Request, import_files, request_cancel
from weixi.core import clock
from weixi.core.actor import COMMAND_LINE

asked = []

def watch(progress):
    if progress.done >= int(sys.argv[2]) and not asked:
        asked.append(time.monotonic())
        from weixi.collect.intake.models import ImportBatch
        request_cancel(ImportBatch.objects.latest("pk").pk, by=COMMAND_LINE)

request = Request("orders", (Path(sys.argv[1]),), preset="online-retail")
report = import_files(request, by=COMMAND_LINE, at=clock.now(), on_progress=watch)
print(json.dumps({
    "state": report.state, "rows": report.rows, "created": report.created,
    "kilobytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "beside": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
    "stopped_after": time.monotonic() - asked[0] if asked else None,
}))
"""


def a_file(path: Path) -> Path:
    with path.open("w", encoding="utf-8") as file:
        file.write("InvoiceNo,CustomerID,InvoiceDate,StockCode,Description,Quantity,UnitPrice\n")
        for n in range(ROWS):
            order = n // 3
            day = f"2026-{1 + order % 9:02d}-11 10:{order % 60:02d}"
            head = f"O{order:07d},C{order * 7919 % 100_003:06d},{day}"
            product = n * 31 % 3_001
            file.write(f"{head},P{product},商品{product},{1 + n % 5},{n % 997}.{n % 90 + 10}\n")
    return path


def test_a_million_lines_need_little_memory_and_stop_quickly(
    own_installation: dict[str, str], tmp_path: Path
) -> None:
    path = a_file(tmp_path / "lines.csv")
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "-v0"],
        env=own_installation,
        cwd=PROJECT,
        check=True,
    )

    def take_in(stop_after: int) -> dict[str, float]:
        done = subprocess.run(
            [sys.executable, "-c", TAKE_IN, str(path), str(stop_after)],
            env=own_installation, cwd=PROJECT, check=True, stdout=subprocess.PIPE,
        )  # fmt: skip
        return dict(json.loads(done.stdout))

    stopped = take_in(100_000)
    assert (stopped["state"], stopped["rows"]) == ("stopped", 100_000)
    assert stopped["stopped_after"] < 2
    whole = take_in(2 * ROWS)
    assert (whole["state"], whole["created"]) == ("done", ROWS - 100_000)
    assert 0 < whole["beside"] < MOST_KILOBYTES  # the process that reads and checks the file
    assert whole["kilobytes"] < MOST_KILOBYTES
