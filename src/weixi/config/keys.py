"""Secrets that are made once per installation and kept outside the database."""

import os
import secrets
import time
from pathlib import Path

LOOKS_AGAIN_SECONDS, LOOKS = 0.05, 40


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
    """Another process may have made the file this moment, and write into it the next."""
    for _look in range(LOOKS):
        text = path.read_text().strip()
        if text:
            return text
        time.sleep(LOOKS_AGAIN_SECONDS)
    raise RuntimeError(f"{path} is empty: restore it from a backup, or delete it to start anew")
