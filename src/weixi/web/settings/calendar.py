"""The working calendar: hours of the week, days unlike others, and what a change would do."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from weixi.collect.calendar import actions, queries
from weixi.collect.calendar.rules import BusinessCalendar, DayKind, written
from weixi.collect.calendar.words import day_name
from weixi.core.clock import now, today
from weixi.core.errors import Missing, RuleBroken
from weixi.web import toasts
from weixi.web.access import FORM, WRITE, page
from weixi.web.forms import Form

FIRST_YEAR, LAST_YEAR = 2000, 2100
SAMPLE_MINUTES = 30
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"), gettext_lazy("Friday"), gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)  # fmt: skip
LETTERS = (
    pgettext_lazy("weekday", "Mo"), pgettext_lazy("weekday", "Tu"), pgettext_lazy("weekday", "We"),
    pgettext_lazy("weekday", "Th"), pgettext_lazy("weekday", "Fr"), pgettext_lazy("weekday", "Sa"),
    pgettext_lazy("weekday", "Su"),
)  # fmt: skip
HOURS = gettext_lazy("Like 09:00-12:00, 13:30-18:00; empty: closed")


class WeekForm(Form):
    """One line of hours for each weekday."""

    zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"d{number}"] = forms.CharField(label=name, required=False, max_length=120)

    def week(self) -> list[str]:
        return [self.cleaned_data[f"d{number}"] for number in range(7)]


class DayForm(Form):
    day = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("That day"),
        choices=(
            (DayKind.CLOSED, pgettext_lazy("calendar day", "closed")),
            (DayKind.OPEN, gettext_lazy("worked, although it is not usual")),
        ),
        widget=forms.RadioSelect,
    )
    hours = forms.CharField(
        label=gettext_lazy("Hours"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("Only for a worked day; empty: the hours of a usual day"),
    )
    name = forms.CharField(label=pgettext_lazy("calendar", "Name"), required=False, max_length=60)


class VerifiedForm(Form):
    day = forms.DateField(
        label=gettext_lazy("Holidays entered through"),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )


@page(permission="settings.manage", methods=FORM)
def calendar(request: Any) -> HttpResponse:
    """Posting changes the hours of the week."""
    form = WeekForm(request.POST) if request.method == "POST" else WeekForm(initial=_week())
    if request.method == "POST" and form.is_valid() and _week_saved(request, form):
        toasts.say(request, _("Hours saved."))
        return redirect("web:calendar")
    return _shown(request, week_form=form)


@page(permission="settings.manage", methods=WRITE)
def day(request: Any) -> HttpResponse:
    form = DayForm(request.POST)
    if form.is_valid() and _day_saved(request, form):
        day = form.cleaned_data["day"]
        toasts.say(request, _("{day} saved.").format(day=day))
        return redirect(f"{reverse('web:calendar')}?year={day.year}")
    return _shown(request, day_form=form)


@page(permission="settings.manage", methods=WRITE)
def day_remove(request: Any) -> HttpResponse:
    gone = _day_of(request.POST.get("day", ""))
    if gone is None:
        raise Http404
    kept = queries.exception(gone)
    try:
        actions.remove_day(gone, by=request.actor, at=now())
    except Missing as no:
        raise Http404 from no
    assert kept is not None
    toasts.say(request, _("{day} counts by its weekday again.").format(day=gone))
    return redirect(f"{reverse('web:calendar')}?year={gone.year}&day={gone}&kind={kept.kind}")


@page(permission="settings.manage", methods=WRITE)
def verified(request: Any) -> HttpResponse:
    form = VerifiedForm(request.POST)
    if not form.is_valid():
        return _shown(request, verified_form=form)
    actions.set_verified_through(form.cleaned_data["day"], by=request.actor, at=now())
    toasts.say(request, _("Saved. Days after it count as plain weekdays."))
    return redirect("web:calendar")


@page(permission="settings.manage")
def preview(request: Any) -> HttpResponse:
    """What a day would change, before it is saved."""
    form = DayForm(request.GET)
    context: dict[str, Any] = {}
    if form.is_valid():
        told = form.cleaned_data
        before = queries.business_calendar()
        try:
            after = queries.with_day(before, told["day"], told["kind"], told["hours"])
        except RuleBroken as no:
            context = {"error": str(no)}
        else:
            context = _effect(before, after, told["day"])
    return render(request, "settings/_calendar_effect.html", context)


def _effect(before: BusinessCalendar, after: BusinessCalendar, day: date) -> dict[str, Any]:
    """Working days of the year, and when a question of the evening before would be due."""
    asked = _last_minutes_before(before, day)
    return {
        "day": day,
        "before": _side(before, day, asked),
        "after": _side(after, day, asked),
        "asked": asked,
        "minutes": SAMPLE_MINUTES,
    }


def _side(calendar: BusinessCalendar, day: date, asked: datetime) -> dict[str, Any]:
    days, minutes = queries.year_totals(calendar, day.year)
    return {
        "hours": written(calendar.intervals(day)),
        "days": days,
        "year_hours": minutes / 60,
        "due": calendar.due(asked, SAMPLE_MINUTES),
    }


def _last_minutes_before(calendar: BusinessCalendar, day: date) -> datetime:
    """Ten minutes before the last close ahead of that day: the change shows in its due time."""
    for back in range(1, 60):
        spans = calendar.spans(day - timedelta(days=back))
        if spans:
            return (spans[-1][1] - timedelta(minutes=10)).astimezone(ZoneInfo(calendar.zone))
    return datetime.combine(day, datetime.min.time(), ZoneInfo(calendar.zone))


def _week_saved(request: Any, form: WeekForm) -> bool:
    try:
        zone = form.cleaned_data["zone"]
        actions.set_week(form.week(), zone=zone, by=request.actor, at=now())
    except RuleBroken as no:
        form.add_error(None, str(no))
        return False
    return True


def _day_saved(request: Any, form: DayForm) -> bool:
    told = form.cleaned_data
    try:
        actions.set_day(
            told["day"],
            kind=told["kind"],
            hours=told["hours"],
            name=told["name"],
            by=request.actor,
            at=now(),
        )
    except RuleBroken as no:
        form.add_error("hours" if told["hours"] else "day", str(no))
        return False
    return True


def _shown(
    request: Any,
    *,
    week_form: WeekForm | None = None,
    day_form: DayForm | None = None,
    verified_form: VerifiedForm | None = None,
) -> HttpResponse:
    chosen = _day_of(request.GET.get("day", ""))
    year = _year(request.GET.get("year", ""), chosen)
    current = queries.business_calendar()
    forms_shown = (week_form, day_form, verified_form)
    context = {
        "year": year,
        "earlier": year - 1 if year > FIRST_YEAR else None,
        "later": year + 1 if year < LAST_YEAR else None,
        "months": [_month(month) for month in queries.year(year)],
        "weekdays": list(zip(LETTERS, WEEKDAYS, strict=True)),
        "exceptions": [
            {"row": row, "name": day_name(row.name)} for row in queries.exceptions(year)
        ],
        "week_form": week_form or WeekForm(initial=_week()),
        "day_form": day_form or DayForm(initial=_chosen(chosen, request.GET.get("kind", ""))),
        "verified_form": verified_form or VerifiedForm(initial={"day": current.verified_through}),
        "verified_through": current.verified_through,
        "is_running_out": queries.is_running_out(today()),
        "is_assumed": current.is_assumed(date(year, 12, 31)),
        "hours_help": HOURS,
        "today": today(),
    }
    is_wrong = any(form and form.errors for form in forms_shown)
    return render(request, "settings/calendar.html", context, status=422 if is_wrong else 200)


def _month(month: queries.MonthRow) -> dict[str, Any]:
    """In lines of seven; None before the first and after the last day."""
    cells = [None] * month.blanks + [{"row": row, "name": day_name(row.name)} for row in month.days]
    cells += [None] * (-len(cells) % 7)
    return {"month": month, "weeks": [cells[n : n + 7] for n in range(0, len(cells), 7)]}


def _week() -> dict[str, str]:
    current = queries.business_calendar()
    hours = {f"d{number}": written(day) for number, day in enumerate(current.week)}
    return hours | {"zone": current.zone}


def _chosen(day: date | None, kind: str) -> dict[str, Any]:
    """A day of the year's page that was opened: as it is kept, else turned about."""
    if day is None:
        return {"kind": DayKind.CLOSED}
    kept = queries.exception(day)
    if kept is not None:
        return {"day": day, "kind": kept.kind, "hours": kept.hours, "name": day_name(kept.name)}
    is_worked = queries.business_calendar().is_workday(day)
    return {"day": day, "kind": kind or (DayKind.CLOSED if is_worked else DayKind.OPEN)}


def _year(text: str, chosen: date | None) -> int:
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return int(text[:4])
    return chosen.year if chosen else today().year


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
