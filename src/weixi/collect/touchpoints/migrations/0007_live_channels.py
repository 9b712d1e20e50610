from django.db import migrations

from weixi.collect.touchpoints.shipped import SHIPPED_CHANNELS


def tell(apps, schema_editor):
    """Channels of an installation that is older than these columns."""
    channels = apps.get_model("touchpoints", "Channel").objects
    for shipped in SHIPPED_CHANNELS:
        channels.filter(code=shipped.code, note_zh="", note_en="").update(
            note_zh=shipped.note_zh, note_en=shipped.note_en, is_live=shipped.is_live
        )


class Migration(migrations.Migration):

    dependencies = [
        ("touchpoints", "0006_nature_of_channels"),
    ]

    operations = [
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
