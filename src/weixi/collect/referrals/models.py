from django.db import models

from weixi.collect.customers.models import Customer


class Referral(models.Model):
    """A customer recommended us to somebody (M10): to another customer, or to a person by name
    who is none yet."""

    follows_customer = True  # when customers merge, both keys
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    recommended = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    day = models.DateField()
    source = models.CharField(max_length=60, blank=True)  # how we know
    recorded_by = models.CharField(max_length=80, blank=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "referrals"
        indexes = [
            models.Index(fields=["customer", "-day"], name="referral_customer"),
            models.Index(fields=["recommended"], name="referral_recommended"),
            models.Index(fields=["import_id"], name="referral_import"),
        ]
