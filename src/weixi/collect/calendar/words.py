"""Names of shipped days in the reader's language, and what the calendar warns of."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from weixi.core.checkup import OK, WARNING, Finding

from .queries import business_calendar, is_running_out

NAMES = (
    gettext_noop("New Year's Day"),
    gettext_noop("Spring Festival"),
    gettext_noop("Tomb-sweeping Day"),
    gettext_noop("Labour Day"),
    gettext_noop("Dragon Boat Festival"),
    gettext_noop("Mid-autumn Festival"),
    gettext_noop("National Day"),
    gettext_noop("Anti-Fascist 70th Day"),
)


def day_name(name: str) -> str:
    """What a person wrote stays as it is."""
    return _(name) if name in NAMES else name


def findings(today: date) -> Iterator[Finding]:
    """For `weixi doctor`."""
    through = business_calendar().verified_through
    if not is_running_out(today):
        yield Finding("calendar", OK, f"Holidays and make-up days are known through {through}.")
        return
    yield Finding(
        "calendar",
        WARNING,
        f"Holidays are known through {through or 'no day'}; later days count as plain weekdays.",
        "Enter the next year's days in Settings → Calendar, or upgrade chinesecalendar and "
        'run "weixi init".',
    )
