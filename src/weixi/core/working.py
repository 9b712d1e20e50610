"""The loop of a worker: schedule, reap, claim, run; a second thread keeps lease and heartbeat."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import DatabaseError, close_old_connections, connection

from . import heartbeats, jobs, timetable
from .errors import RuleBroken
from .jobs import Held

log = logging.getLogger("weixi.worker")
POLL_SECONDS = 1.0
BEAT_SECONDS = 5.0
Handler = Callable[[Held, datetime], None]


@dataclass
class Worker:
    """Runs one job at a time until `stop` is set. `clock` is the machine's: for the schedule
    and for what handlers write, never for leases."""

    handlers: Mapping[str, Handler]
    clock: Callable[[], datetime]
    zone: ZoneInfo
    name: str = field(default_factory=lambda: f"{socket.gethostname()[:40]}-{os.getpid()}")
    lease_seconds: float = jobs.LEASE_SECONDS
    poll_seconds: float = POLL_SECONDS
    stop: threading.Event = field(default_factory=threading.Event)
    held: Held | None = None
    next_beat: float = 0.0  # of the timetable, by the machine's steady clock

    def run(self, *, until_empty: bool = False) -> None:
        heart = threading.Thread(target=self._keep_beating, daemon=True)
        heart.start()
        while not self.stop.is_set():
            worked = self._safely(self._round)
            if until_empty and worked is False:
                break
            if not worked:
                self.stop.wait(self.poll_seconds)
        self.stop.set()
        heart.join(BEAT_SECONDS)
        self._safely(lambda: heartbeats.gone(self.name))

    def _round(self) -> bool:
        """Whether there was a job to run."""
        self._look_at_the_timetable()
        jobs.reap()
        held = jobs.claim(self.name, lease_seconds=self.lease_seconds)
        if held is None:
            return False
        self.run_one(held)
        return True

    def _look_at_the_timetable(self) -> None:
        """Its own sign of life: a worker whose timetable stands still must not look well."""
        for name in timetable.tick(at=self.clock(), zone=self.zone):
            log.info("due: %s", name)
        if self.next_beat <= time.monotonic():
            heartbeats.beat(heartbeats.TIMETABLE, "scheduler", started_at=self.clock())
            self.next_beat = time.monotonic() + BEAT_SECONDS

    def run_one(self, held: Held) -> None:
        held.is_stopping = self.stop.is_set
        self.held = held
        try:
            self._end(held, self._problem(held))
        except jobs.LeaseLost:
            log.warning("%s %s went to another worker", held.name, held.job_id)
        finally:
            self.held = None

    def _problem(self, held: Held) -> Exception | None:
        try:
            handler = self.handlers.get(held.name)
            if handler is None:
                raise RuleBroken(f"This version knows no job named {held.name}.")
            handler(held, self.clock())
        except Exception as problem:
            return problem
        return None

    def _end(self, held: Held, problem: Exception | None) -> None:
        match problem:
            case None:
                if not held.is_finished:
                    jobs.complete(held)
            case jobs.LeaseLost():
                raise problem
            case jobs.Cancelled():
                jobs.end_cancelled(held)
            case jobs.Stopping():
                jobs.give_back(held)
            case _:
                log.error("%s %s failed: %s", held.name, held.job_id, problem, exc_info=problem)
                jobs.fail(held, problem)

    def _keep_beating(self) -> None:
        started_at = self.clock()
        pause = min(BEAT_SECONDS, self.lease_seconds / 4)
        while not self.stop.is_set():
            self._safely(lambda: self._beat(started_at))
            self.stop.wait(pause)
        connection.close()

    def _beat(self, started_at: datetime) -> None:
        held = self.held
        doing = f"{held.name} {held.job_id}" if held else ""
        heartbeats.beat(self.name, "worker", started_at=started_at, doing=doing)
        if held is not None:
            held.renew()

    def _safely(self, step: Callable[[], bool | None]) -> bool | None:
        """None when the database was away: the next round tries again."""
        try:
            close_old_connections()
            return step()
        except jobs.LeaseLost:
            return None
        except DatabaseError as problem:
            log.warning("the database did not answer: %s", problem)
            connection.close()
            return None
