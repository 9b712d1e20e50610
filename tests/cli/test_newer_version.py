"""A database made by an older version: init brings what is new, and what people decided stays."""

from datetime import timedelta

import pytest

from tests.moments import NOON
from weixi.act.care.playbooks.actions import (
    create_shipped_playbooks,
    publish,
    renew_shipped_playbooks,
    save_draft,
    switch,
)
from weixi.act.care.playbooks.models import Playbook, Version
from weixi.act.care.playbooks.shipped import BY_CODE as PLAYBOOKS
from weixi.classify.actions import create_shipped_schemes, renew_shipped_schemes
from weixi.classify.editing import change_scheme
from weixi.classify.models import Scheme, SchemeVersion
from weixi.classify.shipped import BY_CODE
from weixi.classify.versions import standing_on
from weixi.core.actor import SYSTEM
from weixi.core.models import JournalEntry
from weixi.staff.actions import change_role, extend_shipped_roles
from weixi.staff.models import Role
from weixi.staff.permissions import PERMISSIONS

pytestmark = pytest.mark.django_db
NEW = "surprises.give"
TODAY = NOON.date()
OLD = {**BY_CODE["lifecycle"].definition, "population": [["purchase_days", 2]]}


def older_role(code="agent", *, offered=True):
    """The role as it was before the permission NEW was known."""
    role = Role.objects.get(code=code)
    role.permissions = sorted(set(role.permissions) - {NEW})
    role.offered = sorted(set(PERMISSIONS) - {NEW}) if offered else []
    role.save()
    return role


def decided(role, permissions):
    change_role(role=role, permissions=permissions, reach="own", by=SYSTEM, at=NOON)


@pytest.fixture
def chief(person):
    return person("admin")  # somebody must be able to manage people


def held(role):
    role.refresh_from_db()
    return set(role.permissions)


def test_a_shipped_role_gains_a_permission_that_is_new_once(roles):
    role = older_role()
    assert extend_shipped_roles(at=NOON) == 1
    assert NEW in held(role)
    told = JournalEntry.objects.get(kind="role.extended").facts
    assert (told["role"], told["permissions"]) == ("agent", [NEW])
    assert extend_shipped_roles(at=NOON) == 0


def test_what_a_person_took_away_stays_away_and_what_is_new_still_comes(chief):
    role = older_role()
    decided(role, sorted(held(role) - {"contacts.edit"}))
    role.offered = sorted(set(PERMISSIONS) - {NEW})  # that person had not seen it
    role.save()
    extend_shipped_roles(at=NOON)
    assert NEW in held(role)
    assert "contacts.edit" not in held(role)


def test_a_permission_that_a_person_saw_and_left_out_is_denied(chief):
    role = older_role()
    decided(role, sorted(held(role)))
    assert extend_shipped_roles(at=NOON) == 0
    assert NEW not in held(role)


def test_without_a_record_only_roles_that_nobody_changed_are_extended(chief):
    untouched, changed = older_role("agent", offered=False), older_role("manager", offered=False)
    decided(changed, sorted(held(changed)))
    Role.objects.filter(pk=changed.pk).update(offered=[])
    assert extend_shipped_roles(at=NOON) == 1
    assert NEW in held(untouched)
    assert NEW not in held(changed)


@pytest.fixture
def lifecycle(db):
    create_shipped_schemes(at=NOON)
    scheme = Scheme.objects.get(code="lifecycle")
    Scheme.objects.filter(pk=scheme.pk).update(definition=OLD)
    SchemeVersion.objects.filter(scheme=scheme).update(definition=OLD)
    return scheme


def least_purchase_days(day):
    one = next(one for one in standing_on(day) if one.code == "lifecycle")
    return one.version, dict(one.definition.population)["purchase_days"]


def test_a_scheme_nobody_changed_is_renewed_from_today_and_the_past_stays(lifecycle):
    assert renew_shipped_schemes(at=NOON) == 1
    assert least_purchase_days(TODAY - timedelta(1)) == (1, 2)
    assert least_purchase_days(TODAY) == (2, 1)
    assert JournalEntry.objects.get(kind="scheme.renewed").facts["scheme"] == "lifecycle"
    assert renew_shipped_schemes(at=NOON) == 0


def test_a_scheme_that_people_changed_is_theirs(lifecycle):
    change_scheme(
        code="lifecycle", name_zh="阶段", definition=OLD, from_day=TODAY, seen=1, by=SYSTEM, at=NOON
    )
    assert renew_shipped_schemes(at=NOON) == 0


def test_what_is_shipped_now_is_not_renewed(db):
    create_shipped_schemes(at=NOON)
    assert renew_shipped_schemes(at=NOON) == 0


@pytest.fixture
def decline(db):
    """The playbook as an older version shipped it: its task stood for no reason of the list."""
    create_shipped_schemes(at=NOON)
    create_shipped_playbooks(at=NOON)
    older = {k: v for k, v in PLAYBOOKS["decline"]["definition"].items() if k != "covers"}
    Version.objects.filter(playbook__code="decline").update(definition=older)
    return older


def published():
    version = Playbook.objects.get(code="decline").published
    return version.number, version.definition.get("covers")


def test_a_playbook_nobody_wrote_on_is_renewed_and_stays_as_it_is_switched(decline, actor):
    switch(code="decline", on=False, by=actor("admin"), at=NOON)
    assert renew_shipped_playbooks(at=NOON) == 1
    assert published() == (2, ["overdue", "gone_quiet"])
    assert not Playbook.objects.get(code="decline").is_on
    assert Version.objects.get(playbook__code="decline", number=1).definition == decline
    assert renew_shipped_playbooks(at=NOON) == 0


def test_a_playbook_that_people_published_or_have_a_draft_of_is_theirs(decline, actor):
    save_draft(code="decline", stored=decline, by=actor("admin"), at=NOON)
    assert renew_shipped_playbooks(at=NOON) == 0
    publish(code="decline", at_publish="finish", by=actor("admin"), at=NOON)
    assert renew_shipped_playbooks(at=NOON) == 0
    assert published() == (2, None)
