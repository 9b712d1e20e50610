"""Complaints, answers and points from files: taken once, found again, undone, refused by row."""

import csv
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.complaints.actions import resolve_complaint
from weixi.collect.complaints.models import Complaint
from weixi.collect.costs.models import CareCost
from weixi.collect.customers.actions import merge
from weixi.collect.intake.actions import Report, Request, import_files, undo
from weixi.collect.intake.models import RejectedRow
from weixi.collect.points.actions import record_points_entry
from weixi.collect.points.models import PointsEntry
from weixi.collect.referrals.models import Referral
from weixi.collect.surveys.models import Answer
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.core.actor import SYSTEM, Actor

LATER = NOON + timedelta(hours=1)
COMPLAINT = {
    "complaint_id": "T1", "customer_id": "C1", "received_at": "2026-11-01 09:30",
    "channel": "电话", "description": "滤芯漏水", "severity": "较重", "order_id": "O-7",
    "first_reply_at": "2026-11-01 10:00", "resolved_at": "2026-11-03 18:00", "outcome": "已解决",
}  # fmt: skip
ANSWER = {
    "answer_id": "A1", "survey": "服务小调查", "customer_id": "C1", "at": "2026-11-01",
    "question": "quality", "dimension": "可靠性", "expected": "6", "perceived": "4.5",
    "score": "", "text": "",
}  # fmt: skip
ENTRY = {
    "entry_id": "L1", "customer_id": "C1", "at": "2026-11-01 09:30", "kind": "获得",
    "points": "120", "reference": "O-7",
}  # fmt: skip
COST = {
    "cost_id": "W1", "customer_id": "C1", "at": "2026-11-01", "kind": "礼品", "amount": "12.50",
    "note": "生日",
}  # fmt: skip
REFERRAL = {
    "referral_id": "R1", "customer_id": "C1", "at": "2026-11-01", "recommended_id": "",
    "name": "王女士", "source": "推荐卡",
}  # fmt: skip
BASES = {
    "complaints": COMPLAINT, "answers": ANSWER, "points": ENTRY, "costs": COST,
    "referrals": REFERRAL,
}  # fmt: skip
TABLES = {
    "complaints": Complaint, "answers": Answer, "points": PointsEntry, "costs": CareCost,
    "referrals": Referral,
}  # fmt: skip
KEYS = {
    "complaints": "complaint_id", "answers": "answer_id", "points": "entry_id",
    "costs": "cost_id", "referrals": "referral_id",
}  # fmt: skip
Take = Callable[..., Report]


@pytest.fixture
def take(tmp_path: Path, customer: Any) -> Take:
    """take("points", {…changes}, …) → the report of a file with one row a dict."""
    create_shipped_channels()
    customer("Ana", number="C1")
    customer("Bo", number="C2")

    def make(
        kind: str, *rows: dict[str, Any], by: Actor = SYSTEM, at: datetime = NOON, **more: Any
    ) -> Report:
        path = tmp_path / f"{kind}.csv"
        written(path, [BASES[kind] | row for row in rows])
        return import_files(Request(kind, (path,), **more), by=by, at=at)

    return make


def written(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]))
        out.writeheader()
        out.writerows(rows)


def counts(report: Report) -> tuple[int, ...]:
    return report.created, report.updated, report.unchanged, report.rejected


def reason(report: Report) -> str:
    [sentence] = report.reasons
    return sentence


def picture(kind: str) -> list[dict[str, Any]]:
    return list(TABLES[kind].objects.order_by("number").values())


def test_a_complaint_is_taken_in_with_the_words_people_write(take: Take) -> None:
    assert counts(take("complaints", {})) == (1, 0, 0, 0)
    row = Complaint.objects.get()
    assert (row.number, row.customer.number, row.channel) == ("T1", "C1", "phone")
    assert (row.severity, row.outcome, row.order_number) == ("high", "resolved", "O-7")
    assert row.received_at == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    assert row.resolved_at == datetime(2026, 11, 3, 10, 0, tzinfo=UTC)
    assert row.edited_at is None


def test_an_answer_is_taken_in_exactly(take: Take) -> None:
    assert counts(take("answers", {})) == (1, 0, 0, 0)
    row = Answer.objects.get()
    assert (row.question, row.dimension, row.score) == ("quality", "reliability", None)
    assert (row.expected, row.perceived) == (Decimal(6), Decimal("4.5"))


@pytest.mark.parametrize(
    ("kind", "points", "stored"),
    [
        ("earn", "120", 120), ("兑换", "100", -100), ("redeem", "-100", -100),
        ("过期", "30", -30), ("调整", "-5", -5), ("调整", "5.00", 5), ("earn", "1,200", 1200),
    ],
)  # fmt: skip
def test_points_are_stored_with_their_sign(take: Take, kind: str, points: str, stored: int) -> None:
    assert counts(take("points", {"kind": kind, "points": points})) == (1, 0, 0, 0)
    assert PointsEntry.objects.get().points == stored


@pytest.mark.parametrize("kind", BASES)
def test_the_same_file_again_changes_nothing(take: Take, kind: str) -> None:
    rows = [{KEYS[kind]: f"N{i}"} for i in range(5)]
    take(kind, *rows)
    before = picture(kind)
    assert counts(take(kind, *rows, at=LATER)) == (0, 0, 5, 0)
    assert picture(kind) == before


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("complaints", {"severity": "轻微", "first_reply_at": "2026-11-01 09:40"}),
        ("answers", {"perceived": "5.25", "text": "好多了"}),
        ("points", {"points": "90", "reference": "O-8"}),
        ("points", {"customer_id": "C2"}),
        ("costs", {"kind": "补偿", "amount": "-3"}),
        ("referrals", {"recommended_id": "C2"}),
    ],
)
def test_a_change_is_taken_over_and_taken_back(take: Take, kind: str, change: Any) -> None:
    take(kind, {}, {KEYS[kind]: "N2"})
    before = picture(kind)
    second = take(kind, change, {KEYS[kind]: "N2"}, at=LATER)
    assert counts(second) == (0, 1, 1, 0)
    assert picture(kind) != before
    assert second.import_id
    undone = undo(second.import_id, by=SYSTEM, at=LATER)
    assert (undone.restored, undone.removed, undone.kept) == (1, 0, [])
    assert picture(kind) == before


@pytest.mark.parametrize("kind", BASES)
def test_an_undone_import_leaves_nothing(take: Take, kind: str) -> None:
    report = take(kind, {}, {KEYS[kind]: "N2"})
    assert report.import_id
    assert undo(report.import_id, by=SYSTEM, at=LATER).removed == 2
    assert picture(kind) == []


@pytest.mark.parametrize("kind", BASES)
def test_trying_writes_nothing(take: Take, kind: str) -> None:
    assert counts(take(kind, {}, dry_run=True)) == (1, 0, 0, 0)
    assert picture(kind) == []


@pytest.mark.parametrize("kind", BASES)
def test_what_the_file_says_nothing_about_stays(take: Take, kind: str, tmp_path: Path) -> None:
    take(kind, {})
    before = picture(kind)
    base = BASES[kind]
    silent = [n for n in ("channel", "resolved_at", "outcome", "survey", "reference") if n in base]
    assert counts(take(kind, dict.fromkeys(silent, ""), at=LATER)) == (0, 0, 1, 0)
    assert picture(kind) == before


@pytest.mark.parametrize("kind", BASES)
def test_an_unknown_customer_is_refused_by_row(take: Take, kind: str) -> None:
    report = take(kind, {"customer_id": "C9"}, {KEYS[kind]: "N2"})
    assert counts(report) == (1, 0, 0, 1)
    assert reason(report) == "The customer … is not known."
    reject = RejectedRow.objects.get()
    assert (reject.line, reject.column, reject.value) == (2, "customer_id", "C9")


@pytest.mark.parametrize("kind", BASES)
def test_a_customer_of_another_team_is_refused(
    take: Take, kind: str, actor: Callable[..., Actor], team: Any, customer: Any
) -> None:
    customer("Cy", number="C3", team=team("south"))
    customer("Di", number="C4", team=team("north"))
    chief = actor("supervisor", team=team("north"))
    rows = [{"customer_id": "C3"}, {KEYS[kind]: "N2", "customer_id": "C4"}]
    report = take(kind, *rows, by=chief)
    assert counts(report) == (1, 0, 0, 1)
    assert reason(report) == "The customer … belongs to another team."


@pytest.mark.parametrize("kind", BASES)
def test_rows_of_a_merged_customer_go_to_the_kept_one(take: Take, kind: str) -> None:
    take(kind, {})
    one, two = TABLES[kind].objects.get().customer, _customer("C2")
    merge(two.pk, one.pk, by=SYSTEM, at=NOON)
    assert TABLES[kind].objects.get().customer == two
    assert counts(take(kind, {}, {KEYS[kind]: "N2"}, at=LATER)) == (1, 0, 1, 0)
    assert TABLES[kind].objects.filter(customer=two).count() == 2


def _customer(number: str) -> Any:
    return Complaint._meta.get_field("customer").related_model.objects.get(number=number)


@pytest.mark.parametrize(
    ("kind", "wrong", "sentence"),
    [
        ("complaints", {"received_at": "昨天"}, "This is no date. Write it like"),
        ("complaints", {"received_at": "2999-01-01"}, "The day lies in the future"),
        ("complaints", {"description": ""}, "This is needed and is missing."),
        ("complaints", {"severity": "吓人"}, "One of these is expected: low, medium, high."),
        ("complaints", {"outcome": "也许"}, "One of these is expected: open, resolved,"),
        ("complaints", {"resolved_at": "2026-10-31"}, "This lies before the complaint was"),
        ("complaints", {"first_reply_at": "2026-10-31"}, "This lies before the complaint was"),
        ("complaints", {"outcome": "处理中"}, "A complaint that is open has no time"),
        ("complaints", {"channel": "x" * 21}, "At most 20 characters fit"),
        ("costs", {"amount": "0"}, "A cost is not zero and at most a billion."),
        ("costs", {"kind": "魔法"}, "One of these is expected: gift, compensation, delivery,"),
        ("costs", {"at": "2027-01-01"}, "The day lies in the future"),
        ("referrals", {"name": ""}, "Say to whom: the number of a customer, or a name."),
        ("referrals", {"recommended_id": "C1"}, "Nobody recommends us to themselves."),
        ("referrals", {"recommended_id": "C9"}, "The customer … is not known."),
        ("answers", {"dimension": "魅力"}, "One of these is expected: reliability,"),
        ("answers", {"expected": "101"}, "Expectation and perception lie between 0 and 100."),
        ("answers", {"perceived": "-1"}, "Expectation and perception lie between 0 and 100."),
        ("answers", {"question": "NPS", "score": "11"}, "lies between 0 and 10."),
        ("answers", {"question": "满意度", "score": "0"}, "lies between 1 and 5."),
        ("answers", {"question": "价格敏感度", "score": "12"}, "lies between 0 and 10."),
        ("answers", {"expected": "", "perceived": ""}, "An answer has expectation and"),
        ("answers", {"score": "很好"}, "This is no number."),
        ("answers", {"question": ""}, "This is needed and is missing."),
        ("points", {"points": "0"}, "An entry of zero points says nothing."),
        ("points", {"points": "-5"}, "Earned points are positive; to take points back, adjust."),
        ("points", {"points": "1.5"}, "Points are whole numbers."),
        ("points", {"points": "2000000000"}, "An entry has at most a billion points."),
        ("points", {"kind": "送"}, "One of these is expected: earn, redeem,"),
        ("points", {"reference": "x" * 81}, "At most 80 characters fit"),
    ],
)
def test_a_wrong_row_says_why(take: Take, kind: str, wrong: Any, sentence: str) -> None:
    report = take(kind, wrong, {KEYS[kind]: "N2"})
    assert counts(report) == (1, 0, 0, 1)
    assert sentence in reason(report)


@pytest.mark.parametrize("kind", BASES)
def test_a_number_twice_in_a_file_counts_once_or_is_a_fault(take: Take, kind: str) -> None:
    other = {"customer_id": "C2"}
    report = take(kind, {}, {}, other)
    assert counts(report) == (1, 0, 1, 1)
    assert reason(report).startswith("Further up in the file")


@pytest.mark.parametrize(
    ("told", "outcome", "is_resolved"),
    [
        ({"outcome": "", "resolved_at": ""}, "open", False),
        ({"outcome": ""}, "resolved", True),
        ({"outcome": "未解决", "resolved_at": ""}, "unresolved", False),
        ({"outcome": "撤诉", "resolved_at": ""}, "withdrawn", False),
    ],
)
def test_the_outcome_follows_what_is_known(
    take: Take, told: Any, outcome: str, is_resolved: bool
) -> None:
    take("complaints", told)
    row = Complaint.objects.get()
    assert (row.outcome, row.resolved_at is not None) == (outcome, is_resolved)


def test_a_complaint_opened_again_elsewhere_has_no_solution_any_more(take: Take) -> None:
    take("complaints", {})
    take("complaints", {"outcome": "处理中", "resolved_at": ""}, at=LATER)
    row = Complaint.objects.get()
    assert (row.outcome, row.resolved_at) == ("open", None)


def test_undo_spares_a_complaint_that_somebody_worked_on(take: Take) -> None:
    report = take("complaints", {"outcome": "", "resolved_at": ""}, {"complaint_id": "T2"})
    worked_on = Complaint.objects.get(number="T1")
    resolve_complaint(worked_on.pk, by=SYSTEM, at=LATER)
    assert report.import_id
    undone = undo(report.import_id, by=SYSTEM, at=LATER)
    assert (undone.removed, [row["number"] for row in undone.kept]) == (1, ["T1"])
    assert Complaint.objects.get() == worked_on


def test_undo_spares_points_that_may_have_been_spent(take: Take) -> None:
    report = take("points", {}, {"entry_id": "L2", "customer_id": "C2"})
    who = PointsEntry.objects.get(number="L1").customer
    record_points_entry(customer_id=who.pk, kind="redeem", points=100, by=SYSTEM, at=LATER)
    assert report.import_id
    undone = undo(report.import_id, by=SYSTEM, at=LATER)
    assert (undone.removed, [row["number"] for row in undone.kept]) == (1, ["L1"])
    assert sum(PointsEntry.objects.values_list("points", flat=True)) == 20


def test_customers_stay_while_they_have_facts(take: Take, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    written(path, [{"customer_id": "C5", "name": "易"}, {"customer_id": "C6", "name": "陆"}])
    people = import_files(Request("customers", (path,)), by=SYSTEM, at=NOON)
    take("answers", {"customer_id": "C5"})
    assert people.import_id
    undone = undo(people.import_id, by=SYSTEM, at=LATER)
    assert (undone.removed, [row["number"] for row in undone.kept]) == (1, ["C5"])


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (
            "complaints",
            "投诉编号,客户编号,投诉时间,渠道,投诉内容,严重程度,订单号,首次回复时间,"
            "解决时间,处理结果",
        ),
        ("answers", "回答编号,问卷,客户编号,回答时间,问题,维度,期望,感知,得分,意见"),
        ("points", "流水号,客户编号,发生时间,类型,积分,相关单号"),
    ],
)  # fmt: skip
def test_chinese_headers_need_no_mapping(
    take: Take, kind: str, header: str, tmp_path: Path
) -> None:
    path = tmp_path / "chinese.csv"
    names = dict(zip(BASES[kind], header.split(","), strict=True))
    written(path, [{names[name]: value for name, value in BASES[kind].items()}])
    report = import_files(Request(kind, (path,)), by=SYSTEM, at=NOON)
    assert counts(report) == (1, 0, 0, 0)
    assert report.ignored_columns == []
    assert set(report.mapping) == set(BASES[kind])


def test_the_loyalty_questions_are_known_by_their_chinese_names(take: Take) -> None:
    names = {
        "价格敏感度": "price_sensitivity", "挑选时间": "choice_time", "需求满足率":
        "demand_satisfaction", "推荐意愿": "nps", "Repeat purchase": "repeat_purchase",
        "您觉得门店怎么样": "您觉得门店怎么样",
    }  # fmt: skip
    told = {"expected": "", "perceived": "", "dimension": "", "score": "7"}
    rows = [{"answer_id": f"A{i}", "question": name, **told} for i, name in enumerate(names)]
    assert counts(take("answers", *rows)) == (6, 0, 0, 0)
    questions = Answer.objects.order_by("number").values_list("question", flat=True)
    assert list(questions) == list(names.values())
