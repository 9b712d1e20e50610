from django.db import models

from weixi.collect.customers.models import Customer


class Answer(models.Model):
    """One answer of one customer to one question.

    A pair (expected, perceived) on one scale for satisfaction c = perceived / expected (M5), or
    a score (nps 0–10, csat 1–5, ces 1–7, loyalty items 0–10), or a text.
    """

    follows_customer = True  # when customers merge
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="answers")
    survey = models.CharField(max_length=80)
    at = models.DateTimeField()
    question = models.CharField(max_length=60)
    dimension = models.CharField(max_length=20, blank=True)
    expected = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    perceived = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    score = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    text = models.TextField(blank=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "surveys"
        indexes = [
            models.Index(fields=["customer", "-at", "-id"], name="answer_customer_time"),
            models.Index(fields=["import_id"], name="answer_import"),
        ]
