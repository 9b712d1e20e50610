"""The self check (D-01) and what it says."""

import os
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from weixi.core import checkup
from weixi.core.checkup import OK, WRONG, findings
from weixi.core.errors import RuleBroken


def states():
    return {finding.check: finding.state for finding in findings()}


@pytest.fixture(autouse=True)
def folder(settings):
    Path(settings.VAR).mkdir(parents=True)


@pytest.mark.django_db
def test_a_sound_installation_has_nothing_wrong():
    assert WRONG not in set(states().values())


@pytest.mark.django_db
def test_a_key_that_others_can_read_is_wrong():
    key = Path(settings.VAR) / "data.key"
    key.write_text("x")
    os.chmod(key, 0o644)

    assert states()["keys"] == WRONG


@pytest.mark.django_db
def test_every_finding_that_is_not_ok_says_how_to_mend_it():
    assert [f.check for f in findings() if f.state != OK and not f.mend] == []


SAFE = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.django_db(transaction=True)
def test_every_new_connection_to_sqlite_is_safe():
    """PostgreSQL has no such settings per connection: there the answer is empty."""
    seen = []

    def look():
        seen.append(checkup.pragmas())
        connection.close()

    for thread in [threading.Thread(target=look) for _ in range(3)]:
        thread.start()
        thread.join()
    busy = [found.pop("busy_timeout") for found in seen if found]
    assert seen == [SAFE if connection.vendor == "sqlite" else {}] * 3
    assert all(milliseconds >= 5_000 for milliseconds in busy)


@pytest.mark.django_db
def test_a_database_that_could_lose_commits_serves_nobody(monkeypatch):
    monkeypatch.setitem(checkup.SQLITE_PRAGMAS, "journal_mode", "exclusive")
    monkeypatch.setattr(checkup, "OLDEST_POSTGRES", 990_000)

    with pytest.raises(RuleBroken, match=r"not safe here: journal_mode|too old"):
        checkup.refuse_a_wrong_start()
