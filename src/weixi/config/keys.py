"""Secrets that are made once per installation and kept outside the database."""

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in `path`; made on first use, readable by the owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _filled(path)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text().strip()


def _filled(path: Path) -> str:
    text = path.read_text().strip()
    if not text:
        raise RuntimeError(f"{path} is empty: restore it from a backup, or delete it to start anew")
    return text
