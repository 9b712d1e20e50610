"""Complaints: heard, answered, settled, opened again; seen by those whose customer it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.complaints import queries
from weixi.collect.complaints.actions import (
    record_complaint,
    reopen_complaint,
    reply_complaint,
    resolve_complaint,
)
from weixi.collect.complaints.models import Complaint
from weixi.collect.complaints.rules import ComplaintOutcome, outcome_of
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of

HOUR = timedelta(hours=1)


@pytest.fixture
def agent(actor: Callable[..., Actor], a_team: Any) -> Actor:
    return actor("manager", team=a_team)


@pytest.fixture
def ana(customer: Any, a_team: Any) -> Any:
    return customer("Ana", team=a_team)


def heard(agent: Actor, who: Any, **values: Any) -> Complaint:
    told = {"description": "滤芯装上就漏水", "severity": "high"} | values
    return record_complaint(customer_id=who.pk, **told, by=agent, at=NOON)


def test_a_complaint_is_open_until_it_is_closed(agent: Actor, ana: Any) -> None:
    complaint = heard(agent, ana, received_at=NOON - 3 * HOUR)
    reply_complaint(complaint.pk, by=agent, at=NOON + HOUR)
    [row] = queries.open_complaints_of(agent, ana.pk)
    assert (row.is_open, row.needs_reply, row.first_reply_at) == (True, False, NOON + HOUR)
    resolve_complaint(complaint.pk, by=agent, at=NOON + 5 * HOUR)
    assert queries.open_complaints_of(agent, ana.pk) == []
    row = queries.complaint(agent, complaint.pk)
    assert (row.outcome, row.resolved_at) == ("resolved", NOON + 5 * HOUR)
    kinds = [entry.kind for entry in entries_of(ana.pk)]
    assert kinds == ["complaint.closed", "complaint.replied", "complaint.recorded"]


@pytest.mark.parametrize("outcome", ["unresolved", "withdrawn"])
def test_only_what_was_resolved_has_a_time_of_it(agent: Actor, ana: Any, outcome: str) -> None:
    complaint = heard(agent, ana)
    closed = resolve_complaint(complaint.pk, outcome=outcome, by=agent, at=NOON + HOUR)
    assert (closed.outcome, closed.resolved_at) == (outcome, None)


def test_a_reopened_complaint_remembers_how_it_was_closed(agent: Actor, ana: Any) -> None:
    complaint = heard(agent, ana)
    resolve_complaint(complaint.pk, by=agent, at=NOON + HOUR)
    again = reopen_complaint(complaint.pk, reason="又漏水了", by=agent, at=NOON + 2 * HOUR)
    assert (again.outcome, again.resolved_at) == ("open", None)
    facts = entries_of(ana.pk)[0].facts
    assert facts["outcome"] == "resolved"
    assert facts["resolved_at"] == (NOON + HOUR).isoformat()
    assert facts["reason"] == "又漏水了"


def test_nothing_happens_twice(agent: Actor, ana: Any) -> None:
    complaint = heard(agent, ana)
    with pytest.raises(Conflict):
        reopen_complaint(complaint.pk, reason="?", by=agent, at=NOON)
    reply_complaint(complaint.pk, by=agent, at=NOON)
    with pytest.raises(Conflict):
        reply_complaint(complaint.pk, by=agent, at=NOON + HOUR)
    resolve_complaint(complaint.pk, by=agent, at=NOON)
    with pytest.raises(Conflict):
        resolve_complaint(complaint.pk, outcome="withdrawn", by=agent, at=NOON)
    assert queries.complaint(agent, complaint.pk).first_reply_at == NOON


@pytest.mark.parametrize(
    "wrong",
    [
        {"description": "  "}, {"severity": "awful"}, {"channel": "x" * 21},
        {"received_at": NOON + HOUR}, {"received_at": NOON.replace(year=1970)},
        {"order_number": "1" * 65},
    ],
)  # fmt: skip
def test_a_wrong_complaint_is_refused(agent: Actor, ana: Any, wrong: Any) -> None:
    with pytest.raises(RuleBroken):
        heard(agent, ana, **wrong)
    assert not Complaint.objects.exists()


def test_no_answer_lies_before_the_complaint_or_ahead_of_now(agent: Actor, ana: Any) -> None:
    complaint = heard(agent, ana)
    for moment in (NOON - HOUR, NOON + HOUR):
        with pytest.raises(RuleBroken):
            reply_complaint(complaint.pk, replied_at=moment, by=agent, at=NOON)
        with pytest.raises(RuleBroken):
            resolve_complaint(complaint.pk, resolved_at=moment, by=agent, at=NOON)


def test_a_merged_customer_complains_no_more(agent: Actor, ana: Any, customer: Any) -> None:
    gone = customer("Anna", team=ana.team, merged_into=ana)
    with pytest.raises(RuleBroken):
        heard(agent, gone)


def test_complaints_elsewhere_are_not_there(
    agent: Actor, ana: Any, actor: Callable[..., Actor], team: Any
) -> None:
    complaint = heard(agent, ana)
    other = actor("manager", team=team("south"))
    assert queries.complaints_of(other, ana.pk).rows == []
    assert queries.listing(other).rows == []
    assert queries.counts_of(other, ana.pk).total == 0
    with pytest.raises(Missing):
        queries.complaint(other, complaint.pk)
    with pytest.raises(Missing):
        resolve_complaint(complaint.pk, by=other, at=NOON)
    with pytest.raises(Missing):
        heard(other, ana)


def test_an_analyst_reads_and_an_auditor_does_not(
    agent: Actor, ana: Any, actor: Callable[..., Actor]
) -> None:
    complaint = heard(agent, ana)
    analyst = actor("analyst")
    assert queries.counts_of(analyst, ana.pk).open == 1
    with pytest.raises(NotAllowed):
        resolve_complaint(complaint.pk, by=analyst, at=NOON)
    with pytest.raises(NotAllowed):
        queries.listing(actor("auditor"))


def test_counts_and_lists_agree(agent: Actor, ana: Any) -> None:
    first = heard(agent, ana, received_at=NOON - 9 * HOUR, severity="low")
    second = heard(agent, ana, received_at=NOON - 5 * HOUR)
    resolve_complaint(second.pk, by=agent, at=NOON)
    counts = queries.counts_of(agent, ana.pk)
    assert (counts.total, counts.open, counts.oldest_open) == (2, 1, NOON - 9 * HOUR)
    assert [row.id for row in queries.complaints_of(agent, ana.pk).rows] == [second.pk, first.pk]
    assert [row.id for row in queries.listing(agent, outcome="open").rows] == [first.pk]
    assert [row.id for row in queries.listing(agent, severity="high").rows] == [second.pk]
    since = queries.listing(agent, since=NOON - 5 * HOUR, until=NOON)
    assert [row.id for row in since.rows] == [second.pk]
    page = queries.complaints_of(agent, ana.pk, limit=1)
    assert [
        row.id for row in queries.complaints_of(agent, ana.pk, limit=1, cursor=page.next).rows
    ] == [first.pk]


@pytest.mark.parametrize(
    ("told", "resolved", "outcome"),
    [
        (None, None, "open"), (None, NOON, "resolved"), ("unresolved", None, "unresolved"),
        ("withdrawn", NOON, "withdrawn"), ("", None, "open"),
    ],
)  # fmt: skip
def test_the_outcome_follows_the_word_else_the_time(told: Any, resolved: Any, outcome: str) -> None:
    assert outcome_of(told, resolved) == ComplaintOutcome(outcome)
