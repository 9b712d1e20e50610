"""Small files for the tests of the intake, and pictures of the tables to compare."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.apps import apps

from tests.moments import NOON
from weixi.collect.intake.actions import Report, Request, import_files
from weixi.core.actor import SYSTEM, Actor

CUSTOMER = {
    "customer_id": "C1", "name": "仲妮妮", "type": "consumer", "phone": "13800002046",
    "email": "Ni@Example.com", "wechat": "nini88", "card_number": "8801 2001",
    "birthday": "1990-05-04", "city": "杭州", "industry": "", "owner": "", "source": "门店",
    "consent_marketing": "是", "contract_until": "", "contract_from": "",
    "credit_limit": "", "credit_limit_since": "",
}  # fmt: skip
ORDER = {
    "order_id": "O1", "customer_id": "C1", "ordered_at": "2026-11-01 10:20", "product_id": "P1",
    "product_name": "龙井", "quantity": "2", "unit_price": "12.50",
    "discount": "", "unit_cost": "", "returned_of": "", "due_at": "", "paid_at": "",
    "product_category": "",
}  # fmt: skip
CONTACT = {
    "contact_id": "K1", "customer_id": "C1", "at": "2026-11-02 09:00", "channel": "phone",
    "direction": "out", "purpose": "care", "minutes": "7.5", "cost": "3.20", "staff": "",
    "outcome": "reached", "note": "很满意",
}  # fmt: skip
BASES: dict[str, Mapping[str, str]] = {
    "customers": CUSTOMER, "orders": ORDER, "contacts": CONTACT,
}  # fmt: skip
TABLES = (
    "customers.customer", "customers.identity", "customers.consent", "customers.customfield",
    "customers.bond", "customers.creditlimit", "customers.duplicatepair", "customers.searchentry",
    "orders.product", "orders.order", "orders.orderline", "touchpoints.contact",
)  # fmt: skip


def written(path: Path, rows: Sequence[Mapping[str, Any]], encoding: str = "utf-8") -> Path:
    """A CSV with the keys of the rows as its header."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, names)
        out.writeheader()
        out.writerows(rows)
    return path


def lines(kind: str, *changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a kind that are right but for the changes."""
    return [{**BASES[kind], **change} for change in changes or ({},)]


def take(kind: str, *paths: Path, by: Actor = SYSTEM, at: Any = NOON, **more: Any) -> Report:
    return import_files(Request(kind, paths, **more), by=by, at=at)


def counts(report: Report) -> tuple[int, int, int, int]:
    """created, updated, unchanged, rejected"""
    return report.created, report.updated, report.unchanged, report.rejected


def picture() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that imports write, in a fixed order."""
    return {name: list(apps.get_model(name).objects.order_by("pk").values()) for name in TABLES}
