from django.db import models

from weixi.collect.customers.models import Customer

from .rules import LineKind


class Product(models.Model):
    """Something sold. `number` is the company's own (import: product_id)."""

    number = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=60, blank=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "orders"
        indexes = [models.Index(fields=["import_id"], name="product_import")]

    def __str__(self) -> str:
        return self.name or self.number


class Order(models.Model):
    """One purchase, return or adjustment document. Without a customer it is an anonymous sale.

    `amount` and `cost` are the sums of the lines, in minor units of `currency`.
    """

    follows_customer = True  # when customers merge
    number = models.CharField(max_length=64, unique=True)
    customer = models.ForeignKey(  # found by the index order_customer_time
        Customer, models.PROTECT, null=True, related_name="orders", db_index=False
    )
    ordered_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    returned_of = models.CharField(max_length=64, blank=True)  # number of the order returned
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(null=True)  # None: no line has a known cost
    import_id = models.BigIntegerField(null=True)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "orders"
        indexes = [
            models.Index(fields=["customer", "-ordered_at"], name="order_customer_time"),
            models.Index(fields=["-ordered_at", "-id"], name="order_time"),
            models.Index(fields=["import_id"], name="order_import"),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """`amount` = quantity × unit price − discount, rounded to the minor unit; negative if returned.

    `line_key` tells a line from the others of its order: the hash of its content and its place
    among equal ones, so that a file read twice adds nothing and equal lines both stay.
    """

    order = models.ForeignKey(  # found by the index of order_line_once
        Order, models.CASCADE, related_name="lines", db_index=False
    )
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    line_key = models.BigIntegerField()
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in LineKind])
    quantity_e3 = models.BigIntegerField()  # thousandths
    unit_price_e4 = models.BigIntegerField()  # 1/10000 of the currency unit
    discount = models.BigIntegerField(default=0)  # minor units off the line
    amount = models.BigIntegerField()
    unit_cost_e4 = models.BigIntegerField(null=True)
    cost = models.BigIntegerField(null=True)
    import_id = models.BigIntegerField(null=True)

    class Meta:
        app_label = "orders"
        constraints = [
            models.UniqueConstraint(fields=["order", "line_key"], name="order_line_once"),
        ]
        indexes = [models.Index(fields=["import_id"], name="order_line_import")]
