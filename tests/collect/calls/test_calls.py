"""Calls: numbers as telephone systems send them, once each, on the right desk."""

from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.collect.calls import actions, queries
from weixi.collect.calls.models import Call
from weixi.collect.calls.rules import caller_number
from weixi.collect.customers.actions import add_identity, add_person
from weixi.collect.touchpoints.actions import create_shipped_channels
from weixi.collect.touchpoints.approved import create_shipped_checklist
from weixi.collect.touchpoints.models import Contact
from weixi.core.actor import SYSTEM
from weixi.core.errors import Conflict, Missing, NotAllowed, RuleBroken, Sentence
from weixi.staff.models import User

MOBILE = "13800002046"


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("13800002046", MOBILE),
        ("+86 138 0000 2046", MOBILE),
        ("0086-138-0000-2046", MOBILE),
        ("8613800002046", MOBILE),
        ("013800002046", MOBILE),
        ("tel:+8613800002046", MOBILE),
        ("sip:13800002046@10.0.0.1", MOBILE),
        ("１３８００００２０４６", MOBILE),
        ("13800002046 转 12", MOBILE),
        ("021-5555 1234", "02155551234"),
        ("021-5555 1234 转 8001", "02155551234"),
        ("(021) 55551234 ext. 8001", "02155551234"),
        ("+86 21 5555 1234", "02155551234"),
        ("+44 20 7946 0958", "+442079460958"),
        ("anonymous", ""),
        ("", ""),
    ],
)
def test_the_one_written_form_of_a_number(told, number):
    assert caller_number(told) == number


@pytest.mark.parametrize("told", ["hello", "12", "138000020461"])
def test_what_is_no_number_is_refused_with_a_sentence(told):
    with pytest.raises(Sentence):
        caller_number(told)


@pytest.fixture
def lee(actor, team):
    found = actor("agent", team=team("north"))
    actions.set_extension("801", found.user_id, by=SYSTEM, at=NOON)
    return found


@pytest.fixture
def known(customer, team):
    """known("Ana") → a customer of the north with the number."""
    create_shipped_channels()
    create_shipped_checklist()

    def make(name="Ana", code="north", owner=None):
        made = customer(name, team=team(code), owner_id=owner)
        add_identity(made.pk, "phone", MOBILE, by=SYSTEM, at=NOON)
        return made

    return make


def ring(event="e1", number="+86 138-0000-2046", extension="801", after=0):
    at = NOON + timedelta(minutes=after)
    return actions.ring(event=event, number=number, extension=extension, at=at, by=SYSTEM)


def card(actor):
    return queries.current(actor, at=NOON + timedelta(hours=1))


def test_a_caller_is_found_by_the_number_however_it_is_written(lee, known):
    ana = known(owner=lee.user_id)
    ring()
    call, more = card(lee)
    assert (call.customer_id, more, call.masked) == (ana.pk, 0, "138****2046")


def test_the_number_is_sealed(lee, known):
    call, _new = ring()
    assert MOBILE not in str(Call.objects.values().get(pk=call.pk))


def test_the_same_event_again_is_one_call(lee, known):
    first, second = ring(), ring()
    assert (first[0].pk, first[1], second[0].pk, second[1]) == (
        second[0].pk,
        True,
        first[0].pk,
        False,
    )
    assert Call.objects.count() == 1


def test_two_calls_queue(lee, known):
    known(owner=lee.user_id)
    ring("e1")
    ring("e2", number="", after=1)
    call, more = card(lee)
    assert (call.is_hidden, more) == (False, 1)
    actions.dismiss(call.id, by=lee, at=NOON)
    call, more = card(lee)
    assert (call.is_hidden, more) == (True, 0)


def test_several_customers_of_a_number_are_listed_and_one_is_chosen(lee, known):
    known("Ana", owner=lee.user_id)
    ben = known("Ben", owner=lee.user_id)
    ring()
    call, _more = card(lee)
    assert ([name for _id, name, _n in call.matches], call.customer_id) == (["Ana", "Ben"], None)
    actions.choose(call.id, ben.pk, by=lee)
    assert card(lee)[0].customer_id == ben.pk


def test_customers_of_another_team_are_counted_not_named(lee, known):
    known("Ana", code="south")
    ring()
    call, _more = card(lee)
    assert (call.matches, call.others, call.customer_id) == ([], 1, None)


def test_people_at_business_customers_are_found(lee, customer, team):
    firm = customer("Lathes Ltd", type="business", team=team("north"), owner_id=lee.user_id)
    add_person(firm.pk, name="Ms Wu", phone=MOBILE, by=SYSTEM, at=NOON)
    ring()
    assert card(lee)[0].customer_id == firm.pk


def test_nobody_known_becomes_a_customer_with_one_field(lee):
    create_shipped_channels()
    call, _new = ring()
    made = actions.new_customer(call.pk, name="Cai", by=lee, at=NOON)
    found = card(lee)[0]
    assert (found.customer_id, found.matches[0][1]) == (made, "Cai")
    assert queries.customers_with(call.fingerprint) == [made]


def test_what_is_typed_is_kept_sealed_until_it_is_saved(lee, known):
    ana = known(owner=lee.user_id)
    call, _new = ring()
    actions.keep_draft(call.pk, note="wants the blue one", is_small=True, by=lee)
    assert "blue" not in Call.objects.get().note_sealed
    assert (card(lee)[0].note, card(lee)[0].is_small) == ("wants the blue one", True)
    actions.save(
        call.pk, customer_id=ana.pk, purpose="service", outcome="reached", feeling="pleased",
        checklist=["thanks"], note="wants the blue one", promise="the price", by=lee,
        promise_due=NOON + timedelta(days=1), at=NOON,
    )  # fmt: skip
    contact = Contact.objects.get()
    assert (contact.direction, contact.channel.code, contact.feeling, contact.checklist) == (
        "in", "phone", "pleased", ["thanks"],
    )  # fmt: skip
    assert contact.promises.get().what == "the price"
    assert Call.objects.get().note_sealed == ""
    assert card(lee) == (None, 0)


def test_a_call_is_saved_once(lee, known):
    ana = known(owner=lee.user_id)
    call, _new = ring()
    told = {"customer_id": ana.pk, "purpose": "service", "outcome": "reached", "note": ""}
    actions.save(call.pk, **told, by=lee, at=NOON)
    with pytest.raises(Conflict):
        actions.save(call.pk, **told, by=lee, at=NOON)
    assert Contact.objects.count() == 1


def test_somebody_elses_call_is_not_there(lee, known, actor, team):
    call, _new = ring()
    other = actor("agent", team=team("north"))
    assert card(other) == (None, 0)
    with pytest.raises(Missing):
        actions.keep_draft(call.pk, note="x", by=other)


def test_an_unknown_extension_and_a_wrong_number_are_refused(lee):
    with pytest.raises(RuleBroken, match="extension 999"):
        ring(extension="999")
    with pytest.raises(RuleBroken, match="not a telephone number"):
        ring(number="hello")
    with pytest.raises(NotAllowed):
        actions.ring(event="e", number="", extension="801", at=NOON, by=lee)
    assert not Call.objects.exists()


def test_an_extension_moves_and_its_holders_pages_know(lee, actor):
    other = actor("agent")
    actions.set_extension("801", other.user_id, by=SYSTEM, at=NOON)
    flags = dict(User.objects.values_list("pk", "has_telephone"))
    assert (flags[lee.user_id], flags[other.user_id]) == (False, True)
    actions.remove_extension(queries.extensions()[0].id, by=SYSTEM, at=NOON)
    assert not User.objects.filter(has_telephone=True).exists()
