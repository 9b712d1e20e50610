"""The full-text index over SearchEntry: FTS5 fed by triggers on SQLite, tsvector with GIN else."""

from django.db import migrations

ON_SQLITE = (
    """
    CREATE VIRTUAL TABLE customers_search USING fts5(
        name, readings, numbers,
        content='customers_searchentry', content_rowid='customer_id',
        tokenize='unicode61', prefix='1 2 3 4'
    )
    """,
    """
    CREATE TRIGGER customers_search_insert AFTER INSERT ON customers_searchentry BEGIN
        INSERT INTO customers_search(rowid, name, readings, numbers)
        VALUES (new.customer_id, new.name, new.readings, new.numbers);
    END
    """,
    """
    CREATE TRIGGER customers_search_delete AFTER DELETE ON customers_searchentry BEGIN
        INSERT INTO customers_search(customers_search, rowid, name, readings, numbers)
        VALUES ('delete', old.customer_id, old.name, old.readings, old.numbers);
    END
    """,
    """
    CREATE TRIGGER customers_search_update AFTER UPDATE ON customers_searchentry BEGIN
        INSERT INTO customers_search(customers_search, rowid, name, readings, numbers)
        VALUES ('delete', old.customer_id, old.name, old.readings, old.numbers);
        INSERT INTO customers_search(rowid, name, readings, numbers)
        VALUES (new.customer_id, new.name, new.readings, new.numbers);
    END
    """,
)
ON_POSTGRESQL = (
    """
    ALTER TABLE customers_searchentry ADD COLUMN words tsvector GENERATED ALWAYS AS (
        to_tsvector('simple', name) || to_tsvector('simple', readings)
        || to_tsvector('simple', numbers)
    ) STORED
    """,
    "CREATE INDEX customers_search ON customers_searchentry USING gin (words)",
)
BACK_ON_SQLITE = (
    "DROP TRIGGER customers_search_insert",
    "DROP TRIGGER customers_search_delete",
    "DROP TRIGGER customers_search_update",
    "DROP TABLE customers_search",
)
BACK_ON_POSTGRESQL = (
    "DROP INDEX customers_search",
    "ALTER TABLE customers_searchentry DROP COLUMN words",
)


def forwards(apps, schema_editor):
    _run(schema_editor, {"sqlite": ON_SQLITE, "postgresql": ON_POSTGRESQL})


def backwards(apps, schema_editor):
    _run(schema_editor, {"sqlite": BACK_ON_SQLITE, "postgresql": BACK_ON_POSTGRESQL})


def _run(schema_editor, statements):
    for statement in statements[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_search_entries")]
    operations = [migrations.RunPython(forwards, backwards)]
