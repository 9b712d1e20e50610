"""What a test that commits has written goes again: of a hundred tables only those with rows.

Django would empty each, and then write down anew which models and permissions there are.
"""

from contextlib import ExitStack
from functools import cache

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from weixi.core import append_only

AS_MIGRATED = {"django_content_type", "auth_permission"}


def empty() -> None:
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        cursor = stack.enter_context(connection.cursor())
        if not is_guarded_by_nobody(cursor):
            stack.enter_context(append_only.opened())
        for table in filled(cursor):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def is_guarded_by_nobody(cursor: CursorWrapper) -> bool:
    """Who rules a PostgreSQL may silence triggers, those of foreign keys too, until the end of the
    transaction: thousands of rows go at once."""
    if connection.vendor != "postgresql":
        return False
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not cursor.fetchone()[0]:
        return False
    cursor.execute("SET LOCAL session_replication_role = replica")
    return True


def filled(cursor: CursorWrapper) -> list[str]:
    cursor.execute(_which_have_rows())
    return [row[0] for row in cursor.fetchall()]


@cache
def _which_have_rows() -> str:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})"
        for name in sorted(set(names) - AS_MIGRATED)
    )
