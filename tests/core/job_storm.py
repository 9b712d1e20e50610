"""A program: workers that are killed and paused at random until every job is done.

`python -m tests.core.job_storm LEASE_SECONDS SEED`; the seed is what a failure is replayed with.
"""

import os
import random
import signal
import sys
import time
from zoneinfo import ZoneInfo

import django

django.setup()

from django.db import connection  # noqa: E402

from weixi.core import jobs  # noqa: E402
from weixi.core.actor import SYSTEM  # noqa: E402
from weixi.core.clock import now  # noqa: E402
from weixi.core.journal import record  # noqa: E402
from weixi.core.working import Worker  # noqa: E402

WORKERS = 4


def effect(held, at):
    held.progress(0, 1)
    with held.finishing():
        record("test.effect", by=SYSTEM, at=at, job=held.job_id)


def start(lease_seconds):
    """Forked: a killed worker is replaced in milliseconds. No connection crosses the fork."""
    connection.close()
    pid = os.fork()
    if pid:
        return pid
    try:
        Worker(
            {"effect": effect}, now, ZoneInfo("UTC"), lease_seconds=lease_seconds, poll_seconds=0.05
        ).run()
    finally:
        os._exit(0)


def storm(lease_seconds, dice):
    alive = [start(lease_seconds) for _ in range(WORKERS)]
    paused = {}
    while jobs.counts()["waiting"] + jobs.counts()["running"]:
        time.sleep(dice.uniform(0.02, 0.2))
        for pid in [pid for pid, until in paused.items() if until < time.monotonic()]:
            os.kill(pid, signal.SIGCONT)
            del paused[pid]
        victim = dice.choice(alive)
        if dice.random() < 0.5:
            os.kill(victim, signal.SIGKILL)
            os.waitpid(victim, 0)
            paused.pop(victim, None)
            alive[alive.index(victim)] = start(lease_seconds)
        elif not paused:
            os.kill(victim, signal.SIGSTOP)
            paused[victim] = time.monotonic() + 2 * lease_seconds
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    storm(float(sys.argv[1]), random.Random(int(sys.argv[2])))
