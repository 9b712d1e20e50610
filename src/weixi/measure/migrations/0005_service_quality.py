from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('measure', '0004_rules_and_decline'),
    ]

    operations = [
        migrations.AddField(
            model_name='snapshot',
            name='service_quality',
            field=models.FloatField(null=True),
        ),
    ]
