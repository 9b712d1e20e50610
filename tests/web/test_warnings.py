"""The pages of warnings and losses: the board, closing with the way back, judging a loss."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from weixi.act.warnings.models import Alert, Loss, Precision, Reading
from weixi.collect.surveys.models import Answer
from weixi.core.clock import today
from weixi.staff.models import Role

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = {"HTTP_HX_REQUEST": "true", **EN}


@pytest.fixture
def warned(customer, team):
    """Three customers of the north with a warning each: ours, competition, unknown."""
    north, made = team("north"), []
    rows = [
        ("Ana", "complaint_open", "ours", 90_000, {"complaints_open": 1, "complaint_open_days": 9}),
        ("Bo", "competitor", "competition", 50_000,
         {"said_competitor_word": "别家", "said_competitor_place": "contacts"}),
        ("Cy", "silent", "unknown", -1, {"silent_days": 120}),
    ]  # fmt: skip
    for name, kind, cause, stake, facts in rows:
        who = customer(name, team=north)
        part = {"signal": kind, "points": 20, "before": 0, "since": None, "on": str(today())}
        Reading.objects.create(
            customer=who, as_of=today(), points=60, before=40, base=40, held=1, stake=stake,
            contributions=[{**part, "facts": facts}],
        )  # fmt: skip
        Alert.objects.create(
            customer=who, kind=kind, cause=cause, points=20, opened_on=today(),
            evidence_on=today(), facts=facts, answer="ask", due_on=today(),
        )  # fmt: skip
        made.append(who)
    return made


def names(response):
    return re.findall(r'class="name" data-open [^>]*>(\w+)<', response.content.decode())


def test_the_board_shows_the_most_valuable_first_each_reason_with_its_evidence(signed_in, warned):
    page = signed_in("admin").get("/warnings/", **EN)
    text = page.content.decode()
    assert names(page) == ["Ana", "Bo", "Cy"]
    assert "A complaint has been open for 9 days" in text
    assert reverse("web:customer-evidence", args=[warned[0].pk, "complaints"]) in text
    assert f"{reverse('web:customer-timeline', args=[warned[1].pk])}?kind=contacts" in text
    assert "no order tells what a loss would cost" in text


@pytest.mark.slow
def test_every_figure_is_the_list_it_opens(signed_in, warned):
    browser = signed_in("admin")
    Alert.objects.filter(customer=warned[2]).update(opened_on=today() - timedelta(days=3))
    text = browser.get("/warnings/", **EN).content.decode()
    figures = re.findall(r'class="wx-fig" href="(/warnings/[^"]*)"[^>]*>(\d+)<', text)
    assert len(figures) == 6
    for address, count in figures:
        assert len(names(browser.get(address.replace("&amp;", "&"), **EN))) == int(count), address


@pytest.mark.parametrize(
    ("query", "shown"),
    [("cause=ours", ["Ana"]), ("signal=silent", ["Cy"]), ("level=high", []),
     ("level=raised&only=rising", ["Ana", "Bo", "Cy"]), ("state=handled", []),
     ("state=nonsense&level=x&signal=%00", ["Ana", "Bo", "Cy"]),
     ("owner=none", ["Ana", "Bo", "Cy"])],
)  # fmt: skip
def test_the_list_can_be_cut(signed_in, warned, query, shown):
    assert names(signed_in("admin").get(f"/warnings/?{query}", **EN)) == shown


@pytest.mark.slow
def test_a_false_alarm_leaves_the_list_and_can_be_taken_back(signed_in, warned):
    browser = signed_in("admin")
    answer = browser.post("/warnings/false-alarm", {"id": warned[0].pk}, **HTMX)
    assert answer.status_code == 204
    undo = re.search(r'"undo": "([^"]+)"', answer.headers["HX-Trigger"])[1]
    assert names(browser.get("/warnings/", **EN)) == ["Bo", "Cy"]
    assert names(browser.get("/warnings/?state=false_alarm", **EN)) == ["Ana"]
    assert browser.post(undo, **HTMX).status_code == 204
    assert names(browser.get("/warnings/", **EN)) == ["Ana", "Bo", "Cy"]


def test_many_are_given_to_somebody_at_once_and_back(signed_in, warned, person, team):
    browser, lee = signed_in("admin"), person("agent", team=team("north"))
    ids = [who.pk for who in warned]
    asked = browser.post("/warnings/assign", {"id": ids}, **HTMX)
    assert "Give the warnings of 3 customers" in asked.content.decode()
    done = browser.post("/warnings/assign", {"id": ids, "owner": lee.pk}, **HTMX)
    assert set(Alert.objects.values_list("owner", flat=True)) == {lee.pk}
    browser.post(re.search(r'"undo": "([^"]+)"', done.headers["HX-Trigger"])[1], **HTMX)
    assert set(Alert.objects.values_list("owner", flat=True)) == {None}


def test_putting_off_asks_for_a_reason(signed_in, warned):
    browser, until = signed_in("admin"), (today() + timedelta(days=1)).isoformat()
    asked = browser.post("/warnings/snooze", {"id": warned[0].pk, "when": until}, **HTMX)
    assert asked.status_code == 422
    given = {"id": warned[0].pk, "when": until, "reason": "on holiday"}
    assert browser.post("/warnings/snooze", given, **HTMX).status_code == 204
    assert names(browser.get("/warnings/?state=snoozed", **EN)) == ["Ana"]
    browser.post("/warnings/reopen", {"id": warned[0].pk}, **HTMX)
    assert names(browser.get("/warnings/", **EN)) == ["Ana", "Bo", "Cy"]


def test_handling_works_without_a_script(signed_in, warned):
    browser = signed_in("admin")
    page = browser.get(f"/warnings/handle?id={warned[0].pk}", **EN)
    assert "Handled: 1 customer" in page.content.decode()
    done = browser.post("/warnings/handle", {"id": warned[0].pk, "reason": "called"}, **EN)
    assert done.status_code == 302
    assert Alert.objects.get(customer=warned[0]).reason == "called"


def test_who_may_not_act_sees_no_buttons_and_is_refused(signed_in, warned):
    browser = signed_in("marketer")
    assert "false-alarm" not in browser.get("/warnings/", **EN).content.decode()
    assert browser.post("/warnings/false-alarm", {"id": warned[0].pk}, **HTMX).status_code == 403


def test_another_team_s_warnings_are_not_there(signed_in, warned, team):
    browser = signed_in("manager", team=team("south"))
    assert names(browser.get("/warnings/", **EN)) == []
    assert browser.post("/warnings/false-alarm", {"id": warned[0].pk}, **HTMX).status_code == 404


def test_the_line_of_precision_says_what_became_of_the_warnings(signed_in, warned):
    Precision.objects.create(
        as_of=today(), cut=date(2026, 7, 20), horizon_days=60, level="high", warned=120, lost=54,
        rule_lost=40, population=1_000, population_lost=200,
    )  # fmt: skip
    text = signed_in("admin").get("/warnings/", **EN).content.decode()
    assert "120 customers warned of, 54 really lost (45%)" in text
    assert "95% interval 36% to 54%" in text
    assert "as many chosen by days since the last order: 33%" in text


def test_evidence_lists_the_rows_and_unknown_kinds_are_not_there(signed_in, warned):
    browser = signed_in("admin")
    for kind in ("complaints", "answers", "points", "bonds"):
        assert browser.get(f"/customers/{warned[0].pk}/evidence/{kind}").status_code == 200
    assert browser.get(f"/customers/{warned[0].pk}/evidence/secrets").status_code == 404


@pytest.fixture
def lost(customer, team):
    rows = [("ours", "active"), ("ours", "active"), ("customer", "passive"), ("unknown", "unknown")]
    return [
        Loss.objects.create(
            customer=customer(f"L{n}", team=team("north")), noticed_on=today(),
            last_bought_on=date(2026, 1, 1), cause=cause, kind=kind, value=1_000,
        )
        for n, (cause, kind) in enumerate(rows)
    ]  # fmt: skip


def test_the_pareto_counts_known_causes_first_and_each_opens_its_list(signed_in, lost):
    browser = signed_in("admin")
    text = browser.get("/warnings/losses/", **EN).content.decode()
    shown = re.findall(r'href="/warnings/losses/\?cause=(\w+)"[^>]*>(\d+)<', text)
    assert shown == [("ours", "2"), ("customer", "1"), ("unknown", "1")]
    assert "66.7%" in text
    assert "100.0%" in text
    for cause, count in shown:
        rows = browser.get(f"/warnings/losses/?cause={cause}", **EN).content.decode()
        assert len(re.findall(r"<th scope=\"row\"><a", rows)) == int(count)


def test_a_person_says_why_a_customer_went(signed_in, lost):
    browser, given = signed_in("admin"), {"kind": "active", "cause": "competition", "note": "price"}
    assert (
        "Why did L3 go"
        in browser.get(reverse("web:loss-judge", args=[lost[3].pk]), **HTMX).content.decode()
    )
    browser.post(reverse("web:loss-judge", args=[lost[3].pk]), given, **HTMX)
    lost[3].refresh_from_db()
    assert (lost[3].cause, lost[3].note) == ("competition", "price")
    assert lost[3].judged_by


def test_an_exit_interview_is_an_answer_and_stands_beside_the_loss(signed_in, lost):
    browser, url = signed_in("admin"), reverse("web:loss-judge", args=[lost[3].pk])
    said = "另一家送得更快"
    given = {"kind": "active", "cause": "competition", "interview": said}
    browser.post(url, given, **HTMX)
    answer = Answer.objects.get(customer=lost[3].customer)
    assert (answer.question, answer.text) == ("why_left", said)
    assert said in browser.get("/warnings/losses/?cause=competition", **EN).content.decode()

    browser.post(url, {"kind": "active", "cause": "ours", "interview": " "}, **HTMX)
    lost[3].refresh_from_db()
    assert (lost[3].cause, lost[3].exit_answer_id) == ("ours", answer.pk)
    assert Answer.objects.count() == 1


def test_who_may_record_no_answers_is_asked_for_none(signed_in, lost):
    browser, url = signed_in("admin"), reverse("web:loss-judge", args=[lost[3].pk])
    assert 'name="interview"' in browser.get(url, **HTMX).content.decode()
    role = Role.objects.get(code="admin")
    role.permissions = [one for one in role.permissions if one != "answers.edit"]
    role.save()
    assert 'name="interview"' not in browser.get(url, **HTMX).content.decode()
