from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care", "0004_ranking_asks_and_absences")]

    operations = [
        migrations.AddField("task", "chance_is_measured", models.BooleanField(default=False)),
    ]
