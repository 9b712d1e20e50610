from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_first")]

    operations = [
        migrations.RemoveIndex("touch", "touch_contact"),
        migrations.AddIndex(
            "touch",
            models.Index(
                fields=["contact"],
                name="touch_of_contact",
                condition=models.Q(contact__isnull=False),
            ),
        ),
    ]
