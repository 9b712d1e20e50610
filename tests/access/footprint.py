"""What is in the database, as one number a table: did a refused call leave a trace?

Left out is what every call leaves: sessions, counted calls and when a token was last used.
"""

import hashlib

from django.apps import apps
from django.db import connection

LEFT_OUT = {"staff_session", "core_ratecount", "last_used_at"}


def footprint() -> dict[str, str]:
    """Table → hash of all its rows."""
    tables = {
        model._meta.db_table: [field.column for field in model._meta.concrete_fields]
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return {
        table: _hash_of(table, [column for column in columns if column not in LEFT_OUT])
        for table, columns in sorted(tables.items())
        if table not in LEFT_OUT
    }


def _hash_of(table: str, columns: list[str]) -> str:
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)}")
        rows = sorted(repr(row) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()
