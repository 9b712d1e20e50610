import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from weixi.core.actor import Actor
from weixi.core.errors import RuleBroken
from weixi.core.journal import record

from .models import ApiToken, Role, Team, User
from .permissions import PERMISSIONS, SCOPES, SHIPPED_ROLES
from .queries import token_hash


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
            },
        )
        made += created
    return made


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
        raise RuleBroken(f"The user name {username} is taken.")
    user = User(username=username, name=name, role=Role.objects.get(code=role), team=team)
    user.set_password(password)
    user.save()
    record("user.created", by=by, at=at, user=user.pk, role=role)
    return user


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


def set_role_permissions(*, role: Role, permissions: list[str], by: Actor, at: datetime) -> Role:
    by.need("people.manage")
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise RuleBroken(f"Unknown permissions: {', '.join(sorted(unknown))}.")
    role.permissions = sorted(permissions)
    role.save(update_fields=["permissions"])
    record("role.changed", by=by, at=at, role=role.code, permissions=role.permissions)
    return role


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
