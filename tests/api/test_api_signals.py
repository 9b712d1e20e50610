"""Warning signals through the API: as their page shows and changes them."""

from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.act.warnings.lake import DAY, run_of, written
from tests.moments import NOON
from weixi.act.warnings.readings import write_readings
from weixi.act.warnings.rules import signal_from
from weixi.act.warnings.signals import SHIPPED, in_force, signals_by_code
from weixi.classify.actions import create_shipped_schemes
from weixi.core.models import JournalEntry, Run

pytestmark = pytest.mark.django_db
OPEN_7_DAYS = {"all": [
    {"measure": "complaints_open", "is": ">=", "value": 1},
    {"measure": "complaint_open_days", "is": ">=", "value": 7},
]}  # fmt: skip


@pytest.fixture(autouse=True)
def schemes(db: None) -> None:
    create_shipped_schemes(at=NOON)


@pytest.fixture
def open_complaints(customer: Any) -> None:
    """Open for 3, 7, 9 and 20 days, and one customer without; a refresh is done."""
    Run.objects.create(
        as_of=DAY, engine="duckdb", state="done", started_at=NOON, finished_at=NOON,
        lease_until=NOON,
    )  # fmt: skip
    days = (3, 7, 9, 20, None)
    written(
        {
            customer(f"P{n}").pk: {"complaints_open": 1, "complaint_open_days": n} if n else {}
            for n in days
        }
    )


def test_every_signal_is_listed_as_it_is_shipped(program: Any) -> None:
    rows = {row["code"]: row for row in program("agent").get("/signals").json()["items"]}
    assert list(rows) == [one["code"] for one in SHIPPED["signals"]]
    row = rows["complaint_open"]
    assert row["levels"][0] == {"when": OPEN_7_DAYS, "points": 20}
    assert (row["cause"], row["answer"], row["answer_days"]) == ("ours", "put_right", 1)
    assert (row["is_changed"], row["is_shipped"], row["customers"]) == (False, True, 0)
    assert "7" in row["conditions"][0]
    assert program("agent").get("/signals/complaint_open").json() == row
    assert program("agent").get("/signals/nothing").status_code == 404


@pytest.mark.slow
def test_a_signal_is_counted_changed_and_reset(program: Any, open_complaints: None) -> None:
    admin = program("admin")
    later = {**OPEN_7_DAYS, "all": [OPEN_7_DAYS["all"][0],
             {**OPEN_7_DAYS["all"][1], "value": 9}]}  # fmt: skip
    body = {"levels": [{"when": later, "points": 25}], "cause": "unknown"}
    told = admin.post("/signals/complaint_open/preview", body).json()
    assert (told["now"], told["after"], told["come_in"], told["fall_out"]) == (4, 2, 0, 2)
    assert told["levels"] == [{"points": 25, "customers": 2}]
    assert signals_by_code()["complaint_open"] == signal_from(SHIPPED["signals"][0])
    changed = admin("PUT", "/signals/complaint_open", body).json()
    assert (changed["is_changed"], changed["cause"], changed["answer"]) == (True, "unknown", "ask")
    assert signals_by_code()["complaint_open"].levels[0].points == 25
    assert JournalEntry.objects.get(kind="signals.changed").facts["signals"] == ["complaint_open"]
    assert admin.post("/signals/complaint_open/reset").json()["is_changed"] is False


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"levels": [{"when": {"measure": "note", "is": ">=", "value": 1}, "points": 5}]}, "note"),
        ({"levels": [{"when": OPEN_7_DAYS, "points": 100}]}, "points"),
        ({"levels": []}, "levels"),
        ({"sentence_en": "Open for {days_open} days"}, "days_open"),
        ({"name_zh": "名" * 41}, "name_zh"),
        ({"evidence": "orders"}, "evidence"),
    ],
)
def test_what_a_signal_cannot_be_is_told_in_a_sentence(program: Any, body: Any, said: str) -> None:
    answer = program("admin")("PUT", "/signals/complaint_open", body)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert signals_by_code()["complaint_open"] == signal_from(SHIPPED["signals"][0])


def test_who_may_not_change_settings_reads_only(program: Any) -> None:
    for role in ("agent", "supervisor", "analyst"):
        answer = program(role)("PUT", "/signals/complaint_open", {"is_on": False})
        assert answer.status_code == 403
    narrow = program("admin", scopes=["customers.view"])
    assert narrow.get("/signals").status_code == 200
    assert narrow("PUT", "/signals/complaint_open", {"is_on": False}).status_code == 403


@pytest.mark.slow
def test_a_signal_of_the_company_s_own_is_made_warns_and_is_removed(
    program: Any, open_complaints: None
) -> None:
    """Open for 7, 9 and 20 days: three of four. Its code is never given twice."""
    admin = program("admin")
    body = {
        "name_zh": "投诉拖延", "name_en": "Complaint lingers", "points": 9, "cause": "ours",
        "evidence": "complaints", "when": OPEN_7_DAYS,
        "sentence_en": "Open for {complaint_open_days} days",
    }  # fmt: skip
    made = admin.post("/signals", body)
    assert made.status_code == 201
    row = made.json()
    assert (row["code"], row["is_shipped"], row["short_zh"]) == ("company_1", False, "投诉拖延")
    assert "7" in row["sentence_zh"]  # left empty: the condition in words
    run = run_of()
    write_readings(run, in_force())
    held = pq.read_table(run.file("contributions")).to_pylist()
    assert sum(one["signal"] == "company_1" and one["points"] == 9 for one in held) == 3
    assert admin("DELETE", "/signals/company_1").status_code == 204
    assert admin.get("/signals/company_1").status_code == 404
    assert admin("DELETE", "/signals/complaint_open").status_code == 404  # shipped: switched off


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"when": {"measure": "note", "is": ">=", "value": 1}}, "note"),
        ({"when": {"field": "city", "is": "=", "value": "x"}}, "city"),
        ({"sentence_en": "{revenue_12m}"}, "revenue_12m"),
        ({"points": 0}, "points"),
        ({"evidence": "said"}, "evidence"),
        ({"when": {"measure": "purchase_days", "is": ">=", "value": 10**9}}, "purchase_days"),
    ],
)
def test_what_an_own_signal_cannot_be_is_told(program: Any, wrong: Any, said: str) -> None:
    plain = {
        "name_zh": "自", "name_en": "Own", "points": 1,
        "when": {"measure": "purchase_days", "is": ">=", "value": 1},
    }  # fmt: skip
    answer = program("admin").post("/signals", plain | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert len(signals_by_code()) == len(SHIPPED["signals"])
