"""People from the command line: the first one of an installation, and who locked themselves out."""

import secrets
from typing import Annotated, Any

import typer

from weixi.cli.output import say
from weixi.core.actor import COMMAND_LINE
from weixi.core.clock import now
from weixi.core.errors import RuleBroken
from weixi.staff import second_factor
from weixi.staff.actions import create_person, set_password
from weixi.staff.queries import user_by_name

PASSWORD_BYTES = 12
app = typer.Typer(help="People who sign in.", no_args_is_help=True, add_completion=False)
Name = Annotated[str, typer.Argument(help="The user name.")]


@app.command("add")
def add(
    username: Name,
    name: Annotated[str, typer.Option(help="As colleagues call them; else the user name.")] = "",
    role: Annotated[str, typer.Option(help="admin, supervisor, agent, …")] = "admin",
) -> None:
    """Somebody who signs in; the password is made and shown once."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    create_person(
        username=username, name=name or username, role=role, team=None, password=password,
        by=COMMAND_LINE, at=now(),
    )  # fmt: skip
    say(f"{username} signs in with {password}")


@app.command("password")
def password(username: Name) -> None:
    """A new password, shown once; the person is signed out everywhere."""
    text = secrets.token_urlsafe(PASSWORD_BYTES)
    set_password(user=_person(username), password=text, by=COMMAND_LINE, at=now())
    say(f"{username} signs in with {text}")


@app.command("remove-second-factor")
def remove_second_factor(username: Name) -> None:
    """For somebody who lost telephone and recovery codes; signed out everywhere."""
    second_factor.reset(_person(username), by=COMMAND_LINE, at=now())
    say(f"{username} signs in with the password alone, and sets the second factor up anew.")


def _person(username: str) -> Any:
    user = user_by_name(username)
    if user is None:
        raise RuleBroken(f"There is nobody with the user name {username}.")
    return user
