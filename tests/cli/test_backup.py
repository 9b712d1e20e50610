"""A backup while people work; a restore that verifies before it replaces."""

import pytest

from tests.moments import NOON
from weixi.collect.customers.models import Customer
from weixi.core.heartbeats import beat

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_was_backed_up_comes_back(command, customer, tmp_path):
    customer("Ana", number="1")
    file = tmp_path / "monday.backup"
    assert command("backup", str(file)).returncode == 0
    customer("Bo", number="2")

    done = command("restore", str(file))

    assert done.returncode == 0, done.stderr
    assert list(Customer.objects.values_list("name", flat=True)) == ["Ana"]


def test_a_damaged_backup_replaces_nothing(command, customer, tmp_path):
    file = tmp_path / "monday.backup"
    command("backup", str(file))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    customer("Ana")

    done = command("restore", str(file))

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert Customer.objects.count() == 1


def test_a_backup_never_overwrites_a_file(command, tmp_path):
    file = tmp_path / "mine.txt"
    file.write_text("mine")

    assert command("backup", str(file)).returncode == 1
    assert file.read_text() == "mine"


def test_nothing_is_restored_under_a_running_worker(command, tmp_path):
    file = tmp_path / "monday.backup"
    command("backup", str(file))
    beat("w1", "worker", started_at=NOON)

    assert "A worker is running" in command("restore", str(file)).stderr
