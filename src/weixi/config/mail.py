"""Django's mail settings from one address: smtp://user:password@host:port, smtps:// for TLS."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

BACKENDS = "django.core.mail.backends"


def mail_settings(address: str, folder: Path) -> dict[str, Any]:
    """Without an address mail is written to files in `folder`."""
    if not address:
        return {"EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend", "EMAIL_FILE_PATH": folder}
    parts = urlsplit(address)
    return {
        "EMAIL_BACKEND": f"{BACKENDS}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 10,
    }
