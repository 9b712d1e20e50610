"""The page of warning signals: what is listed, changed, refused and counted before it is saved."""

import re
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client

from tests.act.warnings.lake import DAY, run_of, written
from tests.moments import NOON
from weixi.act.warnings.limits import numbers_of
from weixi.act.warnings.models import Alert, Reading
from weixi.act.warnings.readings import write_readings
from weixi.act.warnings.rules import signal_from
from weixi.act.warnings.signals import SHIPPED, in_force, signals_by_code, vocabulary
from weixi.classify.actions import create_shipped_schemes
from weixi.classify.sentences import sentence
from weixi.core.models import JournalEntry, Run, Setting
from weixi.core.values import value_of
from weixi.web.settings.signal_form import first_values, form_of

ENGLISH = {"Accept-Language": "en"}
PAGE = "/settings/signals/complaint_open"


@pytest.fixture
def boss(signed_in: Callable[..., Client]) -> Client:
    create_shipped_schemes(at=NOON)
    return signed_in("admin")


def typed(code: str = "complaint_open", **changed: str) -> dict[str, str]:
    """What a browser would send for the signal as it is kept."""
    signal = signals_by_code()[code]
    told = first_values(signal, form_of(signal, vocabulary().measures).limits)
    plain = {n: "on" if value is True else str(value) for n, value in told.items() if value}
    return {name: value for name, value in (plain | changed).items() if value}


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def measured(db: None, customer: Callable[..., Any]) -> list[int]:
    """Complaints open for 3, 7, 9 and 20 days, and one customer without; a refresh is done."""
    days = [3, 7, 9, 20, None]
    ids = [customer(f"P{n}").pk for n in range(len(days))]
    Run.objects.create(
        as_of=DAY, engine="duckdb", state="done", started_at=NOON, finished_at=NOON,
        lease_until=NOON,
    )  # fmt: skip
    open_ones = {
        pk: {"complaints_open": 1, "complaint_open_days": n} if n else {}
        for pk, n in zip(ids, days, strict=True)
    }
    written(open_ones)
    return ids


def test_every_signal_is_listed_with_its_sentence_points_cause_and_answer(boss: Client) -> None:
    text = text_of(boss.get("/settings/signals", headers=ENGLISH))
    for one in SHIPPED["signals"]:
        assert one["name_en"].replace("'", "&#x27;") in text
    assert "Put it right and compensate" in text
    assert "said_" not in text  # columns have names
    assert 'href="/settings/signals"' in text_of(boss.get("/settings/"))


@pytest.mark.parametrize("stored", SHIPPED["signals"], ids=lambda one: one["code"])
def test_the_form_as_shown_changes_nothing(stored: dict[str, Any], boss: Client) -> None:
    code = stored["code"]
    assert boss.get(f"/settings/signals/{code}").status_code == 200
    assert boss.post(f"/settings/signals/{code}", typed(code)).status_code == 302
    assert not Setting.objects.exists()
    assert numbers_of(signal_from(stored).levels) == numbers_of(signals_by_code()[code].levels)


def test_a_change_is_kept_alone_stands_in_the_journal_and_goes_back(boss: Client) -> None:
    told = typed(number_0_1="10", points_0="25", name_en="Complaint not settled")
    assert boss.post(PAGE, told).status_code == 302
    signal = signals_by_code()["complaint_open"]
    assert [level.points for level in signal.levels] == [25, 12]
    assert [one.value for one in numbers_of(signal.levels)] == [1, 10, 1]
    kept = Setting.objects.get(name="warnings.signals").value
    assert set(kept) == {"complaint_open"}
    assert set(kept["complaint_open"]) == {"levels", "name_en"}
    entry = JournalEntry.objects.get(kind="signals.changed")
    assert (entry.facts["before"], entry.facts["after"]) == ({}, kept["complaint_open"])
    boss.post(PAGE, {"reset": "1"})
    assert signals_by_code()["complaint_open"].name_en == "Unresolved complaint"
    assert Setting.objects.get(name="warnings.signals").value == {}


def test_a_signal_is_switched_off_and_on(boss: Client) -> None:
    boss.post(PAGE, typed(is_on=""))
    assert not signals_by_code()["complaint_open"].is_on
    boss.post(PAGE, typed(is_on="on"))
    assert signals_by_code()["complaint_open"].is_on


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"points_0": "100"}, "Level 1: points: 1 to 99"),
        ({"points_0": "11"}, "Level 1 weighs at least as much as level 2: now 11 and 12 points."),
        ({"number_0_1": "4000"}, "0 to 3650"),
        ({"number_0_1": "soon"}, "enter a number"),
        ({"number_0_1": "1.5"}, "a whole number"),
        ({"cause": "fate"}, "Cause: choose one of the list"),
        ({"name_en": "x" * 41}, "English name: at most 40 characters, now 41"),
        ({"sentence_en": "{password}"},
         "Sentence in English: there is no {password}; the text may name"
         " {complaints_open} {complaint_open_days}"),
        ({"name_zh": "{complaints_open}"}, "Chinese name: a name has no"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_with_its_limit(
    wrong: dict[str, str], said: str, boss: Client
) -> None:
    for answer in (
        boss.post(PAGE, typed(**wrong), headers=ENGLISH),
        boss.get(f"{PAGE}/preview", typed(**wrong), headers=ENGLISH),
    ):
        assert said in text_of(answer)
    assert boss.post(PAGE, typed(**wrong)).status_code == 422
    assert not Setting.objects.exists()


def test_a_level_that_is_never_reached_is_refused(boss: Client) -> None:
    told = typed("late_payment", number_0_0="7")  # as level 2
    answer = boss.post("/settings/signals/late_payment", told, headers=ENGLISH)
    assert answer.status_code == 422
    assert "Level 2 is never reached" in text_of(answer)


@pytest.mark.slow
def test_the_preview_counts_now_and_after_and_writes_nothing(
    boss: Client, measured: list[int]
) -> None:
    told = typed(number_1_0="2")  # level 2 asks for two open complaints: only level 1 is left
    text = text_of(boss.get(f"{PAGE}/preview", told, headers=ENGLISH))
    assert "4 → 3" in text
    assert "3 customers with 20 points" in text
    assert "Fall out: 1" in text
    assert "P0" in text
    off = text_of(boss.get(f"{PAGE}/preview", typed(is_on=""), headers=ENGLISH))
    assert "4 → 0" in off
    assert "Switched off" in off
    assert not Setting.objects.exists()
    assert not Alert.objects.exists()


@pytest.mark.slow
def test_the_preview_of_a_stricter_level_moves_customers_between_levels(
    boss: Client, measured: list[int]
) -> None:
    text = text_of(boss.get(f"{PAGE}/preview", typed(number_0_1="10"), headers=ENGLISH))
    assert "4 → 4" in text
    assert "1 customer with 20 points" in text
    assert "3 customers with 12 points" in text


def test_without_a_refresh_the_preview_says_so(boss: Client) -> None:
    answer = boss.get(f"{PAGE}/preview", typed(), headers=ENGLISH)
    assert "Nothing is measured yet" in text_of(answer)


def test_open_warnings_of_a_signal_are_the_list_they_open(
    boss: Client, customer: Callable[..., Any]
) -> None:
    for name in ("Ana", "Bo"):
        who = customer(name)
        Reading.objects.create(
            customer=who, as_of=DAY, points=60, before=None, base=40, held=1, stake=1,
            contributions=[],
        )  # fmt: skip
        Alert.objects.create(
            customer=who, kind="silent", cause="unknown", points=8, opened_on=DAY,
            evidence_on=DAY, facts={}, answer="ask", due_on=DAY,
        )  # fmt: skip
    text = text_of(boss.get("/settings/signals", headers=ENGLISH))
    figure = re.search(r'href="(/warnings/\?signal=silent)"[^>]*>(\d+)<', text)
    assert figure is not None
    assert figure[2] == "2"
    rows = boss.get(figure[1], headers=ENGLISH).content.decode()
    assert len(re.findall(r'class="name" data-open', rows)) == 2


def test_a_signal_that_is_not_there(boss: Client) -> None:
    assert boss.get("/settings/signals/nothing").status_code == 404


# ── Whom warnings are about ─────────────────────────────────────────────────

WARNED = "/settings/warned"


def asked(**fields: str) -> dict[str, str]:
    """The condition as the form sends it: open complaints of so many days."""
    told = {"w.g": "all", "w.0.w": "measure:complaint_open_days", "w.0.is": ">=", "w.0.v": "9"}
    return told | fields


def test_whom_warnings_are_about_is_counted_while_it_is_typed(
    boss: Client, measured: list[int]
) -> None:
    text = text_of(boss.get(WARNED, headers=ENGLISH))
    assert '<span class="wx-big" id="found-count">5</span>' in text  # all five have bought
    found = text_of(boss.post(f"{WARNED}/found", asked(), headers=ENGLISH))
    assert '<span class="wx-big" id="found-count">2</span>' in found  # 9 and 20 days
    assert "customers, as of 2026-11-20" in found
    by_type = asked(**{"w.0.w": "field:type", "w.0.is": "in", "w.0.in": "business"})
    assert 'id="found-count">0<' in text_of(boss.post(f"{WARNED}/found", by_type))
    assert not Setting.objects.exists()


def test_the_condition_is_kept_in_the_journal_and_the_next_readings_work_by_it(
    boss: Client, measured: list[int]
) -> None:
    assert boss.post(WARNED, asked(do="save")).status_code == 302
    kept = {"all": [{"measure": "complaint_open_days", "is": ">=", "value": 9}]}
    assert Setting.objects.get(name="warnings.population").value == kept
    entry = JournalEntry.objects.get(kind="warnings.population_changed")
    assert (entry.facts["before"], entry.facts["after"]) == (SHIPPED["population"], kept)
    run = run_of(DAY)
    assert write_readings(run, in_force()) == 2
    boss.post(WARNED, {"do": "reset"})
    assert not Setting.objects.exists()
    assert write_readings(run, in_force()) == 5


def test_a_button_draws_one_more_condition(boss: Client) -> None:
    told = text_of(boss.post(f"{WARNED}/tree", asked(do="add:w")))
    assert 'name="w.1.w"' in told
    assert "_row" not in told  # columns that nobody asks for


def test_a_condition_without_a_number_is_named_and_not_kept(boss: Client) -> None:
    answer = boss.post(WARNED, asked(do="save", **{"w.0.v": "soon"}), headers=ENGLISH)
    assert answer.status_code == 422
    assert "enter a number" in text_of(answer)
    assert not Setting.objects.exists()


def test_where_the_condition_names_what_is_gone_the_shipped_one_holds(
    boss: Client, measured: list[int]
) -> None:
    gone = {"all": [{"cell": "no_such_scheme", "in": ["member"]}]}
    Setting.objects.create(name="warnings.population", value=gone, changed_at=NOON, changed_by="x")
    assert write_readings(run_of(DAY), in_force()) == 5
    text = text_of(boss.get(WARNED, headers=ENGLISH))
    assert "There is no scheme no_such_scheme." in text
    assert "Until it is saved anew, the condition as shipped holds." in text


def test_who_only_sees_customers_changes_none_of_it(signed_in: Callable[..., Client]) -> None:
    assert signed_in("supervisor").post(WARNED, asked(do="save")).status_code == 403
    assert not Setting.objects.exists()


# ── Signals of the company's own ────────────────────────────────────────────

NEW = "/settings/signals/new"


def made(**fields: str) -> dict[str, str]:
    told = {
        "name_zh": "投诉拖延", "name_en": "Complaint lingers", "points": "9", "cause": "ours",
        "evidence": "complaints", "do": "save",
    }  # fmt: skip
    return asked() | told | fields


def test_an_own_signal_is_counted_while_it_is_typed(boss: Client, measured: list[int]) -> None:
    assert "New signal" in text_of(boss.get("/settings/signals", headers=ENGLISH))
    assert "Whom warnings are about" in text_of(boss.get(NEW, headers=ENGLISH))
    found = text_of(boss.post(f"{NEW}/found", asked(), headers=ENGLISH))
    assert '<span class="wx-big" id="found-count">2</span>' in found  # 9 and 20 days
    told = text_of(boss.post(f"{NEW}/tree", asked(do="add:w")))
    assert 'name="w.1.w"' in told
    assert not Setting.objects.exists()


def test_a_button_without_script_keeps_what_was_typed(boss: Client, measured: list[int]) -> None:
    text = text_of(boss.post(NEW, made(do="add:w"), headers=ENGLISH))
    assert 'value="投诉拖延"' in text
    assert 'name="w.1.w"' in text
    assert not Setting.objects.exists()


def test_an_own_signal_is_made_warns_is_changed_and_removed(
    boss: Client, measured: list[int]
) -> None:
    assert boss.post(NEW, made()).status_code == 302
    stored = value_of("warnings.signals")["company_1"]
    assert stored["facts"] == ["complaint_open_days"]
    assert stored["sentence_zh"] == sentence(stored["levels"][0]["when"], vocabulary(), "zh")
    run = run_of(DAY)
    write_readings(run, in_force())
    rows = pq.read_table(run.file("contributions")).to_pylist()
    assert sum(row["signal"] == "company_1" for row in rows) == 2
    page = text_of(boss.get("/settings/signals/company_1", headers=ENGLISH))
    assert "Remove this signal" in page
    assert "Remove this signal" not in text_of(boss.get("/settings/signals/silent"))
    assert "your own" in text_of(boss.get("/settings/signals", headers=ENGLISH))
    assert boss.post("/settings/signals/company_1/remove").status_code == 302
    assert not Setting.objects.exists()
    assert boss.post("/settings/signals/silent/remove").status_code == 404


def test_an_own_signal_on_orders_explains_what_a_model_of_purchases_has_seen(boss: Client) -> None:
    boss.post(NEW, made(evidence="orders"))
    boss.post(NEW, made())
    assert [one.is_purchase for one in signals_by_code().values()][-2:] == [True, False]


def test_the_code_of_a_removed_signal_is_not_given_again(boss: Client, measured: list[int]) -> None:
    """Its warnings keep it: they would be told by the words of the new one."""
    Alert.objects.create(
        customer_id=measured[0], kind="company_4", cause="ours", state="recovered", points=9,
        opened_on=DAY, evidence_on=DAY, due_on=DAY, facts={}, answer="ask",
    )  # fmt: skip
    boss.post(NEW, made())
    assert list(value_of("warnings.signals")) == ["company_5"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name_zh": ""}, "Chinese name"),
        ({"points": "100"}, "Points of the signal"),
        ({"w.0.v": "soon"}, "enter a number"),
        ({"sentence_en": "{lateness}"}, "{lateness}"),
        ({"evidence": "said"}, "What stands behind it"),
    ],
)
def test_what_is_missing_of_an_own_signal_is_named(
    wrong: dict[str, str], said: str, boss: Client, measured: list[int]
) -> None:
    answer = boss.post(NEW, made(**wrong), headers=ENGLISH)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Setting.objects.exists()
