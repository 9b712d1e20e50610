"""Invented figures for the living page of components; the same as in the first drafts."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from weixi.web.drawings import Purchase
from weixi.web.forms import Form

GAPS = (19, 22, 21, 18, 20, 23, 19, 20, 17, 24, 20, 21, 18, 22, 19)
AMOUNTS = (9200, 23600, 12000, 8800, 31000, 14000, 9600, 20500, 13200, 7800, 26800, 15000, 11800,
           19000, 12600, 46800)  # fmt: skip
FALLING = (9, 10, 11, 10, 11, 12, 11, 10, 11, 10, 7, 3)
RETENTION = (
    ("2026-05", 412, (1.0, 0.46, 0.39, 0.35, 0.33, 0.32)),
    ("2026-06", 388, (1.0, 0.44, 0.37, 0.34, 0.31)),
    ("2026-07", 431, (1.0, 0.48, 0.41, 0.36)),
    ("2026-08", 405, (1.0, 0.43, 0.38)),
    ("2026-09", 397, (1.0, 0.45)),
)


class SampleForm(Form):
    phone = forms.CharField(label=_("Mobile phone"), help_text=_("11 digits; spaces are fine"))
    channel = forms.ChoiceField(
        label=_("Channel"), choices=[("phone", _("Phone")), ("wecom", _("WeCom"))]
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            ("accepted", _("Accepted")),
            ("again", _("Follow up")),
            ("missed", _("No answer")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=10, widget=forms.Textarea({"rows": 3})
    )
    agreed = forms.BooleanField(label=_("The customer agreed to be called again"), required=False)


def samples(at: datetime) -> dict[str, Any]:
    today = at.date()
    wrong = SampleForm({"phone": "", "channel": "fax", "note": "0123456789 0123"})
    return {
        "at": at,
        "form": SampleForm(prefix="ok"),
        "wrong": wrong,
        "falling": FALLING,
        "shares": [(_("Retained"), 612), (_("At risk"), 214), (_("Lost"), 96), (_("New"), 78)],
        "purchases": _purchases(today - timedelta(days=47)),
        "today": today,
        "due_from": today - timedelta(days=32),
        "due_to": today - timedelta(days=21),
        "clocks": [today - timedelta(days=1), today, today + timedelta(days=1),
                   at + timedelta(minutes=40), at + timedelta(hours=32),
                   at - timedelta(minutes=35)],
        "columns": [f"M{n}" for n in range(6)],
        "rows": [_row(*entry) for entry in RETENTION],
        "moments": [at - timedelta(minutes=4), at - timedelta(days=3)],
        "paging": {"count_text": "1–50 / 12,480", "first_url": "", "next_url": "?cursor=…"},
    }  # fmt: skip


def _purchases(last: date) -> list[Purchase]:
    days = [last]
    for gap in GAPS:
        days.append(days[-1] - timedelta(days=gap))
    return [Purchase(day, amount) for day, amount in zip(sorted(days), AMOUNTS, strict=True)]


def _row(name: str, size: int, shares: tuple[float, ...]) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [
        {
            "share": share,
            "url": "#heat",
            "label": f"{name} M{n}: {share:.0%}",
            "is_open": n == len(shares) - 1,
        }
        for n, share in enumerate(shares)
    ]
    cells += [{"share": None}] * (6 - len(shares))
    return {"name": name, "note": size, "url": "#heat", "cells": cells}
