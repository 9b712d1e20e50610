"""Where the child that reads the facts finds them. Django's settings are enough to tell it, so that
it begins before the apps are loaded: no module with a table is imported here."""

import json
import subprocess
from datetime import date
from weakref import WeakSet

from django.conf import settings
from django.db import connection

from weixi.core.processes import tell

_ahead: WeakSet["subprocess.Popen[bytes]"] = WeakSet()  # those that know


def begin_ahead(child: "subprocess.Popen[bytes]", today: date) -> None:
    """The child may begin with what the day does not change."""
    tell(child, source(today))
    _ahead.add(child)


def knows(child: "subprocess.Popen[bytes]") -> bool:
    return child in _ahead


def source(until: date) -> bytes:
    """It may hold a password."""
    place = {"address": _address(), "time_zone": settings.TIME_ZONE}
    return json.dumps({**place, "until": until.isoformat()}).encode()


def _address() -> str:
    """How another library opens the same database."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(values["NAME"])
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    words = (f"{word}='{values[name]}'" for name, word in names.items() if values.get(name))
    return "postgres:" + " ".join(words)
