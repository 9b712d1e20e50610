"""The migrated, empty SQLite database of the tests, made once for a state of the migrations.

Migrating takes five seconds of every run and every worker; copying the file takes none.
"""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]


def is_copied_to(file: Path) -> bool:
    """Whether a migrated database lies there now."""
    made = _template()
    if made.exists():
        shutil.copyfile(made, file)
    return made.exists()


def keep(database: sqlite3.Connection) -> None:
    """For the runs to come. Two workers may do it at once: the file appears whole."""
    made = _template()
    made.parent.mkdir(exist_ok=True)
    beside = made.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(beside)) as copy:
        database.backup(copy)
    for old in made.parent.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    beside.replace(made)


def _template() -> Path:
    """Named by what the tables are made of: migrations, and the packages that bring some."""
    files = sorted((ROOT / "src").rglob("migrations/*.py"))
    text = b"".join(file.read_bytes() for file in [*files, ROOT / "uv.lock"])
    return ROOT / ".cache" / f"migrated-{hashlib.sha256(text).hexdigest()[:16]}.sqlite3"
