"""Typed cells of workbooks and columnar files, as the text that a person would type."""

import math
from datetime import date, datetime, time, timedelta
from typing import Any

EXACT = 10**15  # a float holds whole numbers exactly up to here, and so does Excel


def text_of(value: Any) -> str:
    """13800002046.0 → 13800002046; a date → 2026-01-31; nothing → an empty text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _number(value.total_seconds() / 86_400)
    return str(value)


def _number(value: float) -> str:
    """As Excel shows it: 15 digits. Longer whole numbers stay in the form that says so: 6.2E+18."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return str(value)
    if value == int(value) and abs(value) < EXACT:
        return str(int(value))
    text = format(value, ".15g")
    if "e-" in text:
        return format(value, ".15f").rstrip("0")
    return text.upper()
