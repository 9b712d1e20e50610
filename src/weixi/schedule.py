"""What runs when, and which function does it: the background of the system on one screen."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from weixi import pipeline
from weixi.act.campaigns import actions as campaigns
from weixi.act.care.day import list_day
from weixi.act.care.playbooks.advancing import advance_due
from weixi.act.outreach import actions as outreach
from weixi.act.outreach import robot
from weixi.act.outreach.sending import Sender
from weixi.act.outreach.ways import ways
from weixi.classify.editing import forget_deleted
from weixi.collect.intake.background import TAKE, TRY, run_import, run_trial
from weixi.core.actor import SYSTEM
from weixi.core.cleaning import clean_up
from weixi.core.clock import now
from weixi.core.jobs import Held
from weixi.core.timetable import Timed
from weixi.core.working import Handler
from weixi.evaluate.effect_actions import evaluate_due

OUTBOX_SECONDS = 50.0


def refresh(held: Held, at: datetime) -> None:
    """Nightly: every customer measured, foreseen, classified and planned for the new day."""
    done = iter(range(len(pipeline.STAGES) + 1))
    pipeline.run(
        as_of=timezone.localdate(at),
        engine=held.payload.get("engine", settings.ENGINE),
        by=SYSTEM,
        at=at,
        progress=lambda name: held.progress(next(done), len(pipeline.STAGES) + 1),
    )


def send_messages(held: Held, at: datetime) -> None:
    """Every minute: what is due in the outbox, for most of the minute; the next one goes on."""
    sender = Sender(
        ways(), clock=now, worker=f"job-{held.job_id}-{held.fence}",
        is_stopping=held.is_stopping,
    )  # fmt: skip
    counts = sender.drain(seconds=OUTBOX_SECONDS)
    held.progress(counts.handed, counts.handed)


def tell_group(held: Held, at: datetime) -> None:
    """In the morning: how many messages wait for somebody's hands."""
    robot.tell_group(at=at)


def lapse(held: Held, at: datetime) -> None:
    """Slots that were booked and not used."""
    outreach.lapse(at=at)


def tidy(held: Held, at: datetime) -> None:
    clean_up(at=at)
    forget_deleted(at=at)


def advance_campaigns(held: Held, at: datetime) -> None:
    """Start what is due, fill the outbox, write down what was sent, end what is over."""
    campaigns.advance(at=at)


def judge_effects(held: Held, at: datetime) -> None:
    """What campaigns and playbooks changed, counted anew while it can still change."""
    evaluate_due(at=at)


def move_playbooks(held: Held, at: datetime) -> None:
    """Between two nights: events, times that came, tasks that were done."""
    advance_due(day=list_day(timezone.localdate(at)), at=at)


HANDLERS: Mapping[str, Handler] = {
    "refresh": refresh,
    "clean_up": tidy,
    "campaigns": advance_campaigns,
    "effects": judge_effects,
    "playbooks": move_playbooks,
    "send_messages": send_messages,
    "lapse_slots": lapse,
    "tell_group": tell_group,
    TRY: run_trial,
    TAKE: run_import,
}


def timetable() -> tuple[Timed, ...]:
    """Minute hour day month weekday, in the company's time zone."""
    hour, minute = settings.REFRESH_AT.split(":")
    return (
        Timed("refresh", f"{int(minute)} {int(hour)} * * *"),
        Timed("clean_up", "30 4 * * *"),
        Timed("campaigns", "* * * * *"),
        Timed("effects", "15 5 * * *"),
        Timed("playbooks", "*/10 * * * *"),
        Timed("send_messages", "* * * * *"),
        Timed("lapse_slots", "10 * * * *"),
        Timed("tell_group", "0 9 * * *"),
    )
