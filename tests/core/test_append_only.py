"""The journal and the access log take new rows only, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from tests.moments import NOON
from weixi.core import append_only
from weixi.core.access import log_access
from weixi.core.actor import SYSTEM
from weixi.core.journal import record
from weixi.core.models import AccessEntry, JournalEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows():
    record("test.happened", by=SYSTEM, at=NOON)
    log_access(by=SYSTEM, at=NOON, field="phone", action="reveal", customer_id=1)


def refused(change):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()


@pytest.mark.parametrize("model", [JournalEntry, AccessEntry])
def test_the_orm_cannot_change_or_delete_a_row(rows, model):
    refused(lambda: model.objects.update(actor_name="somebody else"))
    refused(lambda: model.objects.all().delete())
    assert model.objects.get().actor_name == "system"


@pytest.mark.parametrize("table", append_only.TABLES)
def test_raw_sql_cannot_change_or_delete_a_row(rows, table):
    with connection.cursor() as cursor:
        refused(lambda: cursor.execute(f"UPDATE {table} SET actor_name = 'x'"))
        refused(lambda: cursor.execute(f"DELETE FROM {table}"))
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (1,)


def test_every_migration_leaves_the_triggers_in_place():
    assert append_only.guarded_tables() == set(append_only.TABLES)


def test_the_retention_schedule_opens_the_tables_for_its_own_transaction(rows):
    with append_only.opened():
        AccessEntry.objects.all().delete()

    assert not AccessEntry.objects.exists()
    refused(lambda: JournalEntry.objects.all().delete())
