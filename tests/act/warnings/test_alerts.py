"""The life of an alert: opened by its signal, closed by people, ended with its signal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.act.warnings.lake import DAY, back, written
from tests.moments import NOON
from weixi.act.warnings import actions, queries
from weixi.act.warnings.models import Alert, AlertEvent, Loss, Precision, Reading
from weixi.act.warnings.queries import Filters
from weixi.act.warnings.rules import Episode, Held, Rests, changes_of, state_after_the_end, wilson
from weixi.classify.actions import create_shipped_schemes
from weixi.core.actor import COMMAND_LINE
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken
from weixi.staff.queries import actor_of

pytestmark = pytest.mark.slow

OPEN = {"complaints_open": 1, "complaint_open_days": 9}
TOMORROW = NOON.date() + timedelta(days=1)


@pytest.fixture
def schemes(db):
    create_shipped_schemes(at=NOON)


@pytest.fixture
def two(schemes, customer, person, team):
    """Ana with an owner and Bo without, of one team."""
    north = team("north")
    owner = person("agent", team=north, username="lee")
    return customer("Ana", owner=owner, team=north), customer("Bo", team=north)


def warn(people, **more):
    run = written(people, **more)
    actions.ready(run)(run)
    actions.publish(run)


def states(**query):
    rows = Alert.objects.filter(**query).order_by("pk")
    return list(rows.values_list("customer__name", "kind", "state"))


def test_a_signal_opens_one_alert_and_the_same_day_again_changes_nothing(two):
    ana, bo = two
    people = {ana.pk: OPEN, bo.pk: {}}
    warn(people, owners={ana.pk: ana.owner_id})
    before = list(Alert.objects.values())
    warn(people, owners={ana.pk: ana.owner_id})
    assert list(Alert.objects.values()) == before
    (made,) = Alert.objects.all()
    assert (made.kind, made.state, made.cause) == ("complaint_open", "open", "ours")
    assert (made.points, made.opened_on, made.evidence_on) == (20, DAY, back(9))
    assert (made.answer, made.owner, made.due_on) == ("put_right", ana.owner, back(-1))
    assert made.facts == OPEN
    assert Reading.objects.count() == 2


def test_a_running_alert_is_updated_and_ends_with_its_signal(two):
    ana, _ = two
    warn({ana.pk: {"complaints_open": 1, "complaint_open_days": 6}}, day=back(1))
    warn({ana.pk: OPEN})
    (grown,) = Alert.objects.all()
    assert (grown.points, grown.opened_on, grown.facts["complaint_open_days"]) == (20, back(1), 9)
    warn({ana.pk: {}}, day=back(-1))
    assert states() == [("Ana", "complaint_open", "recovered")]
    assert Alert.objects.get().ended_on == back(-1)
    warn({ana.pk: OPEN}, day=back(-2))
    assert states() == [
        ("Ana", "complaint_open", "recovered"),
        ("Ana", "complaint_open", "open"),
    ]


def test_the_table_refuses_a_second_alert_while_the_signal_holds(two):
    ana, _ = two
    warn({ana.pk: OPEN})
    twin = Alert.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_a_purchase_signal_warns_only_from_a_raised_total_on(two):
    ana, bo = two
    late = {
        "days_since_purchase": 60, "rhythm_days": 20, "lateness": 3.0, "last_purchase": back(60),
    }  # fmt: skip
    warn({ana.pk: late, bo.pk: late}, risks={ana.pk: 0.40, bo.pk: 0.39})
    assert states() == [("Ana", "overdue", "open")]
    warn({ana.pk: late}, risks={ana.pk: 0.2})  # the total fell, the signal has not ended
    assert states(customer=ana) == [("Ana", "overdue", "open")]


def test_who_is_worth_nothing_is_not_warned_of_the_unknown_is(two):
    ana, bo = two
    warn({ana.pk: OPEN, bo.pk: OPEN}, stakes={ana.pk: 99})
    assert states() == [("Bo", "complaint_open", "open")]


def test_a_handled_alert_rests_while_its_signal_holds_and_comes_back_when_it_grows(two):
    ana, _ = two
    small = {"complaints_open": 1, "complaint_open_days": 1}
    warn({ana.pk: small}, day=back(1))
    actions.handle([Alert.objects.get().pk], reason="called", by=COMMAND_LINE, at=NOON)
    warn({ana.pk: small})
    assert states() == [("Ana", "complaint_open", "handled")]
    warn({ana.pk: OPEN}, day=back(-1))
    assert states() == [("Ana", "complaint_open", "open")]
    assert list(AlertEvent.objects.values_list("what", flat=True)) == ["handled", "reopened"]


def test_a_false_alarm_stays_one_when_the_signal_ends(two):
    ana, _ = two
    warn({ana.pk: OPEN})
    actions.false_alarm([Alert.objects.get().pk], by=COMMAND_LINE, at=NOON)
    warn({ana.pk: {}}, day=back(-1))
    assert states() == [("Ana", "complaint_open", "false_alarm")]
    assert queries.false_alarm_shares() == {"complaint_open": (1, 1)}


def test_a_snoozed_alert_is_back_on_its_day(two):
    ana, _ = two
    warn({ana.pk: OPEN})
    pk = Alert.objects.get().pk
    until = NOON.date() + timedelta(days=5)
    actions.snooze([pk], until=until, reason="on holiday", by=COMMAND_LINE, at=NOON)
    warn({ana.pk: OPEN}, day=until - timedelta(days=1))
    assert states() == [("Ana", "complaint_open", "snoozed")]
    warn({ana.pk: OPEN}, day=until)
    assert states() == [("Ana", "complaint_open", "open")]


def test_a_snooze_needs_a_reason_and_a_day_ahead(two):
    ana, _ = two
    warn({ana.pk: OPEN})
    pk = Alert.objects.get().pk
    for until, reason in ((NOON.date(), "x"), (NOON.date() + timedelta(181), "x"), (TOMORROW, " ")):
        with pytest.raises(RuleBroken):
            actions.snooze([pk], until=until, reason=reason, by=COMMAND_LINE, at=NOON)
    assert states() == [("Ana", "complaint_open", "open")]


def test_many_are_assigned_at_once_and_given_back_at_once(two, person, team):
    ana, bo = two
    chief = actor_of(person("supervisor", team=team("north")), door="web")
    wen = person("agent", team=team("north"), username="wen")
    warn({ana.pk: OPEN, bo.pk: OPEN}, owners={ana.pk: ana.owner_id})
    ids = list(Alert.objects.values_list("pk", flat=True))
    done = actions.assign(ids, owner_id=wen.pk, by=chief, at=NOON)
    assert done.alerts == 2
    assert set(Alert.objects.values_list("owner", flat=True)) == {wen.pk}
    assert actions.undo_act(done.undo, by=chief, at=NOON) == 2
    assert list(Alert.objects.order_by("customer").values_list("owner", flat=True)) == [
        ana.owner_id, None,
    ]  # fmt: skip
    assert actions.undo_act(done.undo, by=chief, at=NOON) == 0


def test_undo_leaves_alone_what_somebody_else_did_since(two, actor, team):
    ana, _ = two
    chief, other = actor("admin"), actor("admin")
    warn({ana.pk: OPEN})
    pk = Alert.objects.get().pk
    done = actions.false_alarm([pk], by=chief, at=NOON)
    actions.reopen([pk], by=other, at=NOON)
    assert actions.undo_act(done.undo, by=chief, at=NOON) == 0
    with pytest.raises(Missing):
        actions.undo_act(done.undo, by=other, at=NOON)


def test_what_was_dealt_with_is_not_dealt_with_twice(two):
    ana, _ = two
    warn({ana.pk: OPEN})
    pk = Alert.objects.get().pk
    actions.handle([pk], reason="", by=COMMAND_LINE, at=NOON)
    with pytest.raises(Conflict):
        actions.false_alarm([pk], by=COMMAND_LINE, at=NOON)


def test_an_ended_alert_is_not_opened_by_hand(two):
    ana, _ = two
    warn({ana.pk: OPEN})
    warn({ana.pk: {}}, day=back(-1))
    with pytest.raises(RuleBroken):
        actions.reopen([Alert.objects.get().pk], by=COMMAND_LINE, at=NOON)


def test_other_teams_and_roles_reach_nothing(two, actor, team):
    ana, _ = two
    warn({ana.pk: OPEN})
    pk = Alert.objects.get().pk
    stranger, marketer = actor("agent", team=team("south")), actor("marketer")
    with pytest.raises(Missing):
        actions.handle([pk], reason="", by=stranger, at=NOON)
    with pytest.raises(NotAllowed):
        actions.handle([pk], reason="", by=marketer, at=NOON)
    assert queries.board(stranger, day=DAY).rows == []
    assert queries.alerts(stranger).rows == []
    assert queries.contributions_of(stranger, ana.pk) is None


def test_the_board_shows_customers_by_value_and_each_figure_is_its_list(two):
    ana, bo = two
    both = {**OPEN, "overdue_days": 40, "overdue_amount": 5_000}
    warn({ana.pk: OPEN, bo.pk: both}, day=back(1), stakes={ana.pk: 500, bo.pk: 900})
    warn(
        {ana.pk: {**OPEN, "contract_ends": back(-10)}, bo.pk: both},
        stakes={ana.pk: 500, bo.pk: 900},
    )
    rows = queries.board(COMMAND_LINE, day=DAY).rows
    assert [(card.name, card.value, card.points, card.age) for card in rows] == [
        ("Bo", 900, 52, 1),
        ("Ana", 500, 52, 1),
    ]
    assert [part.signal for part in rows[0].reasons] == ["complaint_open", "late_payment"]
    assert (rows[1].change, rows[0].change) == (12, 0)
    figures = queries.counters(COMMAND_LINE, day=DAY)
    assert (figures.open, figures.new, figures.rising, figures.value) == (2, 1, 1, 1_400)
    for only in ("new", "rising"):
        found = queries.board(COMMAND_LINE, day=DAY, filters=Filters(only=only)).rows
        assert [card.name for card in found] == ["Ana"]
    by_cause = queries.board(COMMAND_LINE, day=DAY, filters=Filters(cause="customer")).rows
    assert [card.name for card in by_cause] == ["Bo"]
    assert queries.count(COMMAND_LINE, day=DAY, filters=Filters(level="high")) == 0


def test_each_choice_of_a_menu_counts_the_customers_that_it_would_show(two):
    ana, bo = two
    late = {**OPEN, "overdue_days": 40, "overdue_amount": 5_000}
    warn({ana.pk: OPEN, bo.pk: late}, day=back(1))
    warn({ana.pk: {**late, "contract_ends": back(-10)}, bo.pk: late})
    everybody, new = Filters(), Filters(only="new")
    causes = {"ours": 2, "customer": 2, "unknown": 1}
    assert queries.causes_waiting(COMMAND_LINE, day=DAY) == causes
    assert queries.causes_waiting(COMMAND_LINE, day=DAY, filters=new) == {
        "customer": 1, "unknown": 1,
    }  # fmt: skip
    for filters in (everybody, new):
        for kind, n in queries.kinds_waiting(COMMAND_LINE, day=DAY, filters=filters).items():
            shown = replace(filters, kind=kind)
            assert queries.count(COMMAND_LINE, day=DAY, filters=shown) == n


def test_a_customer_whose_lifecycle_ends_is_a_loss_with_its_cause_and_won_back_by_buying(two):
    ana, bo = two
    gone = {"last_purchase": back(300), "revenue": 7_000}
    said = [
        {"customer_id": ana.pk, "day": back(290), "place": "contacts", "row_id": 1,
         "question": "", "topic": "own_change", "word": "搬到外地"},
    ]  # fmt: skip
    warn({ana.pk: {**OPEN, **gone}, bo.pk: gone}, day=back(1))
    warn({ana.pk: gone, bo.pk: gone}, ended=[ana.pk, bo.pk], mentions=said)
    assert states() == [("Ana", "complaint_open", "lost")]
    losses = {loss.customer_id: loss for loss in Loss.objects.all()}
    assert (losses[ana.pk].cause, losses[ana.pk].kind) == ("customer", "passive")
    assert losses[ana.pk].evidence[0]["word"] == "搬到外地"
    assert (losses[bo.pk].cause, losses[bo.pk].kind, losses[bo.pk].value) == (
        "unknown", "unknown", 7_000,
    )  # fmt: skip
    warn({ana.pk: gone, bo.pk: gone}, ended=[ana.pk, bo.pk], mentions=said)
    assert Loss.objects.count() == 2
    warn({ana.pk: {"last_purchase": DAY}, bo.pk: gone}, day=back(-1))
    assert list(Loss.objects.values_list("customer", "won_back_on")) == [(ana.pk, DAY)]


def test_last_period_s_warnings_are_judged_beside_as_many_chosen_by_the_rule(schemes, customer):
    # Four customers; the horizon of 60 days is over. 1 and 2 were warned, 1 bought later.
    people = [customer(name) for name in "abcd"]
    a, b, c, d = (one.pk for one in people)
    cut = back(60)
    bought = {a: [200, 30], b: [190], c: [300], d: [100, 10]}
    days = [
        {"customer_id": pk, "day": back(ago), "sales": 100} for pk in bought for ago in bought[pk]
    ]
    warn({a: OPEN, b: OPEN, c: {}, d: {}}, day=cut, customer_days=days)
    warn({a: {}, b: {}, c: {}, d: {}}, customer_days=days)
    row = Precision.objects.get(level="all")
    assert (row.cut, row.warned, row.lost, row.population, row.population_lost) == (cut, 2, 1, 4, 2)
    # the rule names c (300 days) and a (200 days): c is lost, a bought
    assert row.rule_lost == 1
    warn({a: {}, b: {}, c: {}, d: {}}, customer_days=days)
    assert Precision.objects.count() == 3


def test_an_interval_of_a_share_is_wilson_s():
    low, high = wilson(54, 120)
    assert (round(low, 4), round(high, 4)) == (0.3639, 0.5392)
    assert wilson(0, 0) is None


class LifeOfAlerts(RuleBasedStateMachine):
    """Against a plain model: at most one running alert a customer and kind; it runs exactly while
    its signal holds; people's words outlive runs."""

    @initialize()
    def begin(self):
        self.day = date(2026, 1, 1)
        self.running = {}
        self.next_id = 0

    @rule(holds=st.dictionaries(st.integers(1, 3), st.integers(1, 3), max_size=3))
    def run(self, holds):
        self.day += timedelta(days=1)
        held = [
            Held(pk, "k", points, 80, str(self.day), "{}", None) for pk, points in holds.items()
        ]
        changes = self.changes(held)
        again = self.apply(changes, held)
        assert (again.open, again.worsen, again.end, again.reopen) == ([], [], [], [])
        assert set(self.running) == set(holds)
        assert {pk: e.points for pk, e in self.running.items()} == holds

    @rule(pk=st.integers(1, 3), state=st.sampled_from(["handled", "false_alarm", "snoozed"]))
    def act(self, pk, state):
        if pk in self.running and self.running[pk].state in ("open", "snoozed"):
            until = self.day + timedelta(days=3) if state == "snoozed" else None
            self.running[pk] = self.running[pk]._replace(
                state=state, snooze_until=until, handled_on=self.day
            )

    def changes(self, held):
        return changes_of(
            held, list(self.running.values()), as_of=self.day, alone=frozenset(),
            raised_from=40, least_stake=0, rests=Rests(2, 4),
        )  # fmt: skip

    def apply(self, changes, held):
        for one in changes.open:
            self.next_id += 1
            assert one.customer_id not in self.running
            self.running[one.customer_id] = Episode(
                self.next_id, one.customer_id, "k", "open", one.points, None, None
            )
        for episode, one in changes.worsen:
            self.running[one.customer_id] = episode._replace(points=one.points)
        for episode in changes.reopen:
            assert episode.state != "open"
            self.running[episode.customer_id] = self.running[episode.customer_id]._replace(
                state="open", snooze_until=None, handled_on=None
            )
        for episode in changes.end:
            del self.running[episode.customer_id]
        return self.changes(held)

    @invariant()
    def a_person_s_word_stays(self):
        for state in ("handled", "false_alarm"):
            assert state_after_the_end(state, is_lost=True) == state


TestLifeOfAlerts = LifeOfAlerts.TestCase
TestLifeOfAlerts.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@given(hits=st.integers(0, 50), misses=st.integers(0, 50))
@settings(max_examples=100, deadline=None)
def test_an_interval_holds_its_share(hits, misses):
    n = hits + misses
    if n:
        low, high = wilson(hits, n)
        assert 0 <= low <= hits / n + 1e-12
        assert hits / n - 1e-12 <= high <= 1
