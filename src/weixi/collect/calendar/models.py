from django.db import models

from .rules import DayKind


class Calendar(models.Model):
    """The working hours of the company (T6): a week, its time zone, and how far it is known."""

    code = models.SlugField(max_length=20, unique=True)
    zone = models.CharField(max_length=40)
    week = models.JSONField()  # seven texts, Monday first: "09:00-12:00, 13:30-18:00"
    verified_through = models.DateField(null=True)
    stamp = models.CharField(max_length=16)  # another after every change: what was read is stale

    class Meta:
        app_label = "calendar"

    def __str__(self) -> str:
        return self.code


class CalendarDay(models.Model):
    """A day unlike others of its weekday: a holiday, or a make-up day 调休."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    day = models.DateField()
    kind = models.CharField(max_length=6, choices=[(k.value, k.value) for k in DayKind])
    hours = models.CharField(max_length=120, blank=True)  # of an open day; empty: the usual ones
    name = models.CharField(max_length=60, blank=True)
    is_shipped = models.BooleanField(default=False)

    class Meta:
        app_label = "calendar"
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")
        ]
