from django.db import migrations

from weixi.core import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection)


class Migration(migrations.Migration):
    """The journal and the access log take new rows only."""

    dependencies = [("core", "0002_cancel_jobs")]
    operations = [migrations.RunPython(install, remove)]
