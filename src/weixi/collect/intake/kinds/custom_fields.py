"""Fields that the company adds to its customers by importing a column custom.SOMETHING."""

from django.db.models import Max

from weixi.collect.customers.models import CustomField
from weixi.collect.intake.before import keep_before

from .loading import Setup


def make_custom_fields(setup: Setup, codes: set[str]) -> None:
    """As text; a person may give them another kind and a better name."""
    known = set(CustomField.objects.filter(code__in=codes).values_list("code", flat=True))
    position = (CustomField.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    for place, code in enumerate(sorted(codes - known), start=position):
        made = CustomField.objects.create(
            code=code, name_zh=code, name_en=code, kind=CustomField.Kind.TEXT, position=place
        )
        keep_before(setup.batch_id, CustomField, [(made.pk, {})])
