import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_product_exclusions'),
        ('predict', '0004_judged_on'),
    ]

    operations = [
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='customers.customer')),
                ('as_of', models.DateField()),
                ('base', models.FloatField()),
                ('parts', models.JSONField(default=list)),
            ],
        ),
    ]
