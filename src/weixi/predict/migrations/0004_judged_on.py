from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('predict', '0003_suggestions'),
    ]

    operations = [
        migrations.AddField(
            model_name='modelcard',
            name='judged_on',
            field=models.DateField(null=True),
        ),
    ]
