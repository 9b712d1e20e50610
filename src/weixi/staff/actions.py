import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import SYSTEM, Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record
from weixi.core.models import JournalEntry

from .models import ApiToken, Role, Team, User
from .permissions import PERMISSIONS, SCOPES, SHIPPED_ROLES
from .queries import token_hash
from .signed_in import end_sessions_of

USE_NOTED_EVERY = timedelta(minutes=1)


def create_shipped_roles() -> int:
    """The seven roles of a new installation; roles that exist are left as people changed them."""
    made = 0
    for role in SHIPPED_ROLES:
        _role, created = Role.objects.get_or_create(
            code=role.code,
            defaults={
                "name_zh": role.name_zh,
                "name_en": role.name_en,
                "reach": role.reach,
                "permissions": sorted(role.permissions),
                "offered": sorted(PERMISSIONS),
            },
        )
        made += created
    return made


@transaction.atomic
def extend_shipped_roles(*, at: datetime) -> int:
    """What a newer version ships for a role, unless somebody denied it: a permission that was
    there when a person last changed the role stays as they left it. Returns permissions given."""
    given = 0
    by_code = {shipped.code: shipped.permissions for shipped in SHIPPED_ROLES}
    for role in Role.objects.select_for_update().filter(code__in=by_code):
        new = sorted(by_code[role.code] - set(role.permissions) - _denied(role))
        if not new and set(role.offered) == set(PERMISSIONS):
            continue
        role.permissions = sorted({*role.permissions, *new})
        role.offered = sorted(PERMISSIONS)
        role.save(update_fields=["permissions", "offered"])
        if new:
            record("role.extended", by=SYSTEM, at=at, role=role.code, permissions=new)
        given += len(new)
    return given


def _denied(role: Role) -> set[str]:
    """Of a database older than `offered`: all, when a person ever changed the role."""
    if role.offered:
        return set(role.offered)
    changed = JournalEntry.objects.filter(kind="role.changed", facts__role=role.code)
    return set(PERMISSIONS) if changed.exists() else set()


def create_team(*, code: str, name: str) -> Team:
    return Team.objects.get_or_create(code=code, defaults={"name": name})[0]


@transaction.atomic
def create_user(
    *,
    username: str,
    name: str,
    role: str,
    team: Team | None,
    password: str | None,
    by: Actor,
    at: datetime,
) -> User:
    """A person with a role; without a password nobody can sign in as them yet."""
    by.need("people.manage")
    if User.objects.filter(username=username).exists():
        raise RuleBroken(_("The user name {name} is taken.").format(name=username))
    held = Role.objects.filter(code=role).first()
    if held is None:
        raise RuleBroken(_("There is no such role."))
    user = User(username=username, name=name, role=held, team=team)
    user.set_password(password)
    user.save()
    record("user.created", by=by, at=at, user=user.pk, role=role)
    return user


def create_person(
    *,
    username: str,
    name: str,
    role: str,
    team: int | None,
    password: str,
    by: Actor,
    at: datetime,
) -> User:
    """As create_user, for the page: the team by its id, unknown ones refused."""
    by.need("people.manage")
    found = None if team is None else Team.objects.filter(pk=team).first()
    if team is not None and found is None:
        raise RuleBroken(_("There is no such team."))
    return create_user(
        username=username, name=name, role=role, team=found, password=password, by=by, at=at
    )


@transaction.atomic
def create_token(
    *,
    user: User,
    name: str,
    scopes: list[str],
    expires_at: datetime | None,
    by: Actor,
    at: datetime,
) -> str:
    """Returns the token; it is shown once and cannot be read again."""
    by.need("tokens.own")
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        raise RuleBroken(f"Unknown scopes: {', '.join(sorted(unknown))}.")
    missing = set(scopes) - set(user.role.permissions if user.role else [])
    if missing:
        raise RuleBroken(f"Your role does not hold: {', '.join(sorted(missing))}.")
    text = "wx_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=name,
        hash=token_hash(text),
        prefix=text[:8],
        scopes=scopes,
        created_at=at,
        expires_at=expires_at,
    )
    record("token.created", by=by, at=at, name=name, scopes=scopes)
    return text


def note_use(token: ApiToken, *, at: datetime) -> None:
    """Once a minute is often enough: a call that only reads then writes nothing."""
    if token.last_used_at is not None and at - token.last_used_at < USE_NOTED_EVERY:
        return
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


@transaction.atomic
def change_role(*, role: Role, permissions: list[str], reach: str, by: Actor, at: datetime) -> Role:
    """Holds from everybody's next request on. Somebody must keep the right to change it back."""
    by.need("people.manage")
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise RuleBroken(f"Unknown permissions: {', '.join(sorted(unknown))}.")
    if reach not in Role.Reach.values:
        raise RuleBroken(_("A role reaches own customers, the team's, or all."))
    if "people.manage" not in permissions and not _others_manage(except_role=role):
        raise RuleBroken(_("Nobody could manage people any more. Give it to another role first."))
    before = {"permissions": role.permissions, "reach": role.reach}
    role.permissions, role.reach = sorted(set(permissions)), reach
    role.offered = sorted(PERMISSIONS)
    role.save(update_fields=["permissions", "reach", "offered"])
    record("role.changed", by=by, at=at, role=role.code, before=before, reach=reach,
           permissions=role.permissions)  # fmt: skip
    return role


def set_role_permissions(*, role: Role, permissions: list[str], by: Actor, at: datetime) -> Role:
    return change_role(role=role, permissions=permissions, reach=role.reach, by=by, at=at)


def _others_manage(*, except_role: Role | None = None, except_user: int | None = None) -> bool:
    """Whether somebody else who signs in may manage people."""
    people = User.objects.filter(is_active=True).exclude(role=None).select_related("role")
    if except_role is not None:
        people = people.exclude(role=except_role)
    if except_user is not None:
        people = people.exclude(pk=except_user)
    return any("people.manage" in (user.role.permissions if user.role else ()) for user in people)


@transaction.atomic
def change_person(
    *,
    user: User,
    name: str,
    role: str,
    team: int | None,
    capacity: int,
    is_active: bool,
    by: Actor,
    at: datetime,
) -> User:
    """Who is deactivated is signed out at the next request; what they did stays."""
    by.need("people.manage")
    new_role = Role.objects.filter(code=role).first()
    if new_role is None:
        raise RuleBroken(_("There is no such role."))
    manages = is_active and "people.manage" in new_role.permissions
    if not manages and not _others_manage(except_user=user.pk):
        raise RuleBroken(_("This is the last person who may manage people."))
    if not is_active and user.pk == by.user_id:
        raise RuleBroken(_("You cannot deactivate yourself. Ask a colleague."))
    user.name, user.role, user.daily_capacity = name.strip(), new_role, capacity
    user.team = None if team is None else Team.objects.filter(pk=team).first()
    user.is_active = is_active
    user.save(update_fields=["name", "role", "team", "daily_capacity", "is_active"])
    if not is_active:
        end_sessions_of(user, by=by, at=at)
    record("user.changed", by=by, at=at, user=user.pk, role=role, active=is_active, team=team)
    return user


def set_active(user: User, is_active: bool, *, by: Actor, at: datetime) -> User:
    """Whether the person may sign in; all else stays as it is."""
    return change_person(
        user=user,
        name=user.name,
        role=user.role.code if user.role else "",
        team=user.team_id,
        capacity=user.daily_capacity,
        is_active=is_active,
        by=by,
        at=at,
    )


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, at: datetime) -> None:
    """A first or forgotten password; every session of the person ends."""
    by.need("people.manage")
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise RuleBroken(" ".join(wrong.messages)) from wrong
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions_of(user, by=by, at=at)
    record("user.password_set", by=by, at=at, user=user.pk)


@transaction.atomic
def add_team(*, name: str, by: Actor, at: datetime) -> Team:
    by.need("people.manage")
    name = name.strip()
    if not name or Team.objects.filter(name=name).exists():
        raise RuleBroken(_("A team needs a name that no other team has."))
    team = Team.objects.create(code=f"team-{secrets.token_hex(4)}", name=name)
    record("team.created", by=by, at=at, team=team.pk, name=name)
    return team


@transaction.atomic
def rename_team(*, team_id: int, name: str, by: Actor, at: datetime) -> Team:
    by.need("people.manage")
    team, name = Team.objects.filter(pk=team_id).first(), name.strip()
    if team is None:
        raise RuleBroken(_("There is no such team."))
    if not name or Team.objects.filter(name=name).exclude(pk=team_id).exists():
        raise RuleBroken(_("A team needs a name that no other team has."))
    before, team.name = team.name, name
    team.save(update_fields=["name"])
    record("team.renamed", by=by, at=at, team=team.pk, before=before, name=name)
    return team


OWN_SETTINGS = {"language", "theme", "has_single_keys", "daily_capacity"}


@transaction.atomic
def change_own_settings(*, values: dict[str, Any], by: Actor, at: datetime) -> None:
    """What people set for themselves; other columns cannot be reached this way."""
    unknown = set(values) - OWN_SETTINGS
    if unknown or by.user_id is None:
        raise RuleBroken(f"Not one's own to set: {', '.join(sorted(unknown))}.")
    User.objects.filter(pk=by.user_id).update(**values)
    record("user.own_settings", by=by, at=at, settings=sorted(values))


@transaction.atomic
def change_own_password(*, old: str, new: str, by: Actor, at: datetime) -> User:
    """Asks for the password that holds now; every other session of the person ends."""
    user = User.objects.select_for_update().get(pk=by.user_id or 0)
    if not user.check_password(old):
        raise RuleBroken(_("The password you gave as the present one is not right."))
    user.set_password(new)
    user.save(update_fields=["password"])
    record("user.password_changed", by=by, at=at, user=user.pk)
    return user
