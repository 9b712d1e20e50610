"""`weixi worker`: background jobs and the schedule, until it is told to stop."""

import signal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from django.conf import settings

from weixi import schedule
from weixi.cli.output import say
from weixi.core import timetable
from weixi.core.checkup import refuse_a_wrong_start
from weixi.core.clock import now
from weixi.core.working import Worker


def worker(
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="Stop when no job is due.")
    ] = False,
) -> None:
    """Run background jobs and the schedule. Any number of workers may run."""
    refuse_a_wrong_start()
    zone = ZoneInfo(settings.TIME_ZONE)
    timetable.install(schedule.timetable(), at=now(), zone=zone)
    made = Worker(schedule.HANDLERS, now, zone)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _stop(made))
    say(f"Worker {made.name} is ready.")
    made.run(until_empty=until_empty)


def _stop(made: Worker) -> Any:
    if not made.stop.is_set():
        say("Stopping: the job in hand ends or goes back to the queue.")
    made.stop.set()
