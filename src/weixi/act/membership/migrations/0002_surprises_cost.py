from django.db import migrations
from django.utils import timezone


def note(apps, schema_editor):
    """Surprises given before costs were facts: what they cost, and what was taken back."""
    cost_of = apps.get_model("costs", "CareCost").objects.get_or_create
    for one in apps.get_model("membership", "Surprise").objects.order_by("pk").iterator():
        told = {"customer_id": one.customer_id, "kind": "gift", "note": one.what,
                "recorded_by": one.by_name}
        given = {"day": timezone.localdate(one.at), "amount": one.amount, **told}
        cost_of(number=f"surprise-{one.pk}", defaults=given)
        if one.taken_back_at is not None:
            back = {"day": timezone.localdate(one.taken_back_at), "amount": -one.amount, **told}
            cost_of(number=f"surprise-{one.pk}-back", defaults=back)


class Migration(migrations.Migration):

    dependencies = [
        ('membership', '0001_first'),
        ('costs', '0001_first'),
    ]

    operations = [migrations.RunPython(note, migrations.RunPython.noop)]
