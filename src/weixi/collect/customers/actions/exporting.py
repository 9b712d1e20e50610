"""Everything the system holds about one person, for that person (P-05)."""

from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.utils.translation import gettext as _

from weixi.collect.customers.models import Customer
from weixi.collect.customers.queries import get
from weixi.core.access import accesses_of, log_access
from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import entries_of
from weixi.core.text import checked
from weixi.core.values import value_of
from weixi.core.vault import unseal

from .identities import REASON_LENGTH, REASON_NEEDED

NOT_TOLD = {"fingerprint", "tail", "phone_fingerprint"}  # of use to the machine alone
NOT_THEIRS = {"customers.SearchEntry", "customers.DuplicatePair", "customers.Customer"}


@transaction.atomic
def export_person(customer_id: int, *, reason: str, by: Actor, at: datetime) -> dict[str, Any]:
    """Rows of every table with a key to the customer, found by looking, so none is forgotten."""
    by.need("customers.export")
    by.need("contact_data.reveal")
    customer = get(by, customer_id)
    reason = checked(reason, what=_("Reason"), at_most=REASON_LENGTH)
    if not reason and value_of(REASON_NEEDED):
        raise RuleBroken(_("Say why you need to see it."))
    log_access(by=by, at=at, field="*", action="export", customer_id=customer_id, reason=reason)
    tables = {"customers.Customer": [_told(customer)], **_of(Customer, [customer_id])}
    tables["core.JournalEntry"] = [_told(row) for row in entries_of(customer_id)]
    tables["core.AccessEntry"] = [_told(row) for row in accesses_of(customer_id)]
    return {"customer": customer.number, "exported_at": at.isoformat(), "tables": tables}


def _of(model: type[models.Model], ids: list[Any]) -> dict[str, list[dict[str, Any]]]:
    """Rows that point at these, and (an order's lines) those that point at them in turn."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for relation in model._meta.get_fields(include_hidden=True):
        theirs: Any = relation.related_model
        if not isinstance(relation, ForeignObjectRel) or theirs._meta.label in NOT_THEIRS:
            continue
        key = relation.field.name
        rows = list(theirs._default_manager.filter(**{f"{key}__in": ids}).order_by("pk"))
        if rows:
            tables.setdefault(theirs._meta.label, []).extend(map(_told, rows))
            if getattr(theirs, "follows_customer", False):
                tables |= _of(theirs, [row.pk for row in rows])
    return tables


def _told(row: models.Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    told = {name: _plain(value) for name, value in values.items() if name not in NOT_TOLD}
    if told.pop("sealed", None):
        told["value"] = unseal(values["kind"], values["sealed"])
    if told.pop("phone_sealed", None):
        told["phone"] = unseal("phone", values["phone_sealed"])
    return told


def _plain(value: Any) -> Any:
    """As JSON has it: ISO dates and moments, decimals as text."""
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    return DjangoJSONEncoder().default(value)
