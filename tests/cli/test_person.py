"""The first person of an installation, and who locked themselves out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.moments import NOON
from weixi.cli.person import add, password, remove_second_factor
from weixi.core.actor import SYSTEM
from weixi.core.errors import RuleBroken
from weixi.core.models import JournalEntry
from weixi.staff import second_factor
from weixi.staff.models import SecondFactor, User


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def last_word(capsys: Any) -> str:
    """The password that was shown."""
    said = capsys.readouterr()
    return str((said.out + said.err).split()[-1])


def test_the_first_person_may_do_everything_with_the_password_shown(
    roles: None, capsys: Any
) -> None:
    add("boss", name="何青")
    shown = last_word(capsys)
    user = User.objects.get(username="boss")
    assert (user.name, user.role.code if user.role else "") == ("何青", "admin")
    assert user.check_password(shown)
    with pytest.raises(RuleBroken, match="boss is taken"):
        add("boss")
    with pytest.raises(RuleBroken, match="no such role"):
        add("other", role="king")


def test_a_new_password_voids_the_old_one(person: Any, capsys: Any) -> None:
    user = person("agent")
    password(user.username)
    user.refresh_from_db()
    assert not user.check_password("secret")
    assert user.check_password(last_word(capsys))
    with pytest.raises(RuleBroken, match="nobody with the user name"):
        password("nobody")


def test_a_lost_telephone_is_no_lost_installation(person: Any) -> None:
    user = person("admin")
    with pytest.raises(RuleBroken, match="no second factor"):
        remove_second_factor(user.username)
    second_factor.begin(user)
    SecondFactor.objects.filter(user=user).update(confirmed_at=NOON)
    remove_second_factor(user.username)
    assert not second_factor.is_on(user)
    assert JournalEntry.objects.get(kind="user.second_factor_reset").actor_name == "command line"


def test_whether_it_is_needed_is_a_setting(person: Any) -> None:
    user = person("admin")
    assert second_factor.is_needed_of(user)
    second_factor.set_needed(False, by=SYSTEM, at=NOON)
    assert not second_factor.is_needed_of(user)
