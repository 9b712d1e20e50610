"""Which day the list is for."""

from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from weixi.core.models import Run
from weixi.core.runs import RunContext, newest_run


def list_day(today: date) -> date:
    """Today; or the day of the newest run when that was looked from an earlier day on purpose.

    Old files are looked at from their last day: measured from today everybody would be gone. A
    refresh that merely failed to run last night does not turn the list back.
    """
    run = newest_run()
    if run is None or run.as_of >= timezone.localdate(run.started_at):
        return today
    return run.as_of


def start_of_day(day: date) -> datetime:
    """Midnight in the company's time zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def moment_of(run: RunContext) -> datetime:
    """The moment from which a run plans: when it began, or the end of a day that it looks back
    at."""
    began = Run.objects.values_list("started_at", flat=True).get(pk=run.run_id)
    if timezone.localdate(began) == run.as_of:
        return began
    return start_of_day(run.as_of + timedelta(days=1)) - timedelta(seconds=1)


def finished_on(day: date) -> Q:
    """Tasks closed on the day, or planned for it and closed since (a list of an earlier day)."""
    end = start_of_day(day + timedelta(days=1))
    return Q(closed_at__gte=start_of_day(day), closed_at__lt=end) | Q(planned_on=day)
