"""A visit as a calendar entry (RFC 5545), for whatever calendar the colleague uses."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from weixi.core.actor import Actor

from . import queries
from .outbox import message

LENGTH = timedelta(hours=1)
LINE_MOST = 75


def ics_of(actor: Actor, message_id: int, *, at: datetime) -> bytes:
    """The message's time is the appointment's; its id stays, so a second file moves the first."""
    row = message(actor, message_id)
    start = row.not_before
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Weixi//Visits//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:visit-{row.id}@weixi",
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(start)}",
        f"DTEND:{_moment(start + LENGTH)}",
        f"SUMMARY:{_text(_('Visit {name}').format(name=row.customer))}",
        f"DESCRIPTION:{_text(row.text)}",
        f"ORGANIZER;CN={_parameter(queries.company_name())}:mailto:noreply@invalid",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return ("\r\n".join(_folded(line) for line in lines) + "\r\n").encode()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text.replace("\r", "")


def _parameter(text: str) -> str:
    return '"' + "".join(c for c in text if c not in '"\r\n') + '"'


def _folded(line: str) -> str:
    """At most 75 bytes a line, never cut inside a character."""
    parts, size = [""], 0
    for c in line:
        width = len(c.encode())
        if size + width > LINE_MOST:
            parts.append(" ")
            size = 1
        parts[-1] += c
        size += width
    return "\r\n".join(parts)
