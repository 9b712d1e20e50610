"""What people do to customers: create, change, reveal, assign, merge and take apart."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.moments import NOON
from weixi.collect.customers import queries
from weixi.collect.customers.actions import (
    NewCustomer,
    add_identity,
    add_person,
    assign,
    change_customer,
    create_customer,
    define_custom_field,
    duplicate_warnings,
    give_consent,
    remove_identity,
    reveal_identity,
    set_primary,
    undo_assign,
    withdraw_consent,
)
from weixi.collect.customers.models import Customer, Identity
from weixi.core.access import accesses_of
from weixi.core.actor import Actor
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken
from weixi.core.journal import entries_of
from weixi.core.models import AccessEntry

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def agent(actor: Callable[..., Actor], team: Callable[..., Any]) -> Actor:
    return actor("agent", team=team("north"))


@pytest.fixture
def other(actor: Callable[..., Actor], team: Callable[..., Any]) -> Actor:
    return actor("agent", team=team("south"))


def test_a_new_customer_belongs_to_its_maker_and_has_a_number(agent: Actor) -> None:
    made = create_customer(
        NewCustomer("林晓燕", city="杭州", identities=[("phone", "+86 138-0000-2046")]),
        by=agent,
        at=NOON,
    )
    card = queries.card(agent, made.pk)
    assert card.number == f"W{made.pk:07d}"
    assert (card.owner_id, card.city, card.phone) == (agent.user_id, "杭州", "138****2046")
    assert card.origins == {"*": [agent.name, "2026-11-20"]}
    assert Customer.objects.get(pk=made.pk).edited_at == NOON
    assert entries_of(made.pk)[0].kind == "customer.created"


def test_a_phone_is_nowhere_in_the_tables_as_it_was_typed(agent: Actor) -> None:
    new = NewCustomer(
        "林晓燕", identities=[("phone", "13800002046"), ("address", "杭州市西湖区文三路九号")]
    )
    made = create_customer(new, by=agent, at=NOON)
    rows = [*Identity.objects.values(), *(vars(e) for e in entries_of(made.pk))]
    assert "13800002046" not in str(rows)
    assert "文三路" not in str(rows)


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewCustomer(" "), "Name is needed."),
        (NewCustomer("x" * 121), "at most 120"),
        (NewCustomer("A\0B"), "cannot be written"),
        (NewCustomer("A\ud800"), "cannot be written"),
        (NewCustomer("A", type="friend"), "Unknown customer type"),
        (NewCustomer("A", birthday=date(2030, 1, 1)), "between 1900 and today"),
        (NewCustomer("A", identities=[("phone", "1380000")]), "11 digits"),
        (NewCustomer("A", custom={"shoe": 42}), "Unknown field: shoe"),
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(
    agent: Actor, new: NewCustomer, sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        create_customer(new, by=agent, at=NOON)
    assert not Customer.objects.exists()


def test_a_name_of_four_byte_characters_is_stored_as_it_is(agent: Actor) -> None:
    made = create_customer(NewCustomer("𠮷野家 😀 ＡＢ"), by=agent, at=NOON)
    assert Customer.objects.get(pk=made.pk).name == "𠮷野家 😀 ＡＢ"


def test_the_slower_of_two_changers_is_told_who_was_faster(agent: Actor) -> None:
    made = create_customer(NewCustomer("林晓燕"), by=agent, at=NOON)
    change_customer(made.pk, {"city": "杭州"}, seen=NOON, by=agent, at=LATER)
    with pytest.raises(Conflict, match=agent.name):
        change_customer(made.pk, {"city": "宁波"}, seen=NOON, by=agent, at=LATER)
    assert queries.card(agent, made.pk).city == "杭州"


def test_a_change_keeps_what_was_there_before_in_the_journal(agent: Actor) -> None:
    made = create_customer(NewCustomer("林晓燕", city="杭州"), by=agent, at=NOON)
    change_customer(made.pk, {"city": "宁波", "name": "林晓燕"}, seen=NOON, by=agent, at=LATER)
    assert entries_of(made.pk)[0].facts == {"fields": {"city": ["杭州", "宁波"]}}


@pytest.mark.parametrize(
    "field", ["id", "owner_id", "team_id", "number", "import_id", "created_at"]
)
def test_only_fields_of_the_form_can_be_changed(agent: Actor, field: str) -> None:
    made = create_customer(NewCustomer("林晓燕"), by=agent, at=NOON)
    with pytest.raises(RuleBroken, match="Unknown field"):
        change_customer(made.pk, {field: 1}, seen=NOON, by=agent, at=LATER)


def test_not_yours_and_not_there_are_the_same(agent: Actor, other: Actor) -> None:
    made = create_customer(NewCustomer("林晓燕"), by=agent, at=NOON)
    for customer_id in (made.pk, made.pk + 1_000):
        with pytest.raises(Missing, match=r"^customer$"):
            queries.card(other, customer_id)
        with pytest.raises(Missing, match=r"^customer$"):
            change_customer(customer_id, {"city": "x"}, seen=NOON, by=other, at=LATER)


def test_a_reveal_needs_a_reason_and_is_logged_without_the_value(agent: Actor) -> None:
    new = NewCustomer("林晓燕", identities=[("phone", "13800002046")])
    made = create_customer(new, by=agent, at=NOON)
    phone = queries.card(agent, made.pk).identities[0]
    with pytest.raises(RuleBroken, match="why"):
        reveal_identity(phone.id, reason=" ", by=agent, at=NOON)
    assert reveal_identity(phone.id, reason="calls back", by=agent, at=NOON) == "13800002046"
    entry = accesses_of(made.pk).get()
    assert (entry.actor_id, entry.field, entry.reason) == (agent.user_id, "phone", "calls back")
    assert "13800002046" not in str(vars(entry))


def test_a_refused_reveal_leaves_no_trace(agent: Actor, other: Actor, actor: Any) -> None:
    new = NewCustomer("林晓燕", identities=[("phone", "13800002046")])
    made = create_customer(new, by=agent, at=NOON)
    phone = queries.card(agent, made.pk).identities[0].id
    with pytest.raises(Missing):
        reveal_identity(phone, reason="x", by=other, at=NOON)
    with pytest.raises(NotAllowed):
        reveal_identity(phone, reason="x", by=actor("marketer"), at=NOON)
    assert not AccessEntry.objects.exists()


def test_the_second_phone_can_become_the_first(agent: Actor) -> None:
    new = NewCustomer("林晓燕", identities=[("phone", "13800002046")])
    made = create_customer(new, by=agent, at=NOON)
    second = add_identity(made.pk, "phone", "0571 8888 1234", label="office", by=agent, at=NOON)
    set_primary(second.pk, by=agent, at=LATER)
    assert queries.card(agent, made.pk).phone == second.masked
    remove_identity(second.pk, by=agent, at=LATER)
    assert queries.card(agent, made.pk).phone == "138****2046"


def test_the_same_phone_is_not_stored_twice(agent: Actor) -> None:
    new = NewCustomer("林晓燕", identities=[("phone", "13800002046")])
    made = create_customer(new, by=agent, at=NOON)
    with pytest.raises(RuleBroken, match="already"):
        add_identity(made.pk, "phone", "+86 138 0000 2046", by=agent, at=NOON)


def test_the_newest_word_on_consent_counts(agent: Actor) -> None:
    made = create_customer(NewCustomer("林晓燕"), by=agent, at=NOON)
    give_consent(made.pk, "marketing", source="form", by=agent, at=NOON)
    give_consent(made.pk, "marketing", channel="sms", source="form", by=agent, at=NOON)
    withdraw_consent(made.pk, "marketing", channel="sms", source="phone", by=agent, at=LATER)
    consents = queries.card(agent, made.pk).consents
    assert [(c.channel, c.granted) for c in consents] == [("", True), ("sms", False)]


def test_only_a_business_has_contact_persons(agent: Actor) -> None:
    firm = create_customer(NewCustomer("大疆创新", type="business"), by=agent, at=NOON)
    add_person(
        firm.pk, name="王芳", decision_role="decides", phone="13900001111", by=agent, at=NOON
    )
    assert queries.card(agent, firm.pk).people[0].phone == "139****1111"
    consumer = create_customer(NewCustomer("林晓燕"), by=agent, at=NOON)
    with pytest.raises(RuleBroken, match="Only business"):
        add_person(consumer.pk, name="王芳", by=agent, at=NOON)


def test_own_fields_are_checked_by_their_kind(agent: Actor, actor: Any) -> None:
    define_custom_field(
        code="size", name_zh="尺码", name_en="Size", kind="choice", choices=["S", "M"],
        by=actor("admin"), at=NOON,
    )  # fmt: skip
    made = create_customer(NewCustomer("林晓燕", custom={"size": "M"}), by=agent, at=NOON)
    assert [(v.code, v.value) for v in queries.card(agent, made.pk).custom] == [("size", "M")]
    with pytest.raises(RuleBroken, match="does not fit"):
        change_customer(made.pk, {"custom": {"size": "XL"}}, seen=NOON, by=agent, at=LATER)
    change_customer(made.pk, {"custom": {"size": None}}, seen=NOON, by=agent, at=LATER)
    assert queries.card(agent, made.pk).custom[0].value is None


def test_a_duplicate_out_of_reach_is_told_of_and_no_more(agent: Actor, other: Actor) -> None:
    new = NewCustomer("林晓燕", birthday=date(1990, 5, 1), identities=[("phone", "13800002046")])
    made = create_customer(new, by=agent, at=NOON)
    asked: Any = {
        "name": "林晓燕", "birthday": date(1990, 5, 1), "identities": [("phone", "138 0000 2046")],
    }  # fmt: skip
    (mine,) = duplicate_warnings(**asked, by=agent)
    assert mine.customer is not None
    assert (mine.customer.id, mine.reasons) == (made.pk, ("name and birthday", "phone"))
    (theirs,) = duplicate_warnings(**asked, by=other)
    assert theirs.customer is None


def test_customers_change_hands_and_come_back(
    actor: Any, person: Any, team: Any, customer: Any
) -> None:
    chief = actor("supervisor", team=team("north"))
    ann, bob = (person("agent", team=team("north")) for _ in range(2))
    rows = [customer(f"C{i}", team=team("north"), owner=ann) for i in range(3)]
    done = assign([r.pk for r in rows], owner_id=bob.pk, by=chief, at=LATER)
    assert done.customers == 3
    assert set(Customer.objects.values_list("owner", flat=True)) == {bob.pk}
    Customer.objects.filter(pk=rows[0].pk).update(owner=None)
    assert undo_assign(done.undo, by=chief, at=LATER) == 2
    assert list(Customer.objects.order_by("pk").values_list("owner", flat=True)) == [
        None, ann.pk, ann.pk,
    ]  # fmt: skip


def test_a_customer_is_not_given_to_another_team(
    actor: Any, person: Any, team: Any, customer: Any
) -> None:
    chief = actor("supervisor", team=team("north"))
    mine, theirs = customer("A", team=team("north")), customer("B", team=team("south"))
    with pytest.raises(RuleBroken, match="cannot give"):
        assign([mine.pk], owner_id=person("agent", team=team("south")).pk, by=chief, at=LATER)
    with pytest.raises(Missing):
        assign([mine.pk, theirs.pk], owner_id=chief.user_id, by=chief, at=LATER)
    assert not Customer.objects.exclude(owner=None).exists()
