"""What `weixi bench outbox` runs in its database: a full outbox, a mail server, two workers that
are killed again and again; then everything is counted on both sides."""

import os
import random
import signal
import socket
import subprocess
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils import timezone

from weixi.act.outreach.actions import Source, enqueue_many
from weixi.act.outreach.outbox import identities_in, is_open
from weixi.act.outreach.sending import Sender
from weixi.act.outreach.smtp_way import SmtpWay
from weixi.cli.children import start
from weixi.cli.output import say, show_json
from weixi.cli.ports import free_port
from weixi.cli.smtp_sink import serve
from weixi.collect.customers.queries import all_ids
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now

PORT = 12_525
WORKERS = 2
LEASE_SECONDS = 5.0
LOOK_SECONDS = 0.2
SOURCE = ("manual", "bench")


def bench_outbox(
    role: Annotated[str, typer.Option(help="run, sink or worker.")] = "run",
    kills: Annotated[int, typer.Option(help="How many workers are killed.")] = 20,
    port: Annotated[int, typer.Option(help="Of the mail server.")] = 0,
    shift: Annotated[int, typer.Option(help="Hours by which the clock is ahead.")] = 0,
) -> None:
    """As many messages as there are customers, counted at the mail server. Prints JSON."""
    log = Path(settings.VAR) / "sink.log"
    match role:
        case "sink":
            serve(port, log)
        case "worker":
            _work(port, shift)
        case _:
            show_json(_run(kills, log))


def _run(kills: int, log: Path) -> dict[str, Any]:
    shift, port = _shift(), free_port(PORT)
    at = _clock(shift)
    ids = all_ids(COMMAND_LINE)
    began = time.perf_counter()
    written = enqueue_many(
        source=Source(*SOURCE), customer_ids=ids, channel="email", purpose="service",
        template="renewal", variables={}, not_before=at, by=COMMAND_LINE, at=at,
    )  # fmt: skip
    enqueued = time.perf_counter() - began
    say(f"{written.waiting:,} messages written in {enqueued:.0f} s")
    log.touch()
    sink = start("bench-outbox", "--role", "sink", "--port", str(port))
    try:
        _wait_for(port)
        seconds, killed = _drained(port, shift, kills, written.waiting, log)
    finally:
        sink.kill()
        sink.wait()
    return {
        "messages": written.waiting,
        "enqueue_seconds": round(enqueued, 1),
        "seconds": round(seconds, 1),
        "rate": round(written.waiting / seconds, 1),
        "kills": killed,
        **_compared(log),
    }


def _drained(port: int, shift: int, kills: int, messages: int, log: Path) -> tuple[float, int]:
    """Kills fall at random, spread over the work as it goes on, which the log of the mail server
    tells: counting the table would take what is measured."""
    dice, killed = random.Random(20261121), 0
    marks = sorted(dice.random() * 0.95 * messages for _ in range(kills))
    began = time.perf_counter()
    workers = [_worker(port, shift) for _ in range(WORKERS)]
    try:
        while is_open(*SOURCE):
            time.sleep(LOOK_SECONDS + dice.random() * LOOK_SECONDS)
            if killed < kills and _lines(log) >= marks[killed]:
                victim = dice.randrange(WORKERS)
                os.killpg(workers[victim].pid, signal.SIGKILL)
                workers[victim].wait()
                killed += 1
            workers = [w if w.poll() is None else _worker(port, shift) for w in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    return time.perf_counter() - began, killed


def _lines(log: Path) -> int:
    """All of its lines are as long as the first."""
    with log.open("rb") as opened:
        first = opened.readline()
    return log.stat().st_size // len(first) if first else 0


def _wait_for(port: int) -> None:
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(LOOK_SECONDS)
        else:
            return


def _worker(port: int, shift: int) -> "subprocess.Popen[bytes]":
    told = ("--role", "worker", "--port", str(port), "--shift", str(shift))
    return start("bench-outbox", *told)


def _work(port: int, shift: int) -> None:
    way = SmtpWay(f"smtp://127.0.0.1:{port}", "care@example.com", "Weixi", "care@example.com")
    sender = Sender(
        {"email": way},
        clock=lambda: _clock(shift),
        worker=f"bench-{os.getpid()}",
        lease_seconds=LEASE_SECONDS,
    )
    while is_open(*SOURCE):
        sender.drain()
        time.sleep(LOOK_SECONDS)


def _compared(log: Path) -> dict[str, int]:
    """The mail server's log against the table. Lost: said to be sent and never seen there, or
    neither sent nor left to a person."""
    seen = Counter(line for line in log.read_text().splitlines() if line)
    states = identities_in(*SOURCE)
    sent = {one for one, state in states.items() if state == "sent"}
    unknown = {one for one, state in states.items() if state == "unknown"}
    return {
        "arrived": len(seen),
        "doubled": sum(n > 1 for n in seen.values()),
        "lost": len(sent - set(seen)) + len(set(states) - sent - unknown),
        "strangers": len(set(seen) - sent - unknown),
        "unknown": len(unknown),
        "unknown_arrived": len(unknown & set(seen)),
    }


def _shift() -> int:
    """Hours from now to noon: not in anybody's quiet hours, whenever the benchmark runs."""
    return 12 - timezone.localtime(now()).hour


def _clock(shift: int) -> datetime:
    return now() + timedelta(hours=shift)
