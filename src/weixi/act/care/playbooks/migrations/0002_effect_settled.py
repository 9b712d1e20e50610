from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("playbooks", "0001_first")]

    operations = [
        migrations.AddField(
            model_name="effect",
            name="is_settled",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="effect",
            index=models.Index(
                condition=models.Q(("is_settled", False), ("message_id__isnull", False)),
                fields=["message_id"],
                name="playbook_effect_unsettled",
            ),
        ),
    ]
