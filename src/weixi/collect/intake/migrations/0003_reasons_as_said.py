"""A reason is kept with what it is made of, and read in the language of whoever reads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_who_runs_it")]

    operations = [
        migrations.AlterField("rejectedrow", "reason", models.CharField(max_length=1000)),
    ]
