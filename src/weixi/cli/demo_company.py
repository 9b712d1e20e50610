"""The people of the demo and what of it is already there, kept as one setting."""

import secrets
from typing import Any, NamedTuple

from weixi.collect.customers import demo
from weixi.collect.customers.queries import is_any_customer
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.staff.actions import create_team, create_user, set_active, set_password
from weixi.staff.queries import user_by_name
from weixi.staff.second_factor import set_needed

PASSWORD_BYTES = 9


class Person(NamedTuple):
    username: str
    name: str
    role: str
    team: str = ""


TEAMS = {"key": "大客户组", "care": "客户关怀组"}
PEOPLE = (
    Person("admin", "管理员", "admin"),
    Person("lead", "秦岚", "supervisor", "key"),
    Person("zhoumin", "周敏", "agent", "key"),
    Person("lilei", "李雷", "agent", "key"),
    Person("hanmeimei", "韩梅梅", "agent", "key"),
    Person("chenjing", "陈静", "agent", "care"),
    Person("wangqiang", "王强", "agent", "care"),
    Person("sunli", "孙丽", "agent", "care"),
    Person("zhaolei", "赵磊", "agent", "care"),
    Person("linfang", "林芳", "agent", "care"),
    Person("carelead", "何青", "supervisor", "care"),
    Person("marketer", "苏晴", "marketer"),
    Person("analyst", "顾川", "analyst"),
    Person("auditor", "沈严", "auditor"),
)
SHOWN = ("zhoumin", "lead", "admin")


def state() -> dict[str, Any]:
    return demo.state()


def remember(**values: Any) -> dict[str, Any]:
    return demo.remember(**values, by=COMMAND_LINE, at=now())


def refuse_real_customers() -> None:
    """The demo never mixes with a company's own customers."""
    if not state() and is_any_customer():
        raise RuleBroken(
            "This database holds customers that are not the demo's. Give the demo a place of its "
            "own: WEIXI_VAR=var/demo ./weixi demo"
        )


def hire() -> dict[str, Any]:
    """Everybody of the demo, with one password made for this installation."""
    told = state()
    is_new = "password" not in told
    if is_new:
        told = remember(password=secrets.token_urlsafe(PASSWORD_BYTES), accounts=list(SHOWN))
    told = remember(people=[person.username for person in PEOPLE])
    _ask_for_no_second_factor(told)
    teams = {code: create_team(code=code, name=name) for code, name in TEAMS.items()}
    for person in PEOPLE:
        user = user_by_name(person.username)
        if user is None:
            create_user(
                username=person.username,
                name=person.name,
                role=person.role,
                team=teams.get(person.team),
                password=told["password"],
                by=COMMAND_LINE,
                at=now(),
            )
        elif is_new:  # of a demo that was removed
            set_active(user, True, by=COMMAND_LINE, at=now())
            set_password(user=user, password=told["password"], by=COMMAND_LINE, at=now())
    return told


def _ask_for_no_second_factor(told: dict[str, Any]) -> None:
    """The demo's password stands on its sign-in page. Decided once; then it is the page's."""
    if "asks_no_factor" not in told:
        set_needed(False, by=COMMAND_LINE, at=now())
        remember(asks_no_factor=True)
