from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_first")]

    operations = [
        migrations.AddField("campaign", "foreseen", models.JSONField(default=dict)),
    ]
