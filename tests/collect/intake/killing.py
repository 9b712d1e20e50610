"""`python -m tests.collect.intake.killing FILE KILLS SEED`: an import that is killed many times.

Each attempt is a forked process that imports the file and says after every transaction how many
rows are in; it is ended by SIGKILL at a random moment. Then two import it at once, in peace. Prints
what the tables hold, and every attempt's rows that were said to be in and rows that are.
"""

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count, Sum  # noqa: E402

from weixi.collect.customers.models import Customer  # noqa: E402
from weixi.collect.intake import checking  # noqa: E402
from weixi.collect.intake.actions import Progress, Request, import_files, undo  # noqa: E402
from weixi.collect.intake.kinds.registry import KINDS  # noqa: E402
from weixi.collect.intake.models import ImportBatch  # noqa: E402
from weixi.collect.orders.models import Order, OrderLine  # noqa: E402
from weixi.core import clock  # noqa: E402
from weixi.core.actor import COMMAND_LINE  # noqa: E402

KINDS["orders"] = replace(KINDS["orders"], batch_rows=400)


def take_in(path: Path, said: int) -> None:
    def say(progress: Progress) -> None:
        os.write(said, f"{progress.done}\n".encode())

    request = Request("orders", (path,), preset="cdnow")
    import_files(request, by=COMMAND_LINE, at=clock.now(), on_progress=say)


def in_child(work: Any, *arguments: Any) -> int:
    """No connection to the database is ever shared between processes."""
    child = os.fork()
    if child == 0:
        try:
            work(*arguments)
        finally:
            connection.close()
            os._exit(0)
    return child


def killed_once(path: Path, seconds: float) -> tuple[int, int, int]:
    """Rows said to be in, rows that are, and how many batches there are now."""
    heard, said = os.pipe()
    child = in_child(take_in, path, said)
    os.close(said)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with os.fdopen(heard) as pipe:
        words = pipe.read().split("\n")[:-1]
    newest = ImportBatch.objects.order_by("-pk").first()
    is_in = newest.rows if newest else 0
    total = ImportBatch.objects.count()
    connection.close()
    return (int(words[-1]) if words else 0), is_in, total


def facts() -> dict[str, Any]:
    sums = Order.objects.aggregate(amount=Sum("amount"))
    created = ImportBatch.objects.aggregate(created=Sum("created"))["created"]
    keys = OrderLine.objects.values("order", "line_key").distinct().count()
    return {
        "customers": Customer.objects.count(),
        "orders": Order.objects.count(),
        "lines": OrderLine.objects.count(),
        "keys": keys,
        "created": created,
        "amount": sums["amount"],
        "line_amount": OrderLine.objects.aggregate(amount=Sum("amount"))["amount"],
        "empty_orders": Order.objects.annotate(n=Count("lines")).filter(n=0).count(),
        "integrity": integrity(),
    }


def integrity() -> str:
    if connection.vendor != "sqlite":
        return "ok"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return str(cursor.fetchone()[0])


def main(path: Path, kills: int, seed: int) -> None:
    dice, attempts = random.Random(seed), []
    for kill in range(kills):
        is_beside = kill % 3 == 2  # the file is checked in a process of its own
        checking.WORTH_A_PROCESS = 1 if is_beside else 10**9
        attempts.append(killed_once(path, dice.uniform(0.05, 4.0 if is_beside else 1.0)))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for child in [in_child(take_in, path, nowhere) for _twice in range(2)]:
        os.waitpid(child, 0)
    told: dict[str, Any] = {"attempts": attempts, **facts()}
    for batch in ImportBatch.objects.order_by("-pk"):
        undo(batch.pk, by=COMMAND_LINE, at=clock.now())
    told["left"] = Customer.objects.count() + Order.objects.count() + OrderLine.objects.count()
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
