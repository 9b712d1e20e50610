"""A complaint is open for the same reason on every page and in the measures."""

from datetime import date, timedelta
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.moments import NOON
from weixi import pipeline
from weixi.classify.actions import create_shipped_schemes
from weixi.collect.complaints.actions import (
    record_complaint,
    reopen_complaint,
    resolve_complaint,
)
from weixi.collect.complaints.queries import counts_of
from weixi.core.actor import COMMAND_LINE, SYSTEM
from weixi.core.runs import lake_file
from weixi.measure.queries import snapshot_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
TODAY, YESTERDAY = date(2026, 11, 20), date(2026, 11, 19)


@pytest.fixture
def complainer(customer: Any) -> int:
    """One open, one opened again, one closed badly, one withdrawn, one resolved at noon today."""
    create_shipped_schemes(at=NOON)
    who = int(customer().pk)
    ids = [
        record_complaint(
            customer_id=who, description="leaks", received_at=NOON - timedelta(days=20 + n),
            by=COMMAND_LINE, at=NOON,
        ).pk
        for n in range(5)
    ]  # fmt: skip
    outcomes = ("resolved", "unresolved", "withdrawn", "resolved")
    for complaint, outcome in zip(ids[1:], outcomes, strict=True):
        resolve_complaint(complaint, outcome=outcome, resolved_at=None, by=COMMAND_LINE, at=NOON)
    reopen_complaint(ids[1], reason="again", by=COMMAND_LINE, at=NOON)
    return who


def test_open_complaints_are_the_same_on_the_page_and_in_the_measures(complainer: int) -> None:
    for day in (TODAY, YESTERDAY):  # a past day goes to the lake alone
        pipeline.run(as_of=day, engine="duckdb", by=SYSTEM, at=NOON)
    snapshot = snapshot_of(complainer)
    assert snapshot is not None
    assert counts_of(COMMAND_LINE, complainer).open == snapshot.complaints_open == 2
    assert snapshot.complaint_open_days == 21
    # What was resolved today was open yesterday.
    row = pq.read_table(lake_file("measures", YESTERDAY)).to_pylist()[0]
    assert (row["complaints_open"], row["complaint_open_days"]) == (3, 23)
