"""The moment that most tests happen at."""

from datetime import UTC, datetime

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)  # 12:00 in Shanghai
