"""The search palette finds a complaint by the number of the order it is about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_first")]

    operations = [
        migrations.AddIndex(
            "complaint", models.Index(fields=["order_number"], name="complaint_order")
        ),
    ]
