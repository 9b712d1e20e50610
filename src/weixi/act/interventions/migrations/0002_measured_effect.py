from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("interventions", "0001_first")]

    operations = [
        migrations.AddField("trial", "measured", models.FloatField(null=True)),
        migrations.AddField("trial", "measured_low", models.FloatField(null=True)),
        migrations.AddField("trial", "measured_high", models.FloatField(null=True)),
        migrations.AddField("trial", "measured_treated", models.IntegerField(default=0)),
        migrations.AddField("trial", "measured_held_out", models.IntegerField(default=0)),
        migrations.AddField("trial", "measured_at", models.DateTimeField(null=True)),
    ]
