"""The list as it is shown: order, words in both languages, figures, reach, number of queries."""

from datetime import date, timedelta

import pytest

from tests.act.care.conftest import DAY, later
from tests.conftest import NOON
from weixi.act.care.actions import claim, complete, postpone
from weixi.act.care.day import list_day
from weixi.act.care.models import Task
from weixi.act.care.queries import Filters, counters, detail, next_day_due, queue, today_json
from weixi.collect.customers.actions import exclude
from weixi.collect.customers.models import Consent, ContactPerson
from weixi.core.actor import COMMAND_LINE, SYSTEM
from weixi.core.errors import Missing, NotAllowed
from weixi.core.models import Run
from weixi.core.values import set_value
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.usefixtures("planned")


@pytest.fixture
def me(lee):
    return actor_of(lee, door="web")


@pytest.fixture
def boss(actor, north):
    return actor("supervisor", team=north)


def listed(actor, **options):
    return [r.customer.name for r in queue(actor, day=DAY, at=NOON, **options).rows]


def row_of(actor, name, **options):
    return next(
        r for r in queue(actor, day=DAY, at=NOON, **options).rows if r.customer.name == name
    )


def test_mine_are_my_own_and_those_nobody_owns_what_acting_brings_most_first(me):
    # stake × chance × 60 ÷ minutes: 8,640 × 10 % by phone (8) = 6,480 an hour; 52,300 × 10 % by a
    # visit (60) = 5,230; 900 × 5 % by WeCom (4) = 675; 400 × 10 % by phone = 300, twice;
    # 300 × 2 % by WeCom = 90; 50 × 2 % = 15
    assert listed(me) == ["林晓燕", "云栖酒店", "单文博", "郑三", "王四", "欧阳静", "冯五"]


def test_the_team_s_list_needs_its_permission(me, boss):
    assert len(listed(boss, scope="team")) == 7
    with pytest.raises(NotAllowed):
        listed(me, scope="team")


def test_nothing_of_another_team_is_seen(actor, team):
    south = team("south")
    assert listed(actor("manager", team=south)) == []
    assert listed(actor("supervisor", team=south), scope="team") == []


def test_a_row_has_all_that_a_person_needs(me):
    row = row_of(me, "林晓燕")
    assert row.rank == 1
    assert row.customer.number == "C001"
    assert (row.chance, row.effort_minutes, row.worth) == (0.1, 8, 648_000)
    assert row.reason == "47 days without an order, usually about every 20 days"
    (chip,) = row.signals
    assert (chip.kind, chip.text, chip.level) == ("overdue", "2.4 times the usual gap", "warn")
    assert (row.channel.code, row.channel.name) == ("phone", "Phone")
    assert row.say.startswith("Hello 林晓燕, it has been a while.")
    assert (row.value, row.due_on, row.is_overdue) == (864_000, DAY, False)
    assert row.monthly_revenue == tuple(range(12))
    assert (row.tier.code, row.tier.name) == ("gold", "Gold")
    assert (row.holder, row.owner) == ("", "Lee")


def test_reasons_of_every_kind_are_said_with_their_numbers(me):
    said = {r.customer.name: r.reason for r in queue(me, day=DAY, at=NOON).rows}
    assert said["单文博"] == "Next order expected about 22 Nov, usually every 20 days"
    assert said["欧阳静"] == "Birthday on 22 Nov, in 2 days"
    assert said["冯五"] == "Birthday today"
    quiet = row_of(me, "云栖酒店").signals[1]
    assert quiet.sentence == "¥90,000 in 12 months, then 61 days without an order or a contact"
    assert quiet.text == "Top 20% by value"


def test_at_a_business_the_person_who_decides_is_addressed(me, company):
    hotel = company["云栖酒店"]
    ContactPerson.objects.create(customer=hotel, name="李明", position="采购")
    ContactPerson.objects.create(
        customer=hotel, name="陈刚", position="经理", decision_role="decides"
    )
    assert row_of(me, "云栖酒店").say.startswith("Hello 陈经理,")


def test_staff_change_the_wording_and_it_is_only_filled_in(me):
    set_value(
        "care.wording",
        {"overdue": {"en": "{name}: {days} days, says {me}. {name.__class__} {unknown}"}},
        by=SYSTEM,
        at=NOON,
    )
    assert row_of(me, "林晓燕").say == "林晓燕: 47 days, says Lee. {name.__class__} "
    assert row_of(me, "冯五").say == ""


def test_who_holds_a_task_is_shown_to_the_others(me, boss, planned):
    claim(task_id=planned["林晓燕"].pk, by=boss, at=NOON)
    row = row_of(me, "林晓燕")
    assert (row.holder, row.is_held_by_me) == (boss.name, False)
    assert row_of(boss, "林晓燕", scope="team").is_held_by_me
    late = queue(me, day=DAY, at=later(minutes=15)).rows[1]
    assert late.holder == ""


def test_a_postponed_task_comes_back_on_its_day(me, planned):
    tomorrow = DAY + timedelta(days=1)
    postpone(task_id=planned["林晓燕"].pk, until=tomorrow, reason="On a trip", by=me, at=NOON)
    assert "林晓燕" not in listed(me)
    assert next_day_due(me, day=DAY) == 1
    rows = queue(me, day=tomorrow, at=later(days=1)).rows
    row = next(r for r in rows if r.customer.name == "林晓燕")
    assert (row.postpone_reason, row.is_overdue) == ("On a trip", False)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(kind="birthday"), ["欧阳静", "冯五"]),
        (Filters(type="business"), ["云栖酒店"]),
        (Filters(tier="gold"), ["林晓燕"]),
        (Filters(channel="wecom"), ["单文博", "欧阳静", "冯五"]),
        (Filters(kind="birthday", due="today"), ["冯五"]),
        (Filters(due="overdue"), []),
    ],
)
def test_the_list_can_be_narrowed(me, filters, names):
    assert listed(me, filters=filters) == names


def test_pages_follow_on_with_their_ranks(me):
    seen, cursor = [], ""
    while True:
        page = queue(me, day=DAY, at=NOON, cursor=cursor, limit=3)
        seen += [(row.rank, row.customer.name) for row in page.rows]
        cursor = page.next
        if not cursor:
            break
    assert seen == list(enumerate(listed(me), 1))


def test_the_list_takes_as_many_queries_for_one_row_as_for_seven(me, django_assert_max_num_queries):
    with django_assert_max_num_queries(9) as one:
        queue(me, day=DAY, at=NOON, limit=1)
    with django_assert_max_num_queries(9) as all_rows:
        queue(me, day=DAY, at=NOON)
    assert len(one) == len(all_rows)


def test_the_figures_above_the_list(me, planned):
    complete(task_id=planned["林晓燕"].pk, outcome="reached", by=me, at=NOON)
    complete(task_id=planned["单文博"].pk, outcome="reached", by=me, at=NOON)
    Task.objects.filter(pk=planned["郑三"].pk).update(due_on=DAY - timedelta(days=2))
    found = counters(me, day=DAY)
    assert (found.done, found.open, found.total) == (2, 5, 7)
    assert (found.due_today, found.overdue) == (3, 1)
    assert (found.overdue_first, found.overdue_first_days) == ("郑三", 2)
    assert (found.value, found.customers) == ((52_300 + 400 + 400 + 300 + 50) * 100, 5)
    assert (found.care_contacts, found.sale_contacts, found.is_balanced) == (1, 1, True)


def test_the_preparation_shows_what_to_know_before_talking(me, planned, company):
    complete(task_id=planned["单文博"].pk, outcome="declined", note="Later", by=me, at=NOON)
    found = detail(me, planned["单文博"].pk, day=DAY, at=NOON)
    (line,) = found.contacts
    assert (line.outcome, line.note, line.staff) == ("declined", "Later", "Lee")
    assert found.can_undo
    assert any("No phone" in point for point in found.points)

    Consent.objects.create(
        customer=company["林晓燕"], purpose="marketing", granted=False, at=NOON, source="form"
    )
    found = detail(me, planned["林晓燕"].pk, day=DAY, at=NOON)
    assert [row[1:] for row in found.identities] == [("phone", "138****2046")]
    assert found.not_to_offer == ("Any promotion: consent was withdrawn on 20 Nov",)
    for kind, value in (("product", "P-7"), ("category", "nuts"), ("word", "peanut")):
        exclude(company["林晓燕"].pk, kind=kind, value=value, reason="allergy", by=SYSTEM,
                        at=NOON)  # fmt: skip
    found = detail(me, planned["林晓燕"].pk, day=DAY, at=NOON)
    assert found.not_to_offer[1:] == (
        "Anything of nuts: not wanted, stated on 20 Nov",
        "Product P-7: not wanted, stated on 20 Nov",
        "Anything with “peanut”: not wanted, stated on 20 Nov",
    )  # the reason is sealed
    assert found.row.rank == 1


def test_the_preparation_of_somebody_else_s_customer_is_as_if_not_there(actor, team, planned):
    with pytest.raises(Missing):
        detail(actor("manager", team=team("south")), planned["林晓燕"].pk, day=DAY, at=NOON)


def test_json_has_the_shape_of_the_contract():
    found = today_json(COMMAND_LINE, day=DAY, at=NOON, limit=2)
    assert [row["rank"] for row in found] == [1, 2]
    row = found[0]
    assert row["customer_id"] == "C001"
    assert row["reason"] == "47 days without an order, usually about every 20 days"
    assert row["signals"] == [{"signal": "overdue", "sentence": row["reason"], "cause": "unknown"}]
    assert (row["channel"], row["value_at_stake"], row["due"]) == ("phone", 864_000, "2026-11-20")
    assert row["say"]


@pytest.mark.parametrize(
    ("as_of", "begun", "day"),
    [
        (DAY, NOON, date(2026, 11, 23)),  # an ordinary night; the later ones failed
        (date(2011, 12, 10), NOON, date(2011, 12, 10)),  # an old file looked at from its last day
    ],
)
def test_the_list_is_for_today_unless_the_company_is_looked_at_from_an_earlier_day(
    as_of, begun, day
):
    Run.objects.create(
        as_of=as_of, engine="duckdb", state="done", started_at=begun, lease_until=begun
    )
    assert list_day(date(2026, 11, 23)) == day
