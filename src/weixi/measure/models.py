from django.db import models

from weixi.collect.customers.models import Customer


class Snapshot(models.Model):
    """The measures of one customer on the newest day measured. One row a customer.

    Amounts are minor units of the company's currency, spans are days; None = unknown. Earlier
    days are in the lake. The fields are the measures of measure/registry.py, same names.
    """

    is_computed = True  # gone when its customer is merged into another
    is_of_everybody = True
    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="+", db_constraint=False
    )
    as_of = models.DateField()
    first_purchase = models.DateField(null=True)
    last_purchase = models.DateField(null=True)
    purchase_days = models.IntegerField(default=0)
    orders = models.IntegerField(default=0)
    quantity = models.FloatField(default=0)
    revenue = models.BigIntegerField(default=0)
    margin = models.BigIntegerField(null=True)
    average_order = models.BigIntegerField(null=True)
    orders_12m = models.IntegerField(default=0)
    revenue_12m = models.BigIntegerField(default=0)
    revenue_prior_12m = models.BigIntegerField(default=0)
    margin_12m = models.BigIntegerField(null=True)
    revenue_90d = models.BigIntegerField(default=0)
    revenue_prior_90d = models.BigIntegerField(default=0)
    revenue_180d = models.BigIntegerField(default=0)
    revenue_prior_180d = models.BigIntegerField(default=0)
    purchase_days_12m = models.IntegerField(default=0)
    days_since_purchase = models.IntegerField(null=True)
    tenure_days = models.IntegerField(null=True)
    rhythm_days = models.FloatField(null=True)  # own median gap; None under two purchase days
    rhythm_low_days = models.FloatField(null=True)
    rhythm_high_days = models.FloatField(null=True)
    lateness = models.FloatField(null=True)  # days since the last purchase in own gaps
    returned_share = models.FloatField(null=True)
    discount_share = models.FloatField(null=True)
    share_of_sales = models.FloatField(null=True)  # of the company's known customers, 12 months
    cumulative_share = models.FloatField(null=True)
    value_rank = models.IntegerField(null=True)  # 1 = most revenue in 12 months
    active_quarters = models.IntegerField(null=True)
    contacts_90d = models.IntegerField(default=0)
    last_contact = models.DateField(null=True)
    value_change = models.FloatField(null=True)
    decline_factor = models.CharField(max_length=10, null=True)
    contact_cost_12m = models.BigIntegerField(default=0)
    care_cost_12m = models.BigIntegerField(default=0)  # gifts, compensation, delivery
    cost_to_serve_12m = models.BigIntegerField(default=0)
    profit_12m = models.BigIntegerField(null=True)
    size = models.FloatField(null=True)
    credit = models.FloatField(null=True)
    paid_on_time = models.FloatField(null=True)
    days_late = models.FloatField(null=True)
    overdue_amount = models.BigIntegerField(null=True)
    overdue_days = models.IntegerField(null=True)
    credit_limit = models.BigIntegerField(null=True)
    outstanding = models.BigIntegerField(null=True)  # bills not paid, due or not
    credit_use = models.FloatField(null=True)  # outstanding / credit_limit
    credit_rating = models.IntegerField(null=True)
    size_rating = models.IntegerField(null=True)
    market_share = models.IntegerField(null=True)  # judged, 0 to 100
    business_condition = models.IntegerField(null=True)
    satisfaction = models.FloatField(null=True)
    satisfaction_before = models.FloatField(null=True)
    satisfaction_gap = models.FloatField(null=True)
    satisfaction_n = models.IntegerField(default=0)
    c_reliability = models.FloatField(null=True)
    c_tangibles = models.FloatField(null=True)
    c_responsiveness = models.FloatField(null=True)
    c_assurance = models.FloatField(null=True)
    c_empathy = models.FloatField(null=True)
    service_quality = models.FloatField(null=True)  # mean of the five, weighted
    nps = models.FloatField(null=True)
    csat = models.FloatField(null=True)
    ces = models.FloatField(null=True)
    complaints_12m = models.IntegerField(default=0)
    complaints_open = models.IntegerField(default=0)
    complaint_open_days = models.IntegerField(null=True)
    last_complaint = models.DateField(null=True)
    price_sensitivity = models.FloatField(null=True)
    choice_time = models.FloatField(null=True)
    competitor_attention = models.FloatField(null=True)
    brand_attention = models.FloatField(null=True)
    demand_satisfaction = models.FloatField(null=True)
    repeat_purchase = models.FloatField(null=True)
    quality_tolerance = models.FloatField(null=True)
    loyalty_index = models.FloatField(null=True)
    loyalty_coverage = models.FloatField(null=True)
    loyalty_behaviour = models.FloatField(null=True)
    loyalty_attitude = models.FloatField(null=True)
    loyalty_kind = models.CharField(max_length=10, null=True)
    satisfaction_loyalty = models.CharField(max_length=10, null=True)
    loyalty_reason = models.CharField(max_length=12, null=True)
    listeners = models.IntegerField(null=True)
    recommendations = models.IntegerField(null=True)
    customers_won = models.IntegerField(null=True)
    barriers = models.IntegerField(default=0)
    emotional_bonds = models.IntegerField(default=0)
    is_fragile = models.BooleanField(default=False)
    contract_ends = models.DateField(null=True)
    points_balance = models.BigIntegerField(default=0)
    points_idle_days = models.IntegerField(null=True)
    redeemed_share = models.FloatField(null=True)
    monthly_revenue = models.JSONField(default=list)  # 12 numbers, oldest first
    phase = models.CharField(max_length=10, default="prospect")

    class Meta:
        app_label = "measure"
        indexes = [
            models.Index(fields=["-revenue_12m", "customer"], name="snapshot_revenue"),
            models.Index(fields=["last_purchase", "customer"], name="snapshot_last_purchase"),
        ]
