"""The one lock of the contact policy: the customer's row."""

from collections.abc import Collection

from weixi.collect.customers.models import Customer


def locked(customer_ids: Collection[int]) -> None:
    """One decision at a time for each of these customers, and no opt-out beside it: recording one
    waits for this lock, since its row points at the customer. SQLite has one writer anyway."""
    rows = Customer.objects.select_for_update().filter(pk__in=list(customer_ids)).order_by("pk")
    list(rows.values_list("pk"))
