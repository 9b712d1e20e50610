"""Figures, days and times as words in the language of the page. Plain text, no markup."""

import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from weixi.core import money

MINUTE, HOUR, DAY = 60, 3600, 86_400
IMPORT = re.compile(r"import (\d+)")  # how a fact names the file it came from


def money_short(minor: int, currency: str = "") -> str:
    """¥8,640 · ¥26.4 万 · in English ¥264K."""
    return money.short(minor, currency or settings.CURRENCY, get_language() or "zh-hans")


def money_full(minor: int, currency: str = "") -> str:
    return money.full(minor, currency or settings.CURRENCY)


def unit_price(e4: int, currency: str = "") -> str:
    return money.unit_price(e4, currency or settings.CURRENCY)


def number(value: float, digits: int = 0) -> str:
    """1,234 with a true minus sign."""
    return f"{value:,.{digits}f}".replace("-", "−")


def signed(value: float, digits: int = 0) -> str:
    return ("+" if value > 0 else "") + number(value, digits)


def percent(share: float, digits: int = 1) -> str:
    """0.226 → 22.6%; 0.42 with digits=0 → 42%."""
    return f"{number(share * 100, digits)}%"


def labelled(label: str, text: str) -> str:
    """价值金字塔：黄金 · in English with a colon and a space."""
    return pgettext("label", "{label}: {text}").format(label=label, text=text)


def door(code: str) -> str:
    """By which way somebody came in."""
    return {
        "web": pgettext("door", "Pages"),
        "api": _("API"),
        "cli": _("Command line"),
        "system": _("System"),
        "public": _("Public form"),
    }.get(code, code)


def doer(name: str) -> str:
    """Who did it; what is no person is named in the reader's language."""
    no_people = {
        "system": _("the system"), "weixi": _("Weixi"), "command line": _("command line"),
    }  # fmt: skip
    if taken := IMPORT.fullmatch(name):
        return _("import {number}").format(number=taken[1])
    return no_people.get(name.lower(), name)


def moment(at: datetime) -> str:
    """2026-11-21 14:08 in the company's time zone."""
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def ago(at: datetime, now: datetime) -> str:
    """just now · 5 minutes ago · 3 hours ago · 2 days ago · then the day itself."""
    seconds = (now - at).total_seconds()
    if seconds < MINUTE:
        return _("just now")
    if seconds < HOUR:
        n = int(seconds // MINUTE)
        return ngettext("{n} minute ago", "{n} minutes ago", n).format(n=n)
    if seconds < DAY:
        n = int(seconds // HOUR)
        return ngettext("{n} hour ago", "{n} hours ago", n).format(n=n)
    if seconds < 30 * DAY:
        n = int(seconds // DAY)
        return ngettext("{n} day ago", "{n} days ago", n).format(n=n)
    return timezone.localtime(at).date().isoformat()


def due_day(due: date, today: date) -> str:
    """Today · Tomorrow · Overdue 3 days · 2026-11-30."""
    late = (today - due).days
    if late > 0:
        return ngettext("Overdue {n} day", "Overdue {n} days", late).format(n=late)
    if late == 0:
        return _("Today")
    return _("Tomorrow") if late == -1 else due.isoformat()


def due_moment(due: datetime, now: datetime) -> str:
    """1 h 20 min left · Overdue 35 min."""
    text = span(abs(due - now))
    return (_("{span} left") if due > now else _("Overdue {span}")).format(span=text)


def span(length: timedelta) -> str:
    """The two largest units: 1 d 8 h · 1 h 20 min · 35 min."""
    minutes = int(length.total_seconds() // MINUTE)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("{d} d {h} h").format(d=days, h=hours) if hours else _("{d} d").format(d=days)
    if hours:
        return _("{h} h {m} min").format(h=hours, m=rest) if rest else _("{h} h").format(h=hours)
    return _("{m} min").format(m=rest)


def seconds(value: float) -> str:
    return _("{n} s").format(n=number(value, 1 if value < 100 else 0))


def axis_month(day: date) -> str:
    """Under an axis: Nov."""
    name = date_format(day, "M")
    return pgettext("axis", "{month_name}").format(month_name=name, month=day.month)


def axis_year(day: date) -> str:
    return pgettext("axis", "{year}").format(year=day.year)
