from django.db import migrations


class Migration(migrations.Migration):
    """What the trees saw lies in the lake; the parts of a risk are made when asked for."""

    dependencies = [("predict", "0005_explanations")]
    operations = [migrations.DeleteModel("Explanation")]
