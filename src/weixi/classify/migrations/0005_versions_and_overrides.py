from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('classify', '0004_publish_changes_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='scheme',
            name='made_by',
            field=models.CharField(blank=True, default='', max_length=80),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='scheme',
            name='deleted_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='membership',
            name='version',
            field=models.IntegerField(default=1),
        ),
        migrations.CreateModel(
            name='SchemeVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.IntegerField()),
                ('name_zh', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=60)),
                ('definition', models.JSONField()),
                ('from_day', models.DateField(null=True)),
                ('saved_by', models.CharField(max_length=80)),
                ('saved_at', models.DateTimeField()),
                ('scheme', models.ForeignKey(on_delete=models.deletion.CASCADE, related_name='versions', to='classify.scheme')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scheme', 'version'), name='scheme_version_once')],
            },
        ),
        migrations.RemoveConstraint(
            model_name='override',
            name='override_once',
        ),
        migrations.AddField(
            model_name='override',
            name='from_day',
            field=models.DateField(default='2000-01-01'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='override',
            name='ended_on',
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name='override',
            index=models.Index(fields=['customer', 'scheme'], name='override_customer'),
        ),
    ]
