"""Which permissions there were when a role was last decided on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_telephones")]

    operations = [
        migrations.AddField("role", "offered", models.JSONField(default=list)),
    ]
